#include "protocol/misp/csv.hpp"

#include <algorithm>

namespace isacbot::misp {

result<void> csv_reader::read_quoted(std::string& field) {
  ++at_; // the opening quote
  while (true) {
    const std::size_t quote = text_.find('"', at_);
    if (quote == std::string_view::npos)
      return fail(ec::upstream_failed, "CSV that ends inside a quoted text");
    field.append(text_.substr(at_, quote - at_));
    at_ = quote + 1;
    if (at_ >= text_.size() || text_[at_] != '"')
      return {};
    field.push_back('"'); // doubled: one of the text
    ++at_;
  }
}

result<bool> csv_reader::next(std::vector<std::string>& fields) {
  if (at_ >= text_.size())
    return false;
  std::size_t count = 0;
  while (true) {
    if (count == max_csv_columns)
      return fail(ec::protocol_violation, "CSV with too many columns");
    if (count == fields.size())
      fields.emplace_back();
    std::string& field = fields[count++];
    field.clear();
    if (at_ < text_.size() && text_[at_] == '"') {
      if (auto read = read_quoted(field); !read)
        return read.error();
    } else {
      const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
      field.assign(text_.substr(at_, end - at_));
      at_ = end;
    }
    if (at_ < text_.size() && text_[at_] == ',') {
      ++at_;
      continue;
    }
    if (at_ < text_.size() && text_[at_] == '\r')
      ++at_;
    if (at_ < text_.size() && text_[at_] != '\n')
      return fail(ec::protocol_violation, "CSV with text after a closing quote, or a lone carriage return");
    ++at_;
    fields.resize(count);
    return true;
  }
}

} // namespace isacbot::misp
