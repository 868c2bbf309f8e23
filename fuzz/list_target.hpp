/// What must hold for any bytes in any of the list readers, wherever the bytes are cut.
#pragma once

#include "domain/line_text.hpp"
#include "domain/list_item.hpp"
#include "domain/lists/list_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::fuzz {

using make_reader = std::function<std::unique_ptr<domain::list_reader>(domain::item_sink)>;

inline void check(bool holds) {
  if (!holds)
    std::abort();
}

struct read_items {
  std::vector<domain::list_item> items;
  bool failed = false;
};

inline read_items read(std::string_view bytes, std::size_t piece, const make_reader& make) {
  read_items out;
  auto reader = make([&](domain::list_item&& item) -> result<void> {
    out.items.push_back(std::move(item));
    return {};
  });
  for (; !bytes.empty() && !out.failed; bytes.remove_prefix(std::min(piece, bytes.size())))
    out.failed = reader->feed(std::string(bytes.substr(0, piece))).has_error();
  if (!out.failed)
    out.failed = reader->finish().has_error();
  return out;
}

/// The first byte chooses the size of the pieces.
inline int run(const std::uint8_t* data, std::size_t size, const make_reader& make) {
  if (size == 0)
    return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const read_items whole = read(bytes, std::max<std::size_t>(bytes.size(), 1), make);
  const read_items cut = read(bytes, 1 + data[0] % 31U, make);
  check(whole.failed == cut.failed);
  check(std::equal(whole.items.begin(), whole.items.end(), cut.items.begin(), cut.items.end(),
                   [](const domain::list_item& a, const domain::list_item& b) {
                     return a.line == b.line && a.row == b.row && a.reason == b.reason && a.text == b.text;
                   }));
  for (const domain::list_item& item : whole.items) {
    check(item.line > 0 && item.reason.has_value() == item.row.value.empty());
    check(item.text.size() <= domain::max_report_text && domain::shown_text(item.text) == item.text);
    check(domain::shown_text(item.row.notes, item.row.notes.size()) == item.row.notes);
    check(domain::shown_text(item.row.source, item.row.source.size()) == item.row.source);
    check(item.reason.has_value() || item.row.sightings > 0);
  }
  return 0;
}

} // namespace isacbot::fuzz
