#include "telemetry/logging.hpp"

#include "support/manual_clock.hpp"

#include <catch2/catch_test_macros.hpp>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

using namespace isacbot;
using namespace isacbot::telemetry;

// The promise "secrets appear in no log" begins with the compiler.
static_assert(!std::is_constructible_v<field, field_name, secret>);
static_assert(!std::is_constructible_v<field, field_name, const secret&>);
static_assert(!std::is_constructible_v<field, field_name, secret&&>);
static_assert(!std::is_convertible_v<secret, std::string_view>);

namespace {

const sys_time noon = from_epoch_ms(1'700'000'000'007);

std::string as_text(std::string_view message, std::initializer_list<field> fields = {}) {
  return format_line(log_format::text, noon, log_level::info, "slack", message, fields);
}
std::string as_json(std::string_view message, std::initializer_list<field> fields = {}) {
  return format_line(log_format::json, noon, log_level::info, "slack", message, fields);
}

/// Collects lines; `hold` makes the writer wait, as a terminal that nobody reads does.
struct line_sink {
  log_service::writer writer() {
    return [this](std::string_view line) {
      std::unique_lock lock(mutex);
      ++entered;
      changed.notify_all();
      changed.wait(lock, [&] { return !held; });
      lines.emplace_back(line);
    };
  }
  void hold() {
    std::lock_guard lock(mutex);
    held = true;
  }
  void release() {
    {
      std::lock_guard lock(mutex);
      held = false;
    }
    changed.notify_all();
  }
  void wait_entered(int n) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return entered >= n; });
  }

  std::mutex mutex;
  std::condition_variable changed;
  bool held = false;
  int entered = 0;
  std::vector<std::string> lines;
};

} // namespace

TEST_CASE("a text line holds time, level, component, message and fields", "[telemetry]") {
  CHECK(as_text("search answered", {{"request", "4f2a"}, {"team", team_id{"T024BE7LD"}}, {"hits", 3}}) ==
        "2023-11-14T22:13:20.007Z info slack: search answered request=4f2a team=T024BE7LD hits=3");
  CHECK(as_text("m", {{"path", "two words"}, {"empty", ""}, {"ok", true}}) ==
        "2023-11-14T22:13:20.007Z info slack: m path=\"two words\" empty=\"\" ok=true");
}

TEST_CASE("a JSON line is one object", "[telemetry]") {
  CHECK(as_json("search \"answered\"", {{"user", user_id{"W1"}}, {"hits", -3}, {"ok", false}}) ==
        R"({"time":"2023-11-14T22:13:20.007Z","level":"info","component":"slack",)"
        R"("message":"search \"answered\"","user":"W1","hits":-3,"ok":false})");
}

TEST_CASE("a value cannot start a line of its own or act on the terminal", "[telemetry]") {
  CHECK(as_text("m", {{"term", "x\n2023-11-14T22:13:20.007Z error slack: forged"}}) ==
        "2023-11-14T22:13:20.007Z info slack: m term=\"x\\n2023-11-14T22:13:20.007Z error slack: forged\"");
  CHECK(as_text("a\r\nb\x1b[2J").ends_with("slack: a\\r\\nb\\u001b[2J"));
  CHECK(as_text("m", {{"term", "a\" team=T1"}}).ends_with(R"(term="a\" team=T1")"));
  CHECK(as_text("m", {{"term", "back\\slash"}}).ends_with(R"(term="back\\slash")"));
  // C1 controls, line separators, direction marks
  CHECK(
      as_text("\xC2\x9B|\xE2\x80\xA8|\xE2\x80\xAE|\x7F").ends_with("slack: \\u009b|\\u2028|\\u202e|\\u007f"));
  CHECK(as_json("\x01\xC2\x9B\n").find(R"("message":"\u0001\u009b\n")") != std::string::npos);
}

TEST_CASE("a line is valid UTF-8 whatever goes in", "[telemetry]") {
  CHECK(as_text("gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\x92").ends_with("gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\x92"));
  const std::string replacement = "\xEF\xBF\xBD";
  CHECK(as_text("\xFF").ends_with(" " + replacement));
  CHECK(as_text("\xC0\xAF").ends_with(" " + replacement + replacement));                   // overlong
  CHECK(as_text("\xED\xA0\x80").ends_with(" " + replacement + replacement + replacement)); // surrogate
  CHECK(as_text("\xE2\x82").ends_with(" " + replacement + replacement));                   // cut off
}

TEST_CASE("lines below the level are not written, and the level may change", "[telemetry]") {
  test::manual_clock time;
  line_sink out;
  log_service service({.level = log_level::warning}, time, out.writer());
  const logger log = service.get();
  log.info("io", "one");
  log.warning("io", "two");
  service.set_level(log_level::debug);
  log.debug("io", "three");
  service.stop();
  REQUIRE(out.lines.size() == 2);
  CHECK(out.lines[0].ends_with("warning io: two"));
  CHECK(out.lines[1].ends_with("debug io: three"));
}

TEST_CASE("a stuck terminal holds nobody up: the oldest lines go and are counted", "[telemetry]") {
  test::manual_clock time;
  line_sink out;
  out.hold();
  log_service service({.queue_lines = 4}, time, out.writer());
  const logger log = service.get();
  log.info("io", "stuck in the writer");
  out.wait_entered(1);
  for (int i = 0; i < 10; ++i)
    log.info("io", "line", {{"n", i}});
  CHECK(service.lost() == 6);
  out.release();
  service.stop();
  CHECK(service.lost() == 6);
  REQUIRE(out.lines.size() == 6);
  CHECK(out.lines[1].ends_with("n=6"));
  CHECK(out.lines[4].ends_with("n=9"));
  CHECK(out.lines[5].ends_with("lines=6"));
}

TEST_CASE("stop writes what waits, and later lines are still written", "[telemetry]") {
  test::manual_clock time;
  line_sink out;
  log_service service({}, time, out.writer());
  const logger log = service.get();
  for (int i = 0; i < 100; ++i)
    log.info("io", "line", {{"n", i}});
  service.stop();
  CHECK(out.lines.size() == 100);
  log.info("io", "goodbye");
  CHECK(out.lines.back().ends_with("goodbye"));
  service.stop();
}

TEST_CASE("loggers are used from many threads while the service stops", "[telemetry]") {
  test::manual_clock time;
  line_sink out;
  {
    log_service service({.queue_lines = 100'000}, time, out.writer());
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([log = service.get()] {
        for (int n = 0; n < 500; ++n)
          log.info("io", "line");
      });
    service.stop();
    for (auto& t : threads)
      t.join();
  }
  CHECK(out.lines.size() == 2000);
}

TEST_CASE("a default-made logger drops everything", "[telemetry]") {
  const logger log;
  log.error("io", "nobody hears this");
  CHECK_FALSE(log.enabled(log_level::error));
}
