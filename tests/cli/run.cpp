/// Commands as a person types them: arguments in, output and exit status out.
#include "cli/run.hpp"

#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

using namespace isacbot;

namespace {

struct outcome {
  int status = -1;
  std::string out;
  std::string err;
};

outcome type(std::vector<const char*> words, const std::string& input = {}) {
  words.insert(words.begin(), "isacbot");
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  int status = cli::run(static_cast<int>(words.size()), words.data(), {in, out, err});
  return {status, out.str(), err.str()};
}

std::string write_file(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
  std::filesystem::permissions(path,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return path.string();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("wrong usage exits 2 and says what was meant", "[cli]") {
  auto result = type({"chek-config"});
  CHECK(result.status == 2);
  CHECK(contains(result.err, "\"chek-config\" is not known here; did you mean check-config?"));
  CHECK(contains(result.err, "isacbot --help"));

  result = type({"check-config", "--confg", "x"});
  CHECK(result.status == 2);
  CHECK(contains(result.err, "did you mean --config?"));
  CHECK(contains(result.err, "isacbot check-config --help"));

  CHECK(type({}).status == 2);
  CHECK(type({"manifest", "--format", "xml"}).status == 2);
  CHECK(type({"version", "extra"}).status == 2);
  CHECK(type({"check-config", "--config"}).status == 2);
}

TEST_CASE("every command explains itself and exits 0", "[cli]") {
  auto all = type({"--help"});
  CHECK(all.status == 0);
  CHECK(all.err.empty());
  for (const char* command :
       {"serve", "demo", "init", "check-config", "doctor", "extract", "manifest", "sandbox", "users",
        "submissions", "station", "key", "audit", "backup", "restore", "version"}) {
    INFO(command);
    CHECK(contains(all.out, command));
    auto one = type({command, "--help"});
    CHECK(one.status == 0);
    CHECK(contains(one.out, std::string("isacbot ") + command));
  }
}

TEST_CASE("version names the program and its libraries", "[cli]") {
  auto result = type({"version"});
  CHECK(result.status == 0);
  CHECK(result.out.starts_with("isacbot 0."));
  for (const char* library :
       {"CAF 0.17", "Boost 1.", "RocksDB ", "OpenSSL 3", "spdlog ", "toml++ 3", "CLI11 "})
    CHECK(contains(result.out, library));
  CHECK_FALSE(contains(result.out, " ,")); // a version that the build did not find out
  CHECK(result.out.substr(0, result.out.find('\n')) + "\n" == type({"--version"}).out);
}

TEST_CASE("check-config lists faults and warnings and exits 78, or 0 without faults", "[cli]") {
  test::temp_dir dir;
  std::string file = write_file(
      dir / "bad.toml", "[server]\nlistn = 1\n[admin]\nlisten = \"0.0.0.0:1\"\n[station]\nenabled = true\n");
  auto result = type({"check-config", "--config", file.c_str()});
  CHECK(result.status == 78);
  CHECK(contains(result.out, file + ":2: server.listn: unknown key; did you mean server.listen?\n"));
  CHECK(contains(result.out, ": storage.master_key: missing"));
  CHECK(contains(result.out, "warning: " + file + ":4: admin.listen: "));
  CHECK(contains(result.out, file + ": 2 faults, 1 warning\n"));

  std::string key = write_file(dir / "key", std::string(64, '7') + "\n");
  file = write_file(dir / "good.toml",
                    "[station]\nenabled = true\n[storage]\nmaster_key = \"file:" + key + "\"\n");
  result = type({"check-config", "--config", file.c_str()});
  CHECK(result.status == 0);
  CHECK(result.out == file + ": no faults, no warnings\n");

  result = type({"check-config", "--config", "/no/such/file"});
  CHECK(result.status == 78);
  CHECK(contains(result.out, "/no/such/file: cannot be read"));
}

TEST_CASE("manifest works before Slack has given out any secret", "[cli]") {
  test::temp_dir dir;
  std::string file = write_file(dir / "isacbot.toml", "[server]\npublic_url = \"https://bot.example.org\"\n");
  auto result = type({"manifest", "--config", file.c_str()});
  INFO(result.err);
  CHECK(result.status == 0);
  CHECK(contains(result.out, "https://bot.example.org/slack/commands"));
  CHECK(result.out.starts_with("{"));
  result = type({"manifest", "--config", file.c_str(), "--format", "yaml"});
  CHECK(result.status == 0);
  CHECK_FALSE(result.out.starts_with("{"));
  CHECK(contains(result.out, "/trustar-search"));

  file = write_file(dir / "no_url.toml", "[slack]\nmode = \"http\"\n");
  result = type({"manifest", "--config", file.c_str()});
  CHECK(result.status == 78); // Slack has to call somewhere
  CHECK(result.out.empty());
  CHECK(contains(result.err, "public_url"));
}

TEST_CASE("extract reads standard input and files", "[cli]") {
  auto result = type({"extract"}, "see hxxp://evil[.]example/x and 198.51.100[.]7\n");
  CHECK(result.status == 0);
  CHECK(contains(result.out, "IP\t198.51.100.7\n"));
  CHECK(type({"extract", "/no/such/file"}).status == 1);
}
