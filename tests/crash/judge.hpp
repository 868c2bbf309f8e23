/// Compares what the members were told with what Station did, by data alone: its log of applied batches, its
/// sightings of every value, and the messages that Slack was given. Nothing is taken from the bot but its
/// receipts, which are themselves compared.
#pragma once

#include "crash/world.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace isacbot::test {

enum class breach : std::uint8_t {
  lost,           ///< accepted, and not at Station: a value has fewer sightings than lists that held it
  undelivered,    ///< a part or a whole submission that the receipt or Station's log does not account for
  doubled,        ///< at Station more often than handed in
  unknown_batch,  ///< Station applied a batch that belongs to no submission
  miscounted,     ///< a receipt that does not add up, or not to what Station holds
  out_of_order,   ///< a later part of a submission reached Station before an earlier one
  unanswered,     ///< accepted, and the member has no receipt or never heard of the end
  answered_twice, ///< more messages about one submission than one, and one for each crash
  never_quiet,    ///< something was left undone
};

struct violation {
  breach what = breach::lost;
  std::string detail;
};

std::string to_string(const std::vector<violation>& all);
bool has(const std::vector<violation>& all, breach what);

/// @returns nothing when every promise was kept
std::vector<violation> judge(const world& w, bool became_quiet);

} // namespace isacbot::test
