/// One JSON list of objects or texts, as scripts write them.
#pragma once

#include "domain/lists/document_reader.hpp"
#include "domain/lists/json_row.hpp"

namespace isacbot::domain {

class json_array_reader final : public document_reader {
 public:
  using document_reader::document_reader;

 private:
  json::stream_step begin(const json::stream_path&, json::value_kind kind) override {
    if (!inside_) {
      inside_ = true;
      return kind == json::value_kind::array ? json::stream_step::enter : json::stream_step::keep;
    }
    return json::stream_step::keep;
  }
  result<void> take(const json::stream_path&, const boost::json::value& value) override {
    return row_.make_items(items(), next_number(), value);
  }

  json_row_reader row_;
  bool inside_ = false; ///< of the outermost list
};

} // namespace isacbot::domain
