/// Runs the same work again and again, and lets the bot end at one step after the other.
#pragma once

#include "crash/judge.hpp"

#include <string>
#include <vector>

namespace isacbot::test {

struct way_to_crash {
  crash_side side = crash_side::before;
  crash_kind kind = crash_kind::killed;
};

inline const std::vector<way_to_crash>& all_ways() {
  static const std::vector<way_to_crash> ways{
      {crash_side::before, crash_kind::killed},          {crash_side::after, crash_kind::killed},
      {crash_side::before, crash_kind::power_lost},      {crash_side::after, crash_kind::power_lost},
      {crash_side::before, crash_kind::power_lost_torn},
  };
  return ways;
}

struct sweep_result {
  std::uint64_t steps = 0;   ///< of the run without a crash
  std::uint64_t runs = 0;    ///< with one
  std::uint64_t crashed = 0; ///< in which it really came
  std::vector<violation> violations;
};

/// @param make  gives the same options at every call
/// @param enough  stops after so many runs with violations
template <class Make>
sweep_result sweep(Make make, const std::vector<way_to_crash>& ways, std::size_t enough = 3) {
  sweep_result out;
  auto note = [&](const world& w, bool quiet, const std::string& where) {
    auto found = judge(w, quiet);
    for (auto& v : found)
      out.violations.push_back({v.what, where + ": " + v.detail});
    return !found.empty();
  };
  {
    world w(make());
    bool quiet = w.run();
    out.steps = w.points().steps();
    note(w, quiet, "without a crash");
  }
  std::size_t bad = 0;
  for (std::uint64_t step = 1; step <= out.steps; ++step) {
    for (const auto& way : ways) {
      world w(make(), {step, way.side, way.kind});
      bool quiet = w.run();
      ++out.runs;
      out.crashed += w.crashes() + w.points().failed_actors() > 0 ? 1 : 0;
      auto where = std::string(way.side == crash_side::before ? "before step " : "after step ") +
                   std::to_string(step) + " (" + w.points().name(step) + ", way " +
                   std::to_string(static_cast<int>(way.kind)) + ")";
      if (note(w, quiet, where) && ++bad >= enough)
        return out;
    }
  }
  return out;
}

} // namespace isacbot::test
