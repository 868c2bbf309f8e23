/// STIX 2.1 bundles (2.0 too): indicators and cyber-observable objects. Other objects tell about these; they
/// are no items.
///
/// @see OASIS, STIX Version 2.1, sections 4.7 "Indicator", 4.14 "Observed Data", 6 "STIX Cyber-observable
///      Objects", 7.2.1 "Marking Definition"
#pragma once

#include "domain/lists/document_reader.hpp"

#include <map>
#include <string>
#include <string_view>

namespace isacbot::domain {

/// Of an indicator, every value that its pattern compares with is one item, and so are a malware's name, a
/// vulnerability's CVE and an observable's value, each of its hashes, and its file name. What is revoked or
/// excluded is withheld. Source, notes, labels and TLP come along; marking definitions and identities have to
/// stand before the objects that name them, except for OASIS's and FIRST's own TLP marks.
class stix_reader final : public document_reader {
 public:
  using document_reader::document_reader;

 private:
  json::stream_step begin(const json::stream_path& path, json::value_kind kind) override;
  result<void> take(const json::stream_path& path, const boost::json::value& value) override;

  result<void> take_object(const boost::json::object& object);
  result<void> add_indicator(const boost::json::object& object, const indicator_row& details);
  result<void> add_observed_data(const boost::json::object& object, indicator_row details);
  result<void> add_observable(const boost::json::object& object, std::string_view type,
                              const indicator_row& details);
  result<void> add_vulnerability(const boost::json::object& object, const indicator_row& details);
  [[nodiscard]] indicator_row read_details(const boost::json::object& object) const;
  void remember_marking(const boost::json::object& object);

  bool list_ = false; ///< a bare list of objects
  bool begun_ = false;
  std::map<std::string, std::string, std::less<>> markings_;   ///< tags, by id
  std::map<std::string, std::string, std::less<>> identities_; ///< names, by id
};

} // namespace isacbot::domain
