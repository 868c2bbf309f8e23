/// Tables: comma-, semicolon- or tab-separated values (RFC 4180), with or without a header.
#pragma once

#include "domain/lists/csv_layout.hpp"
#include "domain/lists/item_maker.hpp"
#include "domain/lists/list_reader.hpp"
#include "domain/lists/record_splitter.hpp"

namespace isacbot::domain {

/// A record is one row; each of its values is an item. Blank records and comments (`#`) are none. A record
/// that breaks the rules of quoting is one refused item, and the next line is looked at again.
class csv_reader final : public list_reader {
 public:
  csv_reader(const indicator_list_options& options, csv_layout layout, item_sink sink);

  result<void> feed(std::string_view bytes) override;
  result<void> finish() override;

 private:
  result<void> take(const table_record& record);

  item_maker items_;
  csv_layout layout_;
  bool header_left_;
  row_fields row_;
  record_splitter records_;
};

} // namespace isacbot::domain
