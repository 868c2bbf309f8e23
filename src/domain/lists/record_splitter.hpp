/// Bytes in pieces, cut into the records and fields of a table (RFC 4180, with what real files do besides:
/// other delimiters, LF or CR alone, blanks around quoted fields).
#pragma once

#include "core/error.hpp"
#include "domain/lists/list_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

/// One record. The views live as long as the call that hands it over.
struct table_record {
  std::uint32_t line = 0; ///< on which it begins, from 1
  std::string_view text;  ///< as it stands there
  std::vector<std::string_view> fields;
  bool malformed = false; ///< a quote that does not end, or text behind one that does: `text` is the line
  bool too_long = false;  ///< over `max_list_entry`: `text` is the beginning of the line
};

class record_splitter {
 public:
  using taker = std::function<result<void>(const table_record&)>;

  record_splitter(char delimiter, taker take);

  result<void> feed(std::string_view bytes);
  result<void> finish();

 private:
  enum class find { complete, incomplete, malformed };

  result<std::size_t> take_records(std::string_view bytes, bool last);
  find find_record(std::string_view bytes, bool last);
  void read_fields(std::string_view text);
  void add_field(std::string_view text);
  result<std::size_t> take_broken_line(std::string_view bytes, bool last);
  [[nodiscard]] bool is_blank(char c) const noexcept { return c == ' ' || (c == '\t' && delimiter_ != '\t'); }

  char delimiter_;
  taker take_;
  std::string kept_;            ///< from the beginning of a record on
  std::size_t end_ = 0;         ///< of the record found last, without its line end
  std::size_t next_ = 0;        ///< behind its line end
  std::uint32_t line_ends_ = 0; ///< in it
  bool skipping_ = false;       ///< the rest of a line that was too long
  std::uint32_t line_ = 1;
  table_record record_;
  std::deque<std::string> unquoted_; ///< fields with doubled quotes; a deque: views of them stay valid
  std::size_t unquoted_used_ = 0;
};

} // namespace isacbot::domain
