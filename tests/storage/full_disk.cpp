// A disk without room: new work is refused, nothing accepted is lost, and writing goes on by itself.
#include "storage/keys.hpp"
#include "storage/rocksdb_store.hpp"
#include "support/power_loss_file_system.hpp"
#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sys/mount.h>

#include <set>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

constexpr table rows{40};

std::set<std::string> keys_of(const kv_store& store) {
  std::set<std::string> found;
  REQUIRE(store.scan(rows, {}, {},
                     [&](std::string_view key, auto) { return found.insert(std::string(key)).second; }));
  return found;
}

/// Small file systems are the administrator's to make.
class small_disk {
 public:
  explicit small_disk(const std::filesystem::path& where) : where_(where) {
    std::filesystem::create_directory(where_);
    mounted_ = ::mount("tmpfs", where_.c_str(), "tmpfs", 0, "size=4m") == 0;
  }
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;
  ~small_disk() {
    if (mounted_)
      ::umount2(where_.c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const noexcept { return mounted_; }

 private:
  std::filesystem::path where_;
  bool mounted_ = false;
};

} // namespace

TEST_CASE("a full disk refuses writes with its reason, and takes them when there is room again",
          "[storage][full_disk]") {
  test::temp_dir directory;
  auto files = std::make_shared<test::power_loss_file_system>(3);
  rocksdb_options options;
  options.path = directory / "bot";
  options.file_system = files;
  std::set<std::string> accepted;
  {
    auto store = rocksdb_store::open(options).value();
    auto write = [&](const std::string& key) {
      result<void> written = store->write(write_batch{}.put(rows, key, std::string(2'000, 'v')), sync::yes);
      if (written)
        accepted.insert(key);
      return written;
    };
    for (int round = 0; round < 5; ++round) {
      const std::string name = std::to_string(round);
      REQUIRE(write("before " + name));
      files->fill_disk();
      for (int i = 0; i < 3; ++i) {
        const result<void> refused = write("full " + name);
        REQUIRE(refused.error().code == ec::io_failure);
        CHECK(refused.error().cause.find("full") != std::string::npos);
      }
      CHECK(keys_of(*store) == accepted); // reading goes on, and nothing half-written is seen
      files->fill_disk(false);
      REQUIRE(write("after " + name));
      CHECK(keys_of(*store) == accepted);
    }
    files->fill_disk();
    CHECK_FALSE(write("last"));
    files->fill_disk(false);
    REQUIRE(write("synced"));
    files->pull_plug();
  }
  files->restore_power(test::unsynced_tail::vanishes);
  CHECK(keys_of(*rocksdb_store::open(options).value()) == accepted);
}

TEST_CASE("any other failed write is final until the database is opened again", "[storage][full_disk]") {
  test::temp_dir directory;
  auto files = std::make_shared<test::power_loss_file_system>(3);
  rocksdb_options options;
  options.path = directory / "bot";
  options.file_system = files;
  auto store = rocksdb_store::open(options).value();
  REQUIRE(store->write(write_batch{}.put(rows, "a", ""), sync::yes));
  files->pull_plug();
  CHECK(store->write(write_batch{}.put(rows, "b", ""), sync::yes).error().code == ec::io_failure);
  files->pull_plug_after(1'000'000);
  CHECK(store->write(write_batch{}.put(rows, "c", ""), sync::yes).error().code == ec::io_failure);
}

TEST_CASE("a real file system that is full behaves like that", "[storage][full_disk]") {
  test::temp_dir directory;
  small_disk disk(directory / "small");
  if (!disk.mounted())
    SKIP("this user may not mount a small file system");
  rocksdb_options options;
  options.path = directory / "small" / "bot";
  std::set<std::string> accepted;
  {
    auto store = rocksdb_store::open(options).value();
    int refused = 0;
    for (int i = 0; i < 2'000 && refused < 3; ++i) {
      const std::string key = std::to_string(i);
      std::string value;
      for (int n = 0; n < 500; ++n)
        value += std::to_string(i * 7'919 + n * 104'729);
      if (const result<void> written = store->write(write_batch{}.put(rows, key, value), sync::yes))
        accepted.insert(key);
      else {
        CHECK(written.error().code == ec::io_failure);
        ++refused;
      }
    }
    CHECK(refused == 3);
    CHECK(keys_of(*store) == accepted);
    REQUIRE(::mount("tmpfs", (directory / "small").c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0);
    REQUIRE(store->write(write_batch{}.put(rows, "after", "v"), sync::yes));
    accepted.insert("after");
  }
  auto again = rocksdb_store::open(options);
  REQUIRE(again.has_value());
  CHECK(keys_of(**again) == accepted);
}
