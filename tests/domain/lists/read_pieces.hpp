/// Reads a text as a list, in pieces of chosen sizes, and keeps what came of it.
#pragma once

#include "domain/lists/list_file_reader.hpp"
#include "domain/random_numbers.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::test {

struct read_list {
  std::vector<domain::list_item> items;
  std::optional<error> fault;
  std::optional<domain::list_format> format;
};

/// @param piece  gives the size of the next piece, at least 1
template <class Piece>
read_list read_in_pieces(std::string_view text, Piece&& piece,
                         const domain::indicator_list_options& options = {}) {
  read_list out;
  domain::list_file_reader reader(options, [&](domain::list_item&& item) -> result<void> {
    out.items.push_back(std::move(item));
    return {};
  });
  while (!text.empty() && !out.fault) {
    const std::size_t size = std::min<std::size_t>(piece(), text.size());
    // A copy of its own: a reader that keeps a view of it is found by the sanitizers.
    const std::string bytes(text.substr(0, size));
    if (auto fed = reader.feed(bytes); !fed)
      out.fault = fed.error();
    text.remove_prefix(size);
  }
  if (!out.fault)
    if (auto ended = reader.finish(); !ended)
      out.fault = ended.error();
  out.format = reader.format();
  return out;
}

inline read_list read_whole(std::string_view text, const domain::indicator_list_options& options = {}) {
  return read_in_pieces(
      text, [&] { return std::max<std::size_t>(text.size(), 1); }, options);
}

/// "3 IP 8.8.4.4", "4 refused: hello", "5 withheld: 10.0.0.1"
inline std::vector<std::string> told(const read_list& list) {
  std::vector<std::string> out;
  for (const domain::list_item& item : list.items) {
    std::string line = std::to_string(item.line);
    if (!item.reason)
      line += " " + item.row.type + " " + item.row.value;
    else
      line += (domain::is_withheld(*item.reason) ? " withheld: " : " refused: ") + item.text;
    out.push_back(std::move(line));
  }
  return out;
}

inline bool operator_equal(const domain::list_item& a, const domain::list_item& b) {
  return a.line == b.line && a.row == b.row && a.reason == b.reason && a.text == b.text;
}

inline bool same(const read_list& a, const read_list& b) {
  return a.format == b.format && a.fault.has_value() == b.fault.has_value() &&
         (!a.fault || a.fault->code == b.fault->code) &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), operator_equal);
}

} // namespace isacbot::test
