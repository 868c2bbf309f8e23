#include "cli/progress_line.hpp"

#include <algorithm>
#include <ostream>

namespace isacbot::cli {

namespace {

constexpr std::size_t bar_width = 24;

std::string duration_text(std::int64_t left_seconds) {
  if (left_seconds >= 3600)
    return std::to_string(left_seconds / 3600) + " h " + std::to_string(left_seconds / 60 % 60) + " min left";
  if (left_seconds >= 60)
    return std::to_string(left_seconds / 60) + " min " + std::to_string(left_seconds % 60) + " s left";
  return std::to_string(left_seconds) + " s left";
}

} // namespace

progress_line::~progress_line() {
  if (width_ > 0)
    out_ << '\n' << std::flush;
}

void progress_line::begin(const std::string& what) {
  if (width_ > 0)
    out_ << '\n';
  width_ = 0;
  what_ = what;
  begun_ = time_.steady_now();
  drawn_ = {};
  next_line_ = 0;
}

std::string progress_line::pace(std::uint64_t done, std::uint64_t total) const {
  auto spent = std::chrono::duration<double>(time_.steady_now() - begun_).count();
  if (done <= first_ || spent < 0.001)
    return {};
  double rate = static_cast<double>(done - first_) / spent;
  std::string text = ", " + std::to_string(static_cast<std::uint64_t>(rate)) + "/s";
  if (total > done)
    text += ", " + duration_text(static_cast<std::int64_t>(static_cast<double>(total - done) / rate + 0.5));
  return text;
}

void progress_line::draw(std::uint64_t done, std::uint64_t total) {
  std::string line = what_ + " " + std::to_string(done);
  if (total > 0) {
    auto filled = static_cast<std::size_t>(std::min(done, total) * bar_width / total);
    line = "[" + std::string(filled, '#') + std::string(bar_width - filled, '.') + "] " + line + " of " +
           std::to_string(total);
  }
  line += pace(done, total);
  std::size_t width = line.size();
  line.resize(std::max(line.size(), width_), ' '); // over what the last one left
  out_ << '\r' << line << std::flush;
  width_ = width;
}

void progress_line::show(const std::string& what, std::uint64_t done, std::uint64_t total) {
  if (what != what_) {
    begin(what);
    first_ = done;
  }
  bool last = total > 0 && done >= total;
  auto now = time_.steady_now();
  if (terminal_) {
    if (last || drawn_ == steady_time{} || now - drawn_ >= milliseconds{100}) {
      draw(done, total);
      drawn_ = now;
    }
    return;
  }
  if (done < next_line_ && !last)
    return;
  out_ << what << " " << done;
  if (total > 0)
    out_ << " of " << total;
  out_ << pace(done, total) << '\n' << std::flush;
  next_line_ =
      total > 0 ? done + std::max<std::uint64_t>(total / 10, 1) : std::max<std::uint64_t>(done * 2, 1'000);
}

} // namespace isacbot::cli
