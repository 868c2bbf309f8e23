/// The admin socket on a real file system, both ends.
#include "io/admin_socket_client.hpp"
#include "io/admin_socket_server.hpp"
#include "io/admin_socket_wire.hpp"

#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

using namespace isacbot;

namespace {

io::admin_line_handler
handler_of(std::function<std::string(std::string_view, const io::admin_conversation&)> answer) {
  return {std::move(answer), [](const error& why) { return "refused: " + std::string(to_string(why.code)); }};
}

io::admin_line_handler echo() {
  return handler_of([](std::string_view request, const io::admin_conversation& to) {
    to.say("working");
    return "got " + std::string(request);
  });
}

struct asked {
  result<void> outcome;
  std::vector<std::string> lines;
};

asked ask(const std::filesystem::path& path, const std::string& request) {
  asked a{result<void>{}, {}};
  io::admin_socket_call call{path.string(), request};
  call.silence = seconds{20};
  a.outcome = io::ask_admin_socket(call, [&](std::string_view line) { a.lines.emplace_back(line); });
  return a;
}

/// A connection of which the test decides each byte.
io::unix_descriptor raw_connection(const std::filesystem::path& path) {
  auto address = io::make_unix_address(path.string()).value();
  io::unix_descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address.value),
                    sizeof(address.value)) == 0);
  return socket;
}

std::string read_all(const io::unix_descriptor& socket) {
  std::string text(4096, '\0');
  std::size_t filled = 0;
  for (ssize_t n = 1; n > 0 && filled < text.size();) {
    n = ::recv(socket.number(), text.data() + filled, text.size() - filled, 0);
    filled += n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  text.resize(filled);
  return text;
}

} // namespace

TEST_CASE("a request gets its progress lines and its answer", "[io][admin]") {
  test::temp_dir dir;
  auto path = dir / "admin.sock";
  auto server = io::admin_socket_server::open({path.string()}, echo(), {});
  REQUIRE(server.has_value());
  for (int i = 0; i < 20; ++i) {
    auto a = ask(path, "hello " + std::to_string(i));
    REQUIRE(a.outcome.has_value());
    CHECK(a.lines == std::vector<std::string>{"working", "got hello " + std::to_string(i)});
  }
  struct stat made {};
  REQUIRE(stat(path.c_str(), &made) == 0);
  CHECK((made.st_mode & 0777) == 0600);
  (*server)->stop();
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(ask(path, "x").outcome.error().code == ec::unavailable);
}

TEST_CASE("a user who may not is refused by the kernel's word, whatever the mode", "[io][admin]") {
  test::temp_dir dir;
  auto path = dir / "admin.sock";
  bool called = false;
  io::admin_socket_settings settings{path.string()};
  settings.users = {geteuid() + 1};
  auto server = io::admin_socket_server::open(
      settings, handler_of([&](auto, auto&) { return called = true, std::string(); }), {});
  REQUIRE(server.has_value());
  auto a = ask(path, "hello");
  CHECK(a.lines == std::vector<std::string>{"refused: forbidden"});
  CHECK_FALSE(called);
}

TEST_CASE("requests without end are bounded in size and time", "[io][admin]") {
  test::temp_dir dir;
  auto path = dir / "admin.sock";
  io::admin_socket_settings settings{path.string()};
  settings.max_request_bytes = 100;
  settings.read_deadline = milliseconds{50};
  auto server = io::admin_socket_server::open(settings, echo(), {});
  REQUIRE(server.has_value());
  CHECK(ask(path, std::string(100, 'x')).lines.back() == "got " + std::string(100, 'x'));
  CHECK(ask(path, std::string(101, 'x')).lines == std::vector<std::string>{"refused: too_large"});
  auto endless = raw_connection(path);
  REQUIRE(::send(endless.number(), std::string(5000, 'y').data(), 5000, MSG_NOSIGNAL) > 0);
  CHECK(read_all(endless) == "refused: too_large\n");
  CHECK(read_all(raw_connection(path)) == "refused: timeout\n"); // silent
  auto cut = raw_connection(path);
  REQUIRE(::send(cut.number(), "half", 4, MSG_NOSIGNAL) == 4);
  ::shutdown(cut.number(), SHUT_WR);
  CHECK(read_all(cut) == "refused: malformed\n");
  CHECK(ask(path, "still here").lines.back() == "got still here");
}

TEST_CASE("a stale socket makes way, anything else stays", "[io][admin]") {
  test::temp_dir dir;
  auto path = dir / "admin.sock";
  { // what a killed process leaves behind
    auto address = io::make_unix_address(path.string()).value();
    io::unix_descriptor gone(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(gone.number(), reinterpret_cast<const sockaddr*>(&address.value), sizeof(address.value)) ==
            0);
  }
  REQUIRE(std::filesystem::exists(path));
  auto server = io::admin_socket_server::open({path.string()}, echo(), {});
  REQUIRE(server.has_value());

  auto second = io::admin_socket_server::open({path.string()}, echo(), {});
  REQUIRE(second.has_error());
  CHECK(second.error().code == ec::locked);
  CHECK(ask(path, "first").lines.back() == "got first");

  auto file = dir / "notes.txt";
  std::ofstream(file) << "mine";
  auto third = io::admin_socket_server::open({file.string()}, echo(), {});
  REQUIRE(third.has_error());
  CHECK(third.error().code == ec::conflict);
  CHECK(std::filesystem::file_size(file) == 4);

  auto nowhere = io::admin_socket_server::open({(dir / "no" / "admin.sock").string()}, echo(), {});
  CHECK(nowhere.has_error());

  // A socket that took our name meanwhile is not ours to remove.
  std::filesystem::remove(path);
  std::ofstream(path) << "another's";
  (*server)->stop();
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("a path longer than an address holds works all the same", "[io][admin]") {
  test::temp_dir dir;
  auto deep = dir / std::string(120, 'd');
  std::filesystem::create_directory(deep);
  auto server = io::admin_socket_server::open({(deep / "admin.sock").string()}, echo(), {});
  REQUIRE(server.has_value());
  CHECK(ask(deep / "admin.sock", "x").lines.back() == "got x");
}

TEST_CASE("stop tells long work to end, waits for it and answers it", "[io][admin]") {
  test::temp_dir dir;
  auto path = dir / "admin.sock";
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  io::admin_socket_settings settings{path.string()};
  settings.max_connections = 2;
  auto server =
      io::admin_socket_server::open(settings, handler_of([&](auto, const io::admin_conversation& to) {
                                      {
                                        std::lock_guard lock(mutex);
                                        ++inside;
                                      }
                                      changed.notify_all();
                                      while (!to.stopping())
                                        std::this_thread::yield();
                                      return std::string("ended early");
                                    }),
                                    {});
  REQUIRE(server.has_value());
  asked first{result<void>{}, {}};
  asked second{result<void>{}, {}};
  std::thread one([&] { first = ask(path, "1"); });
  std::thread two([&] { second = ask(path, "2"); });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return inside == 2; });
  }
  CHECK(ask(path, "3").lines == std::vector<std::string>{"refused: overloaded"});
  (*server)->stop();
  one.join();
  two.join();
  CHECK(first.lines == std::vector<std::string>{"ended early"});
  CHECK(second.lines == std::vector<std::string>{"ended early"});
}

TEST_CASE("an answer without its last line is no answer", "[io][admin]") {
  test::temp_dir dir;
  auto path = dir / "admin.sock";
  auto address = io::make_unix_address(path.string()).value();
  io::unix_descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address.value),
                 sizeof(address.value)) == 0);
  REQUIRE(::listen(listener.number(), 1) == 0);
  std::thread dying([&] {
    io::unix_descriptor peer(::accept(listener.number(), nullptr, nullptr));
    ::send(peer.number(), "progress\nhalf an ans", 20, MSG_NOSIGNAL);
  });
  auto a = ask(path, "x");
  dying.join();
  REQUIRE(a.outcome.has_error());
  CHECK(is_ambiguous(a.outcome.error().code));
  CHECK(a.lines == std::vector<std::string>{"progress"});
}
