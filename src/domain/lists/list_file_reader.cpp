#include "domain/lists/list_file_reader.hpp"

#include "domain/lists/csv_reader.hpp"
#include "domain/lists/json_array_reader.hpp"
#include "domain/lists/json_lines_reader.hpp"
#include "domain/lists/misp_reader.hpp"
#include "domain/lists/stix_reader.hpp"
#include "domain/lists/text_reader.hpp"

#include <utility>

namespace isacbot::domain {

list_file_reader::list_file_reader(indicator_list_options options, item_sink sink)
    : options_(std::move(options)),
      sink_(std::move(sink)) {}

list_file_reader::~list_file_reader() = default;

result<void> list_file_reader::check(result<void> done) {
  if (!done)
    fault_ = done.error();
  return done;
}

result<void> list_file_reader::feed(std::string_view bytes) {
  if (fault_)
    return *fault_;
  return check(take(decoder_.feed(bytes)));
}

result<void> list_file_reader::finish() {
  if (fault_)
    return *fault_;
  if (auto taken = check(take(decoder_.finish())); !taken)
    return taken;
  if (!reader_)
    if (auto begun = check(begin(true)); !begun)
      return begun;
  return check(reader_->finish());
}

result<void> list_file_reader::take(std::string_view text) {
  if (!reader_) {
    const std::string_view piece = text.substr(0, deciding_bytes - head_.size());
    head_.append(piece);
    text.remove_prefix(piece.size());
    if (head_.size() < deciding_bytes)
      return {};
    if (auto begun = begin(false); !begun)
      return begun;
  }
  return reader_->feed(text);
}

result<void> list_file_reader::begin(bool whole) {
  if (head_.find('\0') != std::string::npos)
    return fail(
        ec::unsupported, "a file that is no text",
        "Hand in plain text, CSV, JSON lines, a MISP event or a STIX bundle; save a spreadsheet as CSV.");
  detected_format found = detect_format(head_, whole, options_);
  format_ = found.format;
  switch (found.format) {
  case list_format::text:
    reader_ = std::make_unique<text_reader>(options_, whole && head_.size() < short_list, std::move(sink_));
    break;
  case list_format::csv:
    reader_ = std::make_unique<csv_reader>(options_, std::move(*found.layout), std::move(sink_));
    break;
  case list_format::json_lines:
    reader_ = std::make_unique<json_lines_reader>(options_, std::move(sink_));
    break;
  case list_format::json_list:
    reader_ = std::make_unique<json_array_reader>(options_, std::move(sink_));
    break;
  case list_format::misp:
    reader_ = std::make_unique<misp_reader>(options_, std::move(sink_));
    break;
  case list_format::stix:
    reader_ = std::make_unique<stix_reader>(options_, std::move(sink_));
    break;
  }
  return reader_->feed(std::exchange(head_, {}));
}

} // namespace isacbot::domain
