/// What lists leave that nobody accepts: their marks and their end.
#include "storage/list_stage.hpp"

#include "storage/binary.hpp"
#include "storage/stage_marker.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace isacbot::storage {

namespace {

constexpr std::uint8_t version = 1;

} // namespace

std::string encode(const stage_marker& marker) {
  byte_writer out;
  out.u8(version);
  out.u8(static_cast<std::uint8_t>(marker.state));
  out.time(marker.opened);
  out.text(marker.enclave.value);
  return std::string(out.take().reveal());
}

result<stage_marker> decode_stage_marker(std::string_view bytes) {
  byte_reader in(bytes);
  if (in.u8() != version)
    in.fault();
  stage_marker marker;
  marker.state = in.enumerator(stage_state::abandoned);
  marker.opened = in.time();
  marker.enclave.value = in.text();
  if (!in.finished())
    return fail(ec::corrupted, "the row of a staged list is unreadable", "restore the last backup");
  return marker;
}

result<std::size_t> sweep_stages(const kv_store& store, write_batch& batch, sys_time opened_before,
                                 std::size_t limit) {
  // One stage at a time: the first that is over.
  std::optional<std::pair<std::string, std::string>> row;
  stage_marker marker;
  std::optional<error> fault;
  result<void> scanned =
      store.scan(tables::staging, {}, {}, [&](std::string_view key, std::string_view value) {
        result<stage_marker> read = decode_stage_marker(value);
        if (!read) {
          fault = read.error();
          return false;
        }
        if (read->state == stage_state::open && read->opened >= opened_before)
          return true;
        row.emplace(key, value);
        marker = std::move(*read);
        return false;
      });
  if (!scanned)
    return scanned.error();
  if (fault)
    return *fault;
  if (!row)
    return std::size_t{0};
  auto& [key, value] = *row;
  batch.expect(tables::staging, key, value); // refused when it is accepted at this moment
  if (marker.state == stage_state::open) {
    // First nobody can accept it any more; its rows go with the next calls.
    batch.put(tables::staging, key, encode({stage_state::abandoned, marker.opened, marker.enclave}));
    return limit;
  }
  std::size_t erased = 0;
  const submission_id id{key_reader(key).text().value_or("")};
  std::vector<std::pair<table, std::string>> places{{tables::part_rows, key}, {tables::late_additions, key}};
  for (std::size_t lane = 0; lane < lane_count; ++lane)
    places.emplace_back(tables::accepted_run_pages, keys::accepted_run(marker.enclave, lane_run(id, lane)));
  for (const auto& [where, prefix] : places) {
    scanned = store.scan(where, prefix, end_of_prefix(prefix), [&, t = where](std::string_view found, auto) {
      if (erased == limit)
        return false;
      batch.erase(t, std::string(found));
      ++erased;
      return true;
    });
    if (!scanned)
      return scanned.error();
  }
  if (erased == limit)
    return limit;
  batch.erase(tables::staging, key);
  return std::max<std::size_t>(limit, 1); // there may be another stage
}

} // namespace isacbot::storage
