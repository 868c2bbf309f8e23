// rooms: app sandbox core
/// One member hands in 50,000 rows while nine others look things up, on real sockets: sandbox, bot and
/// Station on loopback, all ten with one API key. Shown: how long the others' lookups take without the list
/// (the baseline) and beside it, from the typed command to the answer on the screen.
/// tests/domain/fairness.cpp proves the same in virtual time; here everything else that costs time is in it,
/// too.
///
/// Usage: fairness [seconds of each half]   (default: 60)
#include "app/demo_house.hpp"
#include "app/tour_member.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "sandbox/files.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace isacbot;
using steady = std::chrono::steady_clock;

constexpr int lookers = 9;
constexpr int rows = 50'000;
constexpr std::chrono::milliseconds shortest_pause{4'000};
constexpr std::chrono::milliseconds longest_pause{12'000};

void must(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::exit(1);
}

struct scratch {
  std::filesystem::path path;
  scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "isacbot-fairness-XXXXXX").string();
    must(mkdtemp(name.data()) != nullptr, "making a directory");
    path = name;
  }
  ~scratch() { std::filesystem::remove_all(path); }
};

std::string looker(int i) {
  return "U0LOOKER" + std::to_string(i);
}

void invite(app::demo_house& house) {
  house.slack().world().change([](sandbox::context& in) {
    for (int i = 0; i < lookers; ++i) {
      in.state.people[looker(i)] = {looker(i), "looker" + std::to_string(i), "Looker"};
      in.state.channels["C0INTEL"].members.insert(looker(i));
    }
    return 0;
  });
}

void sign_in(app::demo_house& house, app::tour_member& member) {
  must(member.type("/trustar-register").has_value() && member.has_dialog("register"), "opening the dialog");
  auto answer = member.submit(
      {{"api_key", house.member().key}, {"api_secret", std::string(house.member().key_secret.reveal())}});
  must(answer && answer->outcome == "updated", "registering");
  member.close_all();
}

void hand_in(app::demo_house& house, app::tour_member& member) {
  std::string content;
  for (int i = 0; i < rows; ++i)
    content += "host" + std::to_string(i) + ".bulk-list.net\n";
  const auto file = house.slack().world().change([&](sandbox::context& in) {
    sandbox::stored_file list;
    list.user = member.user();
    list.name = "list.txt";
    list.mimetype = "text/plain";
    list.content = std::move(content);
    list.created = in.now;
    return sandbox::add_file(in, std::move(list));
  });
  must(member.type("/trustar-submit-indicators").has_value() && member.has_dialog("submit_indicators"),
       "opening the list's dialog");
  auto enclave = member.choose_enclave();
  must(enclave.has_value(), "choosing an enclave");
  auto previewed = member.submit({{"file", sandbox::json::array{file.c_str()}}, {"enclave", *enclave}});
  must(previewed && previewed->outcome == "pushed", "previewing the list");
  auto sent = member.submit({});
  must(sent && sent->outcome == "cleared", "handing in the list");
}

/// Milliseconds of each lookup that began within `how_long`.
std::vector<double> look_things_up(app::demo_house& house, std::chrono::seconds how_long, unsigned seed) {
  std::vector<std::vector<double>> took(lookers);
  std::vector<std::thread> threads;
  const auto end = steady::now() + how_long;
  for (int i = 0; i < lookers; ++i)
    threads.emplace_back([&, i] {
      app::tour_member member(house.slack(), looker(i), "C0INTEL", seconds{60});
      std::mt19937 random(seed * 100 + static_cast<unsigned>(i));
      std::uniform_int_distribution<long> pause(shortest_pause.count(), longest_pause.count());
      std::uniform_int_distribution<long> first(0, longest_pause.count());
      for (auto next = steady::now() + milliseconds{first(random)}; next < end;
           next += milliseconds{pause(random)}) {
        std::this_thread::sleep_until(next); // people pause
        (void)member.read();
        const auto began = steady::now();
        must(member.type("/trustar-search", "wannacry").has_value(), "typing a search");
        must(member.sees("Nothing found"), "the answer");
        took[static_cast<std::size_t>(i)].push_back(
            std::chrono::duration<double, std::milli>(steady::now() - began).count());
      }
    });
  for (auto& t : threads)
    t.join();
  std::vector<double> all;
  for (const auto& one : took)
    all.insert(all.end(), one.begin(), one.end());
  std::sort(all.begin(), all.end());
  return all;
}

double percentile(const std::vector<double>& sorted, double p) {
  return sorted.empty() ? 0
                        : sorted[static_cast<std::size_t>(p * static_cast<double>(sorted.size() - 1) + 0.5)];
}

void show(const char* name, const std::vector<double>& all) {
  std::printf("%-28s %4zu lookups   p50 %7.1f ms   p99 %7.1f ms   longest %7.1f ms\n", name, all.size(),
              percentile(all, 0.5), percentile(all, 0.99), all.empty() ? 0 : all.back());
}

} // namespace

int main(int count, char** arguments) {
  const std::chrono::seconds half{count > 1 ? std::atoi(arguments[1]) : 60};
  scratch directory;
  system_clock time;
  system_random random;
  app::demo_settings demo;
  demo.data = directory.path;
  demo.station_calls_per_minute = 0;
  demo.configure = [](const app::settings& defaults) -> result<app::settings> {
    auto s = defaults; // ten people share the key: it gets what ten of them have
    s.limits.credential = {{600, std::chrono::minutes{1}, 150}};
    s.limits.workspace = s.limits.credential;
    s.limits.address = s.limits.credential;
    return s;
  };
  auto started = app::demo_house::start(demo, {time, random, {}, {}, {}, false, "bench"});
  must(started.has_value(), "starting");
  auto& house = **started;
  invite(house);
  app::tour_member submitter(house.slack(), "U0BEN", "C0INTEL", seconds{300});
  sign_in(house, submitter);
  for (int i = 0; i < lookers; ++i) {
    app::tour_member member(house.slack(), looker(i), "C0INTEL", seconds{120});
    sign_in(house, member);
  }

  const auto alone = look_things_up(house, half, 1);
  const auto began = steady::now();
  hand_in(house, submitter);
  const auto beside = look_things_up(house, half, 2);
  must(submitter.sees("is processed"), "the list is processed");
  const double list = std::chrono::duration<double>(steady::now() - began).count();

  show("lookups alone", alone);
  show("beside 50,000 rows", beside);
  std::printf("p99 beside / alone: %.2f   the list was processed after %.0f s\n",
              percentile(beside, 0.99) / percentile(alone, 0.99), list);
  (void)house.stop();
  return 0;
}
