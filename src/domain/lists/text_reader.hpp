/// Plain text: a value a line, values between commas, values with notes, prose with values in it.
#pragma once

#include "domain/lists/item_maker.hpp"
#include "domain/lists/line_splitter.hpp"
#include "domain/lists/list_reader.hpp"

#include <cstddef>

namespace isacbot::domain {

/// Below this many bytes, talk between the values is no danger: forms such as "evil dot com" are read.
inline constexpr std::size_t short_list = 2'048;

class text_reader final : public list_reader {
 public:
  /// @param loose  the whole text is shorter than `short_list`
  text_reader(const indicator_list_options& options, bool loose, item_sink sink);

  result<void> feed(std::string_view bytes) override;
  result<void> finish() override;

 private:
  result<void> take(const list_line& line);

  item_maker items_;
  line_splitter lines_;
};

} // namespace isacbot::domain
