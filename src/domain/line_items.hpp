/// The lines of a pasted text, or of a file of lines, as items of a list. What a line may hold stands in
/// indicator_list.hpp.
#pragma once

#include "domain/indicator_list.hpp"
#include "domain/list_item.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

/// Line by line, in bounded memory. Not thread-safe.
class line_items {
 public:
  /// @param options     `max_bytes` and `dress` slack are the caller's business: lines come as normalised
  /// text
  /// @param short_text  of a few lines only: forms that are loose in longer text count as well
  line_items(const indicator_list_options& options, bool short_text, item_sink sink);

  /// @param line  without its end (take_line)
  /// @error what the sink says
  result<void> add_line(std::uint32_t number, std::string_view line);

 private:
  bool add_fields(const std::vector<std::string_view>& fields, std::string_view comment);
  void found_in_note(std::string_view note);
  void add_whole(const observables::observable& whole, std::string_view note);
  void add(const observables::observable& found, std::string_view note);
  void leave_out(std::string_view text, line_reason reason);

  indicator_list_options options_;
  observables::options single_;
  observables::options prose_;
  item_sink sink_;
  std::vector<list_item> items_; ///< of the line under way
  std::vector<observables::observable> in_notes_;
  std::uint32_t number_ = 0;
};

} // namespace isacbot::domain
