#include "telemetry/logging.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <utility>

namespace isacbot::telemetry {

namespace {

void write_to_standard_error(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fputc('\n', stderr);
  std::fflush(stderr);
}

/// Hands finished lines to the writer; spdlog's own formatting is not used, so that escaping is ours alone.
class writer_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit writer_sink(log_service::writer write) : write_(std::move(write)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    try {
      write_(std::string_view{message.payload.data(), message.payload.size()});
    } catch (...) { // there is nobody left to tell
    }
  }
  void flush_() override {}

  log_service::writer write_;
};

spdlog::level::level_enum to_spdlog(log_level level) {
  switch (level) {
  case log_level::debug:
    return spdlog::level::debug;
  case log_level::info:
    return spdlog::level::info;
  case log_level::warning:
    return spdlog::level::warn;
  case log_level::error:
    return spdlog::level::err;
  case log_level::off:
    return spdlog::level::off;
  }
  return spdlog::level::off;
}

} // namespace

struct logger::core {
  core(log_settings settings, const clock& t, log_service::writer write)
      : time(t),
        format(settings.format),
        level(settings.level),
        sink(std::make_shared<writer_sink>(std::move(write))),
        pool(std::make_shared<spdlog::details::thread_pool>(settings.queue_lines, 1)),
        // An actor must not wait for a slow terminal: when the queue is full the oldest line goes, counted.
        queue(std::make_shared<spdlog::async_logger>("isacbot", sink, pool,
                                                     spdlog::async_overflow_policy::overrun_oldest)) {
    queue->set_level(spdlog::level::trace);
    queue->flush_on(spdlog::level::off);
  }

  void submit(log_level l, const std::string& line) {
    {
      std::lock_guard lock(mutex); // held for the hand-over only, so that `stop` cannot come in between
      if (queue) {
        queue->log(to_spdlog(l), line);
        return;
      }
    }
    write_directly(l, line);
  }

  void write_directly(log_level l, const std::string& line) {
    sink->log(spdlog::details::log_msg{"isacbot", to_spdlog(l), line});
  }

  const clock& time;
  const log_format format;
  std::atomic<log_level> level;
  std::shared_ptr<writer_sink> sink;
  std::mutex mutex; // guards pool, queue and lost_before_stop
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> queue; // null once stopped
  std::uint64_t lost_before_stop = 0;
};

bool logger::enabled(log_level level) const noexcept {
  return core_ && level >= core_->level.load(std::memory_order_relaxed);
}

void logger::write(log_level level, std::string_view component, std::string_view message, fields list) const {
  if (!enabled(level))
    return;
  core_->submit(level, format_line(core_->format, core_->time.now(), level, component, message, list));
}

void logger::debug(std::string_view component, std::string_view message, fields list) const {
  write(log_level::debug, component, message, list);
}
void logger::info(std::string_view component, std::string_view message, fields list) const {
  write(log_level::info, component, message, list);
}
void logger::warning(std::string_view component, std::string_view message, fields list) const {
  write(log_level::warning, component, message, list);
}
void logger::error(std::string_view component, std::string_view message, fields list) const {
  write(log_level::error, component, message, list);
}

log_service::log_service(log_settings settings, const clock& time, writer write)
    : core_(std::make_shared<logger::core>(settings, time,
                                           write ? std::move(write) : writer{write_to_standard_error})) {}

log_service::~log_service() {
  stop();
}

void log_service::set_level(log_level level) noexcept {
  core_->level.store(level, std::memory_order_relaxed);
}

void log_service::stop() {
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> queue;
  std::uint64_t lost_lines = 0;
  {
    std::lock_guard lock(core_->mutex);
    if (!core_->pool)
      return;
    lost_lines = core_->pool->overrun_counter();
    core_->lost_before_stop = lost_lines;
    pool = std::move(core_->pool);
    queue = std::move(core_->queue);
    core_->pool.reset();
    core_->queue.reset();
  }
  queue.reset();
  pool.reset(); // the last owner: writes what waits, then joins the thread
  if (lost_lines > 0)
    core_->write_directly(log_level::warning,
                          format_line(core_->format, core_->time.now(), log_level::warning, "log",
                                      "lines were dropped because their reader was too slow",
                                      {{"lines", lost_lines}}));
}

std::uint64_t log_service::lost() const noexcept {
  std::lock_guard lock(core_->mutex);
  return core_->pool ? core_->pool->overrun_counter() : core_->lost_before_stop;
}

} // namespace isacbot::telemetry
