/// Receipts as the operator's commands print them: docs/operations.md names the members.
#pragma once

#include "core/clock.hpp"
#include "domain/model.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace isacbot::app {

/// Where a submission stands, in a word: "under way", "stuck", "dead", "delivered", "processed".
std::string_view standing_of(const domain::receipt& r);

/// Without lines, reasons and parts: for lists.
boost::json::object receipt_summary(const domain::receipt& r);

boost::json::object counts_json(const domain::counts& counts);

/// @param ahead  as domain::make_progress
boost::json::object receipt_json(const domain::receipt& r, sys_time now,
                                 std::optional<std::uint64_t> ahead = {});

} // namespace isacbot::app
