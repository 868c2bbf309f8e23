/// Makes items of what readers find: a line, a cell of a table, a field of a document. Here is decided what
/// an observable is, what is withheld, and what nobody understands; which format it came in makes no
/// difference.
#pragma once

#include "domain/list_item.hpp"
#include "domain/lists/indicator_list_options.hpp"
#include "observables/value_parser.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

class item_maker {
 public:
  /// @param loose  defang forms that can be prose, too ("evil dot com"): for texts so short that nobody talks
  item_maker(const indicator_list_options& options, bool loose, item_sink sink);

  /// A line of plain text: a value, values between commas, a value with a note, or prose with values in it.
  /// Blank lines and comments are no items.
  result<void> add_line(std::uint32_t number, std::string_view line);

  /// A field that holds a value, or several; a blank one is refused.
  /// @param details    source, notes, tags, times and sightings of every item that is made of it
  result<void> add_value(std::uint32_t number, std::string_view field, const indicator_row& details);

  result<void> withhold(std::uint32_t number, std::string_view text, line_reason reason);
  result<void> refuse(std::uint32_t number, std::string_view text, line_reason reason);

  /// Whether `field` is one value and nothing else; names of malware and of files may be talk and don't
  /// count.
  [[nodiscard]] bool is_value(std::string_view field);

  [[nodiscard]] const indicator_list_options& options() const noexcept { return options_; }

 private:
  result<bool> add_fields(const std::vector<std::string_view>& fields, std::string_view comment);
  void find_in_note(std::string_view note);
  result<void> add_whole(const observables::scanner::view& whole, std::string_view note);
  [[nodiscard]] std::optional<line_reason> withheld_because(const observables::scanner::view& found) const;
  result<void> add(const observables::scanner::view& found, std::string_view note);
  result<void> add_prose(std::string_view text, std::string_view note);
  result<void> drop(std::uint32_t number, std::string_view text, line_reason reason);

  indicator_list_options options_;
  item_sink sink_;
  observables::value_parser single_;
  observables::options prose_;
  std::array<bool, observables::type_count> on_the_wire_{}; ///< by type
  std::vector<observables::observable> in_notes_;
  std::uint32_t number_ = 0;
  std::uint64_t made_ = 0;
  const indicator_row* details_ = nullptr; ///< of the field at hand; null: a line of text
};

} // namespace isacbot::domain
