/// A pasted text and files as one list, in memory.
#pragma once

#include "domain/indicator_list.hpp"
#include "domain/list_item.hpp"

#include <span>
#include <string>
#include <string_view>

namespace isacbot::domain {

/// A file that is handed in.
struct list_file {
  std::string name; ///< as its owner calls it; may be empty
  std::string content;

  friend bool operator==(const list_file&, const list_file&) = default;
};

/// Lets everybody see which file a line is from: "iocs.csv: 10.0.0.1".
/// @returns a sink that puts the name before what stood in the line; `take` itself when the name is empty
item_sink from_file(std::string name, item_sink take);

/// Each of the files in the format it has, after the text, in their order. Where there is more than one
/// thing, lines that are withheld or refused name their file.
/// @error as parse_indicator_list, of all together; ec::malformed, ec::unsupported: a file cannot be read;
/// its name
///        stands before the mend
result<indicator_list> read_indicators(std::string_view text, std::span<const list_file> files,
                                       const indicator_list_options& options);

/// "iocs.csv: ", or nothing without a name.
std::string name_before(std::string_view name);
/// Whether lines have to tell which file they are from: there is more than one thing.
bool names_needed(std::string_view text, std::size_t files) noexcept;
/// What a file's owner is told when its reader gave up.
std::string explain_unreadable(const error& why);

} // namespace isacbot::domain
