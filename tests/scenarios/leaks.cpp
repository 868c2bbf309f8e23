// "Nothing leaks": a whole tour, then every place where a secret must not be is searched for every secret
// that was used.
#include "app/tour.hpp"
#include "core/bytes.hpp"

#include "scenarios/demo_fixture.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

using namespace isacbot;

namespace {

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    bool plain = std::isalnum(c) != 0;
    out += plain ? std::string(1, static_cast<char>(c)) : std::string{'%', digits[c >> 4U], digits[c & 15U]};
  }
  return out;
}

/// The secret as it may show up: plain, URL-encoded, and in Base64 at each of the three offsets inside a
/// longer text.
std::vector<std::string> disguises(const std::string& plain) {
  std::vector<std::string> all{plain, percent_encoded(plain)};
  for (std::size_t offset = 0; offset < 3; ++offset) {
    auto encoded = to_base64(std::string(offset, 'x') + plain);
    // The first and last quartet depend on the neighbours.
    if (encoded.size() > 12)
      all.push_back(encoded.substr(4, encoded.size() - 8));
  }
  return all;
}

/// @returns the places whose content holds the secret in any disguise
std::vector<std::string> places_with(const std::string& plain,
                                     const std::map<std::string, std::string>& contents) {
  std::vector<std::string> found;
  for (const auto& [place, content] : contents)
    for (const auto& disguise : disguises(plain))
      if (content.find(disguise) != std::string::npos) {
        found.push_back(place);
        break;
      }
  return found;
}

void add_files(std::map<std::string, std::string>& contents, const std::filesystem::path& directory) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file() || entry.path().filename() == "master.key")
      continue;
    std::ifstream file(entry.path(), std::ios::binary);
    contents[entry.path().string()] = {std::istreambuf_iterator<char>(file), {}};
  }
}

} // namespace

TEST_CASE("no secret of a whole tour is in the log, the database files or the transcript", "[scenario]") {
  test::demo_fixture demo{false};
  REQUIRE(demo.start().has_value());
  std::ostringstream transcript;
  CHECK(app::tour(*demo.house, transcript).run());
  auto secrets = demo.house->secrets();
  std::string member_key = demo.house->member().key;
  // What only this run knows: response_urls, from the sandbox's own record.
  demo.house->slack().world().read([&](const sandbox::workspace_state& state) {
    for (const auto& [path, hook] : state.hooks)
      secrets.push_back(path);
    return 0;
  });
  REQUIRE(demo.house->stop());
  demo.log->get().info("leak_test", "planted", {{"control", "planted-control-value-4711"}});
  demo.house.reset();
  demo.log->stop();

  std::map<std::string, std::string> contents{{"log", demo.caught.text()}, {"transcript", transcript.str()}};
  add_files(contents, demo.directory.path() / "bot");
  add_files(contents, demo.directory.path() / "station");
  REQUIRE(contents.size() > 4);
  CHECK(contents["log"].size() > 100);

  // No secret is anywhere, and the bot's own files don't hold the member's API key either.
  for (const auto& secret_text : secrets)
    CHECK(places_with(secret_text, contents).empty());
  auto own = contents;
  std::erase_if(own, [](const auto& item) { return item.first.find("/bot/") == std::string::npos; });
  REQUIRE_FALSE(own.empty());
  CHECK(places_with(member_key, own).empty());

  // The search itself finds a planted value in each disguise.
  CHECK(places_with("planted-control-value-4711", contents) == std::vector<std::string>{"log"});
  contents["base64"] = to_base64("prefix:" + secrets.front() + ":suffix");
  contents["form"] = "a=1&secret=" + percent_encoded(secrets.front());
  CHECK(places_with(secrets.front(), contents) == std::vector<std::string>{"base64", "form"});
}
