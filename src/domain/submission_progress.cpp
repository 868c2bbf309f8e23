#include "domain/submission_progress.hpp"

#include "domain/receipt.hpp"

#include <cmath>

namespace isacbot::domain {

namespace {

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;)
    digits.insert(at -= 3, ",");
  return digits;
}

std::string duration(seconds left) {
  const auto count = left.count();
  if (count < 120)
    return std::to_string(count) + " s";
  if (count < 2 * 3'600)
    return std::to_string((count + 59) / 60) + " min";
  return std::to_string((count + 3'599) / 3'600) + " h";
}

} // namespace

submission_progress make_progress(const receipt& r, sys_time now, std::optional<std::uint64_t> ahead) {
  const delivery_progress parts = progress_of(r);
  submission_progress out;
  out.is_report = r.submission.kind == submission_kind::report;
  out.done = parts.settled;
  out.stuck = parts.stuck;
  out.total = parts.settled + parts.stuck + parts.waiting;
  if (parts.waiting == 0)
    return out;
  out.ahead = ahead;
  const double elapsed = std::chrono::duration<double>(now - r.submission.created).count();
  if (parts.settled == 0 || elapsed <= 0)
    return out;
  out.rows_per_second = static_cast<double>(parts.settled) / elapsed;
  out.remaining = seconds{static_cast<std::int64_t>(
      std::ceil(std::min(static_cast<double>(parts.waiting) / *out.rows_per_second, 1e9)))};
  return out;
}

std::string to_text(const submission_progress& p) {
  std::string out = grouped(p.done) + " of " + grouped(p.total) + (p.is_report ? " parts" : " rows");
  if (p.stuck > 0)
    out += ", " + grouped(p.stuck) + " stuck";
  if (p.rows_per_second && !p.is_report)
    out += ", " + grouped(static_cast<std::uint64_t>(std::llround(*p.rows_per_second))) + " rows/s";
  if (p.remaining)
    out += ", about " + duration(*p.remaining) + " left";
  if (p.ahead && *p.ahead > 0)
    out += ", " + grouped(*p.ahead) + (*p.ahead == 1 ? " part" : " parts") + " ahead";
  return out;
}

} // namespace isacbot::domain
