/// How far a submission has come on its way to Station: for a terminal, for `submissions show`, for Slack.
#pragma once

#include "core/clock.hpp"
#include "domain/model.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace isacbot::domain {

struct submission_progress {
  bool is_report = false;  ///< its rows are parts of the report
  std::uint64_t done = 0;  ///< rows that Station has, or has refused
  std::uint64_t total = 0; ///< rows in all parts
  std::uint64_t stuck = 0; ///< rows that wait for a person or were given up; part of neither
  /// Since the acceptance; nullopt before the first part is delivered, and when nothing is left.
  std::optional<double> rows_per_second;
  std::optional<seconds> remaining;
  std::optional<std::uint64_t> ahead; ///< parts of earlier submissions that are due first, if somebody looked

  [[nodiscard]] bool finished() const noexcept { return done + stuck >= total; }
  friend bool operator==(const submission_progress&, const submission_progress&) = default;
};

/// @param ahead  as found in the queue
submission_progress make_progress(const receipt& r, sys_time now, std::optional<std::uint64_t> ahead = {});

/// "12,000 of 30,000 rows, 400 rows/s, about 45 s left": plain text, one line.
std::string to_text(const submission_progress& p);

} // namespace isacbot::domain
