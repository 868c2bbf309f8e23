/// MISP events as files and servers write them: `{"Event": ..}`, `{"response": [{"Event": ..}]}`,
/// `[{"Event": ..}]`, a bare event, or `{"response": {"Attribute": [..]}}`.
///
/// Every attribute, in an object or not, is one item or, when its type is composite ("filename|sha256"), one
/// for each part. Attributes that are not for detection (`to_ids`) are withheld.
/// @see MISP core format (misp-rfc, misp-core-format), sections 2.2 to 2.5
#pragma once

#include "domain/lists/document_reader.hpp"
#include "protocol/misp/event.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace isacbot::domain {

class misp_reader final : public document_reader {
 public:
  using document_reader::document_reader;

  result<void> finish() override;

 private:
  json::stream_step begin(const json::stream_path& path, json::value_kind kind) override;
  result<void> take(const json::stream_path& path, const boost::json::value& value) override;
  result<void> end(const json::stream_path& path, json::value_kind kind) override;

  result<void> hold(misp::attribute attribute);
  result<void> end_event();
  result<void> make_items(const misp::attribute& attribute);

  std::vector<misp::tag> event_tags_;
  bool saw_tags_ = false; ///< of the event at hand
  /// A server writes the event's tags behind its attributes, and how far those may be shared stands there: so
  /// they wait.
  std::vector<misp::attribute> held_;
  std::size_t held_bytes_ = 0;
};

} // namespace isacbot::domain
