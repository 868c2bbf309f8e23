/// How an event looks as the body of a report: pieces first, so that they can be spread over several reports,
/// then a body made of some of them.
#pragma once

#include "domain/misp/report_mapper.hpp"
#include "domain/misp/tlp.hpp"
#include "protocol/misp/event.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace isacbot::domain {

/// A piece of a body that stays in one report.
struct report_unit {
  enum class section : std::uint8_t { report, object, detection, context }; ///< in order of importance
  section where = section::context;
  std::string heading;   ///< of attributes: their category
  std::string rank;      ///< of objects: orders them
  std::string key;       ///< stable name: decides which report of several it goes to
  std::string text;      ///< rendered; text form: whole lines
  std::size_t items = 1; ///< attributes and event reports in it
  std::size_t attributes = 0;
};

/// What stands above the pieces.
struct report_head {
  const misp::event* event = nullptr;
  std::vector<std::string> tags;      ///< as MISP spells them, sorted
  std::vector<misp::galaxy> galaxies; ///< merged by name, sorted
  std::optional<tlp_level> tlp;
  std::map<exclusion, std::size_t> excluded;
  std::size_t part = 1;
  bool split = false;               ///< there are more reports of this event
  std::size_t left_out = 0;         ///< trim: pieces that found no room
  std::size_t max_line = 1U << 16U; ///< bytes of title, tags and galaxies each
};

class report_renderer {
 public:
  virtual ~report_renderer() = default;

  /// @param tags  of the attribute, those to show
  virtual std::string show_attribute(const misp::attribute& a, std::span<const std::string> tags) const = 0;
  /// @param attributes  rendered by show_attribute, in order
  virtual std::string show_object(const misp::object& o, std::span<const std::string> attributes) const = 0;
  /// @param content  with references to attributes already replaced
  virtual std::string show_report(const misp::event_report& r, const std::string& content) const = 0;
  /// Cuts a piece that is too large in two that together hold the same; false when it can't be done.
  virtual bool halve(const report_unit& whole, report_unit& first, report_unit& second) const = 0;
  /// @param with_ids  false: without the row id, which differs from server to server
  virtual std::string assemble(const report_head& head, std::span<const report_unit* const> units,
                               bool with_ids) const = 0;
};

std::unique_ptr<report_renderer> make_text_renderer();
std::unique_ptr<report_renderer> make_json_renderer();

std::string_view show_threat_level(misp::threat_level level) noexcept;
std::string_view show_analysis(misp::analysis_state state) noexcept;
std::string_view show_distribution(misp::distribution spread) noexcept;

} // namespace isacbot::domain
