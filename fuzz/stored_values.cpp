// rooms: storage
/// Feeds any bytes to the decoders of stored values. The first byte picks one. What a decoder accepts must be
/// exactly what the encoder gives for the value, so nothing is read wrongly or left over.
#include "storage/stored_values.hpp"
#include "storage/key_encoding.hpp"
#include "storage/late_additions.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace isacbot::storage;

template <class Value>
void check(const isacbot::result<Value>& decoded, std::string_view bytes) {
  if (decoded && encode(*decoded).reveal() != bytes)
    std::abort();
}

/// Rows of version 1 are read, too, and written as version 2; what they say stays the same.
void check_rows(std::string_view bytes) {
  auto rows = decode_rows(bytes);
  if (!rows)
    return;
  const std::string again(encode(*rows).reveal());
  if (bytes.front() == again.front() ? again != bytes : decode_rows(again) != rows)
    std::abort();
}

/// Whatever they say, rows stay as many, keep their values and have no more sightings than there may be.
void check_late(std::string_view bytes) {
  std::vector<isacbot::domain::indicator_row> rows(3);
  (void)apply_late(bytes, rows, 100);
  for (const auto& row : rows)
    if (!row.value.empty() || row.notes.size() > 100 || row.tags.size() > isacbot::domain::max_row_tags ||
        row.sightings > isacbot::domain::max_sightings)
      std::abort();
}

void check_key(std::string_view bytes) {
  key_reader reader(bytes);
  auto first = reader.text();
  auto second = reader.text();
  auto time = reader.time();
  if (time && key_builder{}.text(*first).text(*second).time(*time).raw(reader.rest()).take() != bytes)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 9U) {
  case 0:
    check(decode_credentials(bytes), bytes);
    break;
  case 1:
    check(decode_journal_entry(bytes), bytes);
    break;
  case 2:
    check(decode_submission_header(bytes), bytes);
    break;
  case 3:
    check(decode_stored_part(bytes), bytes);
    break;
  case 4:
    check(decode_audit_event(bytes), bytes);
    break;
  case 5:
    check_rows(bytes);
    break;
  case 6:
    check(decode_report(bytes), bytes);
    break;
  case 7:
    check_key(bytes);
    break;
  default:
    check_late(bytes);
    break;
  }
  return 0;
}
