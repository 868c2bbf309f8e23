/// How far long work has come: a bar with rate and remaining time on a terminal, plain lines elsewhere.
#pragma once

#include "core/clock.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>

namespace isacbot::cli {

class progress_line {
 public:
  /// @param terminal  whether `out` is one
  progress_line(std::ostream& out, bool terminal, const clock& time)
      : out_(out),
        terminal_(terminal),
        time_(time) {}
  /// Ends the line that is being drawn.
  ~progress_line();
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  /// @param total  0: nobody knows. A terminal is drawn at most ten times a second; elsewhere there is a line
  ///               at the start, at each tenth of the work and at the end.
  void show(const std::string& what, std::uint64_t done, std::uint64_t total);

 private:
  void begin(const std::string& what);
  void draw(std::uint64_t done, std::uint64_t total);
  [[nodiscard]] std::string pace(std::uint64_t done, std::uint64_t total) const;

  std::ostream& out_;
  bool terminal_;
  const clock& time_;
  std::string what_;
  steady_time begun_{};
  steady_time drawn_{};
  std::uint64_t first_ = 0;
  std::uint64_t next_line_ = 0;
  std::size_t width_ = 0; ///< of the line on the terminal
};

} // namespace isacbot::cli
