/// Reads a list in whatever format it is in.
#pragma once

#include "domain/list_item.hpp"
#include "domain/lists/indicator_list_options.hpp"
#include "domain/lists/list_format.hpp"
#include "domain/lists/list_reader.hpp"
#include "domain/lists/text_decoder.hpp"

#include <memory>
#include <optional>
#include <string>

namespace isacbot::domain {

class list_file_reader final : public list_reader {
 public:
  list_file_reader(indicator_list_options options, item_sink sink);
  ~list_file_reader() override;

  /// @error as list_reader; ec::unsupported: no text (an archive, a spreadsheet, a picture)
  result<void> feed(std::string_view bytes) override;
  result<void> finish() override;

  /// nullopt until enough has been read to tell.
  [[nodiscard]] std::optional<list_format> format() const noexcept { return format_; }

 private:
  result<void> take(std::string_view text);
  result<void> begin(bool whole);
  result<void> check(result<void> done);

  indicator_list_options options_;
  item_sink sink_;
  text_decoder decoder_;
  std::string head_; ///< until the format is known
  std::unique_ptr<list_reader> reader_;
  std::optional<list_format> format_;
  std::optional<error> fault_;
};

} // namespace isacbot::domain
