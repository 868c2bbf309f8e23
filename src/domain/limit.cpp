#include "domain/limit.hpp"

#include "domain/wide_integer.hpp"

#include <array>
#include <charconv>

namespace isacbot::domain {

using std::chrono::nanoseconds;

namespace {

struct unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// Longest first when written: 1d before 24h.
constexpr std::array<unit, 5> units{{{"d", 86'400'000'000'000},
                                     {"h", 3'600'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000}}};

constexpr std::string_view form = "write \"<count>/<window>;burst <count>\", for example \"60/1m;burst 15\"";

void skip_blanks(std::string_view& text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
}

bool take_number(std::string_view& text, std::uint64_t& out) noexcept {
  skip_blanks(text);
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (fault != std::errc{})
    return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  skip_blanks(text);
  return true;
}

bool take_text(std::string_view& text, std::string_view wanted) noexcept {
  if (!text.starts_with(wanted))
    return false;
  text.remove_prefix(wanted.size());
  return true;
}

bool take_window(std::string_view& text, nanoseconds& out) noexcept {
  std::uint64_t number = 0;
  if (!take_number(text, number))
    return false;
  const std::string_view name = text.substr(0, text.find_first_of("; \t"));
  for (const unit& u : units)
    if (u.name == name) {
      text.remove_prefix(name.size());
      skip_blanks(text);
      // Beyond the largest window the exact number no longer matters, but the product must not overflow.
      const auto most = static_cast<std::uint64_t>(max_limit_window.count() / u.nanoseconds + 1);
      out = nanoseconds{static_cast<std::int64_t>(std::min(number, most)) * u.nanoseconds};
      return true;
    }
  return false;
}

} // namespace

std::uint64_t default_burst(std::uint64_t count) noexcept {
  return std::max<std::uint64_t>(1, count / 4);
}

result<limit> make_limit(std::uint64_t count, nanoseconds window, std::uint64_t burst) {
  if (count == 0)
    return fail(ec::invalid_argument, "a limit of 0 would let nothing through",
                "leave the limit out to have none");
  if (count > max_limit_count)
    return fail(ec::invalid_argument, "the count is too large", "write at most 1000000000");
  if (window < min_limit_window || window > max_limit_window)
    return fail(ec::invalid_argument, "the window is out of range", "write 1ms to 366d");
  if (burst == 0 || burst > count)
    return fail(ec::invalid_argument, "the burst is out of range", "write 1 up to the count");
  if (burst < count) {
    const uint128 refill = uint128{burst} * static_cast<std::uint64_t>(window.count()) / (count - burst);
    if (refill > static_cast<std::uint64_t>(max_refill_time.count()))
      return fail(ec::invalid_argument, "the burst would take more than a century to come back",
                  "write a smaller burst or window");
  }
  return limit{count, window, burst};
}

result<limit> parse_limit(std::string_view text) {
  std::uint64_t count = 0;
  nanoseconds window{0};
  if (!take_number(text, count) || !take_text(text, "/") || !take_window(text, window))
    return fail(ec::malformed, "not a limit", std::string{form});
  std::uint64_t burst = default_burst(count);
  if (take_text(text, ";")) {
    skip_blanks(text);
    if (!take_text(text, "burst") || !take_number(text, burst))
      return fail(ec::malformed, "not a burst", std::string{form});
  }
  if (!text.empty())
    return fail(ec::malformed, "something follows the limit", std::string{form});
  return make_limit(count, window, burst);
}

std::string to_string(const limit& x) {
  std::string window = std::to_string(x.window.count()) + "ns";
  for (const unit& u : units)
    if (x.window.count() > 0 && x.window.count() % u.nanoseconds == 0) {
      window = std::to_string(x.window.count() / u.nanoseconds) + std::string{u.name};
      break;
    }
  return std::to_string(x.count) + "/" + window + ";burst " + std::to_string(x.burst);
}

} // namespace isacbot::domain
