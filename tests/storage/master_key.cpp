#include "storage/master_key.hpp"

#include "support/print_result.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sys/stat.h>

#include <fstream>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

std::filesystem::path write_file(const test::temp_dir& dir, const std::string& content, mode_t mode = 0600) {
  std::filesystem::path path = dir / "key";
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
  REQUIRE(chmod(path.c_str(), mode) == 0);
  return path;
}

} // namespace

TEST_CASE("a made key file can be loaded, and is never overwritten", "[storage][master_key]") {
  test::temp_dir dir;
  test::seeded_random random(1);
  REQUIRE(make_master_key(dir / "key", random));
  struct stat status {};
  REQUIRE(stat((dir / "key").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0600);
  secret first = load_master_key(dir / "key").value();
  CHECK(first.size() == master_key_bytes);
  CHECK(make_master_key(dir / "key", random).error().code == ec::conflict);
  CHECK(load_master_key(dir / "key").value() == first);
  REQUIRE(make_master_key(dir / "other", random));
  CHECK_FALSE(load_master_key(dir / "other").value() == first);
}

TEST_CASE("a key file holds 32 bytes or 64 hex digits", "[storage][master_key]") {
  test::temp_dir dir;
  std::string raw = std::string("\0\n\xFF", 3) + std::string(29, 'r');
  CHECK(load_master_key(write_file(dir, raw)).value() == secret(raw));
  std::string digits;
  for (int i = 0; i < 16; ++i)
    digits += "0aF1";
  std::string bytes;
  for (int i = 0; i < 16; ++i)
    bytes += "\x0A\xF1";
  for (const char* end : {"", "\n", "\r\n"})
    CHECK(load_master_key(write_file(dir, digits + end)).value() == secret(bytes));
  for (const std::string& content :
       {std::string(), std::string(31, 'x'), std::string(33, 'x'), std::string(64, 'g'), digits + "\n\n",
        digits + "0", digits.substr(1), digits + digits, std::string(1'000'000, '0')}) {
    result<secret> refused = load_master_key(write_file(dir, content));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ec::bad_configuration);
    CHECK(refused.error().cause.find("32 bytes") != std::string::npos);
  }
}

TEST_CASE("a key file that others may read is refused with the mend", "[storage][master_key]") {
  test::temp_dir dir;
  for (mode_t mode : {0644U, 0640U, 0604U, 0620U, 0601U}) {
    result<secret> refused = load_master_key(write_file(dir, std::string(32, 'k'), mode));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ec::bad_configuration);
    CHECK(refused.error().mend == "chmod 600 " + (dir / "key").string());
  }
  CHECK(load_master_key(write_file(dir, std::string(32, 'k'), 0400)));
}

TEST_CASE("a missing key file or a directory is refused by name", "[storage][master_key]") {
  test::temp_dir dir;
  for (const std::filesystem::path& path : {dir / "missing", dir.path()}) {
    result<secret> refused = load_master_key(path);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ec::bad_configuration);
    CHECK(refused.error().cause.find(path.string()) != std::string::npos);
  }
  REQUIRE(mkfifo((dir / "pipe").c_str(), 0600) == 0);
  CHECK(load_master_key(dir / "pipe").error().code == ec::bad_configuration); // and does not hang
  std::filesystem::create_symlink(write_file(dir, std::string(32, 'k')), dir / "link");
  CHECK(load_master_key(dir / "link"));
}
