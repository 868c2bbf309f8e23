// `isacbot serve` as an operator deals with it: by signals, looking at its log.
#include "cli/operator_fixture.hpp"

#include <csignal>
#include <cstdio>
#include <string>
#include <thread>

#include <unistd.h>

using namespace isacbot;
using namespace isacbot::test;

namespace {

/// Everything that is written to standard error, line by line. What was there comes back in the end.
class caught_errors {
 public:
  caught_errors() : before_(dup(STDERR_FILENO)) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    REQUIRE(dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
    close(ends[1]);
    lines_ = fdopen(ends[0], "r");
  }
  caught_errors(const caught_errors&) = delete;
  caught_errors& operator=(const caught_errors&) = delete;
  ~caught_errors() {
    dup2(before_, STDERR_FILENO);
    close(before_);
    std::fclose(lines_);
  }

  /// Waits for a line with this text. @returns everything up to it
  std::string read_to(const std::string& text) {
    std::string out;
    char* line = nullptr;
    std::size_t size = 0;
    while (getline(&line, &size, lines_) > 0) {
      out += line;
      if (out.find(text) != std::string::npos)
        break;
    }
    std::free(line);
    return out;
  }

 private:
  int before_;
  std::FILE* lines_ = nullptr;
};

bool tells(const std::string& log, const std::string& text) {
  return log.find(text) != std::string::npos;
}

} // namespace

TEST_CASE_METHOD(operator_fixture, "SIGHUP applies changed limits, and says what needs a restart",
                 "[cli][serve]") {
  std::ofstream(config, std::ios::app) << "[limits]\nuser = [\"60/1m;burst 15\"]\n";
  std::string started, changed, faulty, stopped;
  {
    caught_errors log;
    std::thread running([&] { (void)type({"serve"}); });
    started = log.read_to("isacbot is serving");
    write_config(key_file);
    std::ofstream(config, std::ios::app)
        << "[limits]\nuser = [\"120/1m;burst 30\"]\nqueue_deadline = \"3m\"\n"
        << "[log]\nlevel = \"debug\"\n";
    std::raise(SIGHUP);
    changed = log.read_to("the configuration was read again");
    std::ofstream(config) << "[limits]\nuser = \"many\"\n";
    std::raise(SIGHUP);
    faulty = log.read_to("nothing was changed");
    std::raise(SIGTERM);
    stopped = log.read_to("stopped");
    running.join();
  }
  INFO(started << changed << faulty << stopped);
  CHECK(tells(started, "isacbot is serving"));
  CHECK(tells(changed, "limits.user"));
  CHECK(tells(changed, "limits.queue_deadline"));
  CHECK(tells(changed, "log.level"));
  CHECK_FALSE(tells(changed, "storage.path"));
  CHECK(tells(faulty, "limits.user")); // which key, too
  CHECK(tells(stopped, "clean"));
  CHECK(status == 0);
}
