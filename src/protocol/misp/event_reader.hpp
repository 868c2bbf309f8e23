/// Reads events, one at a time, from a walk through JSON. Internal to this folder.
#pragma once

#include "protocol/misp/event.hpp"
#include "protocol/misp/json_walk.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::misp {

/// What is being read. An element that says `deleted` is dropped at its end.
struct event_draft {
  misp::event event;
  misp::attribute attribute;
  bool attribute_deleted = false;
  misp::object object;
  bool object_deleted = false;
  object_reference reference;
  bool reference_deleted = false;
  misp::tag tag;
  event_report report;
  bool report_deleted = false;
  misp::galaxy galaxy;
  galaxy_cluster cluster;
};

/// Takes an answer's outermost value at `event_reader::root`.
class event_reader final : public json_listener {
 public:
  static constexpr json_place root = 1;

  /// Reads every event.
  event_reader() = default;
  /// Reads these only; others are counted and left out, the most of them without being stored.
  explicit event_reader(std::set<std::string, std::less<>> wanted);

  json_place enter(json_place at, std::string_view key) override;
  void begin_object(json_place at) override;
  void end_object(json_place at) override;
  void begin_array(json_place at) override;
  void scalar(json_place at, const json_scalar& value) override;

  /// Whether the outermost object had a list named `response`, as restSearch answers.
  [[nodiscard]] bool saw_response_list() const noexcept { return response_list_; }
  /// Whether `response` was an object with a list of attributes, as the search for attributes answers.
  [[nodiscard]] bool saw_attribute_list() const noexcept { return attribute_list_; }
  [[nodiscard]] std::size_t unasked() const noexcept { return unasked_; }
  [[nodiscard]] std::size_t attribute_rows() const noexcept { return attribute_rows_; }
  /// Events that could not be taken because they have no UUID.
  [[nodiscard]] std::size_t nameless() const noexcept { return nameless_; }

  [[nodiscard]] std::vector<event> take_events() { return std::move(events_); }
  /// Attributes of a search for attributes.
  [[nodiscard]] std::vector<attribute> take_attributes() { return std::move(now_.event.attributes); }

 private:
  void end_event();
  void end_attribute();
  void end_tag();
  [[nodiscard]] bool is_unwanted() const;

  std::set<std::string, std::less<>> wanted_;
  bool take_all_ = true;
  std::vector<event> events_;
  std::size_t unasked_ = 0;
  std::size_t nameless_ = 0;
  std::size_t attribute_rows_ = 0;
  bool response_list_ = false;
  bool attribute_list_ = false;

  event_draft now_;
  bool wrapped_ = false; ///< the outermost object holds an event, it isn't one
  bool in_attribute_ = false;
  bool in_object_ = false;
  bool in_report_ = false;
};

} // namespace isacbot::misp
