/// Log lines with fields, as text or JSON. A `logger` is passed in like everything else; there is no global
/// one.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/secret.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace isacbot::telemetry {

enum class log_level : std::uint8_t { debug, info, warning, error, off };
enum class log_format : std::uint8_t { text, json };

/// "info" and so on.
std::string_view to_string(log_level level) noexcept;

/// A field's name: lower case and underscores, checked by the compiler, and none of the line's own.
class field_name {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is a name
  consteval field_name(const char* text) : text_(text) {
    for (const char c : text_)
      if ((c < 'a' || c > 'z') && c != '_')
        throw "a field name holds a-z and _ only";
    if (text_ == "time" || text_ == "level" || text_ == "component" || text_ == "message")
      throw "this name belongs to the line itself";
  }
  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

 private:
  std::string_view text_;
};

/// One name and value beside the message; lives as long as the log call. The usual names are request, team,
/// user and submission. A secret is no value: there is no way to pass one without revealing it in plain
/// sight.
class field {
 public:
  field(field_name name, std::string_view value) : name_(name), value_(value) {}
  field(field_name name, const char* value) : name_(name), value_(std::string_view{value}) {}
  field(field_name name, const std::string& value) : name_(name), value_(std::string_view{value}) {}
  template <class Tag>
  field(field_name name, const id<Tag>& value) : name_(name),
                                                 value_(std::string_view{value.value}) {}
  field(field_name name, std::integral auto value) : name_(name), value_(static_cast<std::int64_t>(value)) {}
  field(field_name name, bool value) : name_(name), value_(value) {}
  field(field_name name, const secret&) = delete;

  [[nodiscard]] std::string_view name() const noexcept { return name_.text(); }
  [[nodiscard]] const std::variant<std::string_view, std::int64_t, bool>& value() const noexcept {
    return value_;
  }

 private:
  field_name name_;
  std::variant<std::string_view, std::int64_t, bool> value_;
};

class log_service;

/// A cheap handle, copied freely, valid beyond its service; a default-made one drops everything. Thread-safe,
/// and never waits for the terminal.
class logger {
 public:
  using fields = std::initializer_list<field>;

  logger() = default;

  /// @param component  who speaks: a room or an actor ("slack", "outbox")
  /// @param message    a fixed sentence; what varies belongs into the fields
  void debug(std::string_view component, std::string_view message, fields list = {}) const;
  void info(std::string_view component, std::string_view message, fields list = {}) const;
  void warning(std::string_view component, std::string_view message, fields list = {}) const;
  void error(std::string_view component, std::string_view message, fields list = {}) const;

  [[nodiscard]] bool enabled(log_level level) const noexcept;

 private:
  friend class log_service;
  struct core;
  explicit logger(std::shared_ptr<core> c) : core_(std::move(c)) {}
  void write(log_level level, std::string_view component, std::string_view message, fields list) const;

  std::shared_ptr<core> core_;
};

struct log_settings {
  log_level level = log_level::info;
  log_format format = log_format::text;
  std::size_t queue_lines = 8192; ///< waiting lines; when full, the oldest one is dropped and counted
};

/// Owns the queue and the thread that writes. Stop it after everybody else.
class log_service {
 public:
  /// Takes one line without its end; called by one thread at a time.
  using writer = std::function<void(std::string_view line)>;

  /// @param write  where lines go; none: standard error
  log_service(log_settings settings, const clock& time, writer write = {});
  ~log_service();
  log_service(const log_service&) = delete;
  log_service& operator=(const log_service&) = delete;

  [[nodiscard]] logger get() const { return logger{core_}; }
  /// Takes effect at once, for every handle.
  void set_level(log_level level) noexcept;
  /// Writes what waits, then ends the thread. Later lines are written by their callers, so that the last
  /// words of a shutdown are not lost. Repeatable.
  void stop();
  /// Lines dropped so far because the queue was full.
  [[nodiscard]] std::uint64_t lost() const noexcept;

 private:
  std::shared_ptr<logger::core> core_;
};

/// One line without its end. Pure; what log_service calls.
/// Control characters, line and direction marks of Unicode and broken UTF-8 come out escaped, in both forms,
/// so that no value can start a line of its own or act on a terminal.
std::string format_line(log_format format, sys_time now, log_level level, std::string_view component,
                        std::string_view message, std::initializer_list<field> fields);

} // namespace isacbot::telemetry
