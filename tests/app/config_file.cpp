#include "app/config_file.hpp"

#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>

using namespace isacbot;
using namespace isacbot::app;
namespace fs = std::filesystem;

namespace {

std::string write_file(const fs::path& path, std::string_view content,
                       fs::perms mode = fs::perms::owner_read) {
  std::ofstream(path, std::ios::binary) << content;
  fs::permissions(path, mode);
  return path.string();
}

} // namespace

TEST_CASE("a configuration file and the secrets it names are read", "[app][config]") {
  test::temp_dir dir;
  std::string key = write_file(dir / "key", std::string(64, '1') + "\n");
  std::string file = write_file(dir / "isacbot.toml",
                                "[station]\nenabled = true\n[storage]\nmaster_key = \"file:" + key + "\"\n");
  auto loaded = load_config_file(file);
  for (const finding& f : loaded.faults)
    UNSCOPED_INFO(to_string(f));
  REQUIRE(loaded.value);
  CHECK(loaded.value->storage.master_key.bytes.reveal() == std::string(32, '\x11'));

  settings base;
  base.station.enabled = true;
  base.storage.master_key.bytes = secret{std::string(32, 'k')};
  CHECK(load_config_file("", base).value.has_value());
}

TEST_CASE("a file that cannot be read is a fault with a mend", "[app][config]") {
  test::temp_dir dir;
  auto loaded = load_config_file((dir / "missing.toml").string());
  REQUIRE(loaded.faults.size() == 1);
  CHECK(to_string(loaded.faults[0])
            .find("missing.toml: cannot be read: not found; name the configuration with --config") !=
        std::string::npos);
  CHECK_FALSE(load_config_file(dir.path().string()).value.has_value());
  CHECK(read_small_file(write_file(dir / "large", std::string((1 << 20) + 1, 'x'))).error().code ==
        ec::too_large);
}

TEST_CASE("a secret that everybody may read is refused", "[app][config]") {
  test::temp_dir dir;
  std::string open = write_file(dir / "open", "x", fs::perms::owner_read | fs::perms::others_read);
  auto content = read_secret_file(open);
  REQUIRE_FALSE(content.has_value());
  CHECK(content.error().code == ec::bad_configuration);
  CHECK(read_secret_file(write_file(dir / "group", "x", fs::perms::owner_read | fs::perms::group_read))
            .value() == "x");

  std::string file = write_file(dir / "isacbot.toml", "[storage]\nmaster_key = \"file:" + open + "\"\n");
  auto loaded = load_config_file(file);
  REQUIRE_FALSE(loaded.faults.empty());
  CHECK(loaded.faults[0].cause == "everybody on this machine may read the file it names");
  CHECK(loaded.faults[0].mend == "chmod 600 the file");
}
