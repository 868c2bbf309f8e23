// rooms: domain
// Any bytes as a pasted list: every item is counted once, nothing shown is broken text. The first byte
// chooses options.
#include "domain/indicator_list.hpp"
#include "domain/line_text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace isacbot::domain;

void check(bool holds) {
  if (!holds)
    std::abort();
}

void check_lines(const std::vector<line_report>& lines) {
  for (const line_report& line : lines) {
    check(line.line > 0 && line.text.size() <= max_report_text);
    check(shown_text(line.text) == line.text); // valid UTF-8 without control characters
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  indicator_list_options options;
  options.send_special = (data[0] & 1U) != 0;
  options.dress =
      (data[0] & 2U) != 0 ? isacbot::observables::dialect::slack : isacbot::observables::dialect::automatic;
  options.max_value_bytes = (data[0] & 4U) != 0 ? 20 : 4'096;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto read = parse_indicator_list(text, options);
  if (!read)
    return 0;
  indicator_list& list = *read;

  check(list.counts.add_up());
  check(list.counts.accepted == list.rows.size());
  check(list.counts.withheld == list.withheld.size() && list.counts.refused == list.refused.size());
  std::set<std::pair<std::string, std::string>> seen;
  for (const indicator_row& row : list.rows) {
    check(row.line > 0 && !row.value.empty() && row.value.size() <= options.max_value_bytes);
    check(seen.emplace(row.type, row.value).second);
    check(shown_text(row.notes, options.max_note_bytes) == row.notes);
  }
  check_lines(list.withheld);
  check_lines(list.refused);
  const std::uint64_t handed_in = list.counts.handed_in;
  mark_known(list.rows, list.counts, [](const indicator_row& row) { return row.value.size() % 2 == 0; });
  check(list.counts.add_up() && list.counts.handed_in == handed_in);
  return 0;
}
