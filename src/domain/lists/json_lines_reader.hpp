/// JSON lines: an object or a text on every line.
#pragma once

#include "domain/lists/item_maker.hpp"
#include "domain/lists/json_row.hpp"
#include "domain/lists/line_splitter.hpp"
#include "domain/lists/list_reader.hpp"

namespace isacbot::domain {

/// Blank lines are no items; a line that is no JSON is one refused item.
class json_lines_reader final : public list_reader {
 public:
  json_lines_reader(const indicator_list_options& options, item_sink sink);

  result<void> feed(std::string_view bytes) override;
  result<void> finish() override;

 private:
  result<void> take(const list_line& line);

  item_maker items_;
  json_row_reader row_;
  line_splitter lines_;
};

} // namespace isacbot::domain
