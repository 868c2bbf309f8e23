#include "protocol/trustar/iso_time.hpp"

#include <optional>

namespace isacbot::trustar {

namespace {

/// Takes fixed-width fields from the front.
class cursor {
 public:
  explicit cursor(std::string_view text) : rest_(text) {}

  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count)
      return std::nullopt;
    int value = 0;
    for (char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9')
        return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  bool any_of(std::string_view wanted) {
    if (rest_.empty() || wanted.find(rest_.front()) == std::string_view::npos)
      return false;
    last_ = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  /// Digits after the decimal point, as milliseconds; at most nine are taken.
  std::optional<int> fraction() {
    int value = 0;
    int scale = 100;
    std::size_t count = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9' && count < 9) {
      value += (rest_.front() - '0') * scale;
      scale /= 10;
      rest_.remove_prefix(1);
      ++count;
    }
    return count == 0 ? std::nullopt : std::optional(value);
  }
  [[nodiscard]] char last() const { return last_; }
  [[nodiscard]] bool finished() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  char last_ = '\0';
};

std::optional<std::chrono::minutes> read_zone(cursor& at) {
  if (at.finished() || at.any_of("Zz"))
    return std::chrono::minutes(0);
  if (!at.any_of("+-"))
    return std::nullopt;
  int sign = at.last() == '-' ? -1 : 1;
  auto hours = at.digits(2);
  at.any_of(":");
  auto minutes = at.finished() ? std::optional(0) : at.digits(2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59)
    return std::nullopt;
  return std::chrono::minutes(sign * (*hours * 60 + *minutes));
}

std::optional<sys_time> read_time(std::string_view text) {
  cursor at(text);
  auto year = at.digits(4);
  bool dash = at.any_of("-");
  auto month = at.digits(2);
  dash = at.any_of("-") && dash;
  auto day = at.digits(2);
  if (!year || !month || !day || !dash)
    return std::nullopt;
  std::chrono::year_month_day date{std::chrono::year(*year),
                                   std::chrono::month(static_cast<unsigned>(*month)),
                                   std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok())
    return std::nullopt;
  sys_time time = std::chrono::sys_days(date);
  if (at.finished())
    return time;
  if (!at.any_of("Tt "))
    return std::nullopt;
  auto hour = at.digits(2);
  bool colon = at.any_of(":");
  auto minute = at.digits(2);
  if (!hour || !minute || !colon || *hour > 23 || *minute > 59)
    return std::nullopt;
  int second = 0;
  int millisecond = 0;
  if (at.any_of(":")) {
    auto read_second = at.digits(2);
    if (!read_second || *read_second > 60) // 60: a leap second
      return std::nullopt;
    second = *read_second;
    if (at.any_of(".,")) {
      auto read_fraction = at.fraction();
      if (!read_fraction)
        return std::nullopt;
      millisecond = *read_fraction;
    }
  }
  auto zone = read_zone(at);
  if (!zone || !at.finished())
    return std::nullopt;
  return time + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + seconds(second) +
         milliseconds(millisecond) - *zone;
}

} // namespace

result<sys_time> parse_iso_time(std::string_view text) {
  auto time = read_time(text);
  if (!time)
    return fail(ec::malformed, "not an ISO 8601 time");
  return *time;
}

} // namespace isacbot::trustar
