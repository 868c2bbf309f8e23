#include "storage/list_stage.hpp"

#include "domain/batch_planner.hpp"
#include "domain/withheld_lane.hpp"
#include "storage/stage_marker.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::storage {

namespace {

/// Items at once: few enough to be in the processor's cache when their rows are taken.
constexpr std::size_t looked_at = 64;

/// By lane; nothing is withheld in lane 0.
constexpr std::array<domain::line_reason, lane_count> reasons{domain::line_reason::not_understood,
                                                              domain::line_reason::special_address,
                                                              domain::line_reason::safelisted};

std::size_t lane_of(const domain::list_item& item) noexcept {
  if (!item.reason || !item.row_kept)
    return 0;
  return *item.reason == reasons[1] ? 1 : 2;
}

bool is_sent(std::size_t lane, const domain::overrides& given) noexcept {
  return lane == 0 || given.cover(reasons[lane]);
}

} // namespace

list_stage::list_stage(const kv_store& store, const vault& sealer, const accepted_values& known_values,
                       submission_id id, enclave_id enclave, sys_time opened, sys_time since,
                       const stage_options& options, stage_writer write)
    : context_{
          store, sealer, known_values, std::move(id), std::move(enclave), since, options, std::move(write),
          {}} {
  context_.marker = encode(stage_marker{stage_state::open, opened, context_.enclave});
  lane(0);
}

stage_lane& list_stage::lane(std::size_t number) {
  if (!lanes_[number])
    lanes_[number] = std::make_unique<stage_lane>(context_, number);
  return *lanes_[number];
}

/// What a lane has kept is a row like any other to it.
void list_stage::keep_lines(std::size_t lane, std::span<domain::list_item> items) {
  for (domain::list_item& item : items) {
    if (!item.reason || !domain::is_withheld(*item.reason))
      continue;
    if (lines_kept_[lane] < domain::kept_lines) {
      ++lines_kept_[lane];
      withheld_.push_back({lane, {item.line, item.text, *item.reason}});
    }
    if (lane != 0)
      item.reason.reset();
  }
}

result<void> list_stage::add(std::span<domain::list_item> items) {
  while (!items.empty()) {
    const std::size_t number = lane_of(items.front());
    const auto near = items.first(std::min(items.size(), looked_at));
    const auto other = std::find_if(near.begin(), near.end(),
                                    [&](const domain::list_item& item) { return lane_of(item) != number; });
    const auto same = near.first(static_cast<std::size_t>(other - near.begin()));
    items = items.subspan(same.size());
    keep_lines(number, same);
    if (result<void> added = lane(number).add(same); !added)
      return added;
  }
  return {};
}

result<bool> list_stage::close_some() {
  for (const auto& rows : lanes_) {
    if (!rows || rows->closed())
      continue;
    if (result<bool> last = rows->close_some(); !last)
      return last;
    return false;
  }
  closed_ = true;
  return true;
}

domain::intake_totals list_stage::totals(const domain::overrides& given) const {
  std::vector<domain::withheld_lane> lanes;
  for (std::size_t number = 1; number < lane_count; ++number)
    if (lanes_[number])
      lanes.push_back({reasons[number], lanes_[number]->totals()});
  domain::intake_totals all = domain::join_lanes(lanes_[0]->totals(), lanes, given);
  all.withheld.clear();
  for (const withheld_line& kept : withheld_)
    if ((kept.lane == 0 || !is_sent(kept.lane, given)) && all.withheld.size() < domain::kept_lines)
      all.withheld.push_back(kept.line);
  return all;
}

result<std::vector<stored_part>> list_stage::accept(write_batch& batch, sys_time when,
                                                    const domain::overrides& given) const {
  std::vector<stored_part> parts;
  for (std::size_t number = 0; number < lane_count; ++number) {
    const auto& rows = lanes_[number];
    if (!rows)
      continue;
    if (is_sent(number, given))
      rows->accept(batch, when, parts);
    else if (result<void> discarded = rows->discard(batch); !discarded)
      return discarded.error();
  }
  std::sort(parts.begin(), parts.end(), [](const stored_part& a, const stored_part& b) {
    return domain::part_number_less(a.part.number, b.part.number);
  });
  if (context_.marked) {
    batch.expect(tables::staging, keys::submission(context_.id), context_.marker);
    batch.erase(tables::staging, keys::submission(context_.id));
  }
  return parts;
}

result<std::vector<domain::indicator_row>> list_stage::first_rows(std::size_t limit,
                                                                  const domain::overrides& given) const {
  std::vector<domain::indicator_row> rows;
  for (std::size_t number = 0; number < lane_count; ++number)
    if (lanes_[number] && is_sent(number, given))
      if (result<void> read = lanes_[number]->read_first(limit, rows); !read)
        return read.error();
  return rows;
}

void list_stage::abandon(write_batch& batch) const {
  if (!context_.marked)
    return;
  const std::string key = keys::submission(context_.id);
  batch.expect(tables::staging, key, context_.marker);
  result<stage_marker> marker = decode_stage_marker(context_.marker);
  batch.put(tables::staging, key,
            encode(stage_marker{stage_state::abandoned, marker->opened, context_.enclave}));
}

} // namespace isacbot::storage
