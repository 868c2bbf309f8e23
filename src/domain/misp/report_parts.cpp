#include "domain/misp/report_parts.hpp"

#include "core/bytes.hpp"
#include "domain/misp/report_lines.hpp"
#include "observables/observables.hpp"
#include "protocol/trustar/types.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <set>
#include <span>
#include <string_view>
#include <utility>

namespace isacbot::domain {

namespace {

/// An indicator takes at least so many bytes of text, the blank after it included.
constexpr std::size_t shortest_indicator = 8;
/// What a heading and the closing line of a trimmed report take beside the heading's own text.
constexpr std::size_t heading_bytes = 16;
constexpr std::size_t closing_bytes = 80;

using unit_views = std::vector<const report_unit*>;

std::uint64_t stable_number(std::string_view key) {
  const std::string digest = sha256(key);
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < sizeof(out); ++i)
    out = out << 8U | static_cast<unsigned char>(digest[i]);
  return out;
}

/// The types that count as indicators: those with a name on the wire.
observables::type_set indicator_types() {
  observables::type_set out;
  for (std::size_t i = 0; i < observables::type_count; ++i)
    if (const auto kind = static_cast<observables::type>(i); trustar::wire_type(observables::to_string(kind)))
      out.insert(kind);
  return out;
}

class part_maker {
 public:
  part_maker(report_head head, const report_renderer& renderer, const mapping_settings& settings)
      : head_(std::move(head)),
        renderer_(renderer),
        settings_(settings) {
    extraction_.loose = observables::loose_forms::off;
    extraction_.derived_hosts = true; // a receiver may count them
    extraction_.types = indicator_types();
    extraction_.tlds = settings.names.tlds;
    extraction_.malware = settings.names.malware;
  }

  part_list make(std::vector<report_unit> units) {
    if (auto whole = make_part(1, views(units)))
      return {{std::move(*whole)}, 0};
    head_.split = settings_.oversize == oversize_rule::split;
    const std::string bare = renderer_.assemble(head_, {}, true);
    if (bare.size() + closing_bytes >= settings_.max_report_bytes)
      return {}; // not even the head fits
    room_ = settings_.max_report_bytes - bare.size() - closing_bytes;
    room_for_indicators_ =
        settings_.max_indicators_per_report - std::min(settings_.max_indicators_per_report, count(bare));
    std::vector<report_unit> pieces;
    for (report_unit& unit : units)
      add_pieces(std::move(unit), pieces);
    return head_.split ? split(pieces) : trim(pieces);
  }

 private:
  static unit_views views(const std::vector<report_unit>& units) {
    unit_views out;
    out.reserve(units.size());
    for (const report_unit& unit : units)
      out.push_back(&unit);
    return out;
  }

  [[nodiscard]] std::size_t count(std::string_view text) const {
    return observables::extract(text, extraction_).size();
  }

  /// @returns nothing when it is over a limit
  std::optional<body_part> make_part(std::size_t number, const unit_views& units) {
    head_.part = number;
    body_part part;
    part.number = number;
    part.body = renderer_.assemble(head_, units, true);
    if (part.body.size() > settings_.max_report_bytes)
      return std::nullopt;
    part.indicators = count(part.body);
    if (part.indicators > settings_.max_indicators_per_report)
      return std::nullopt;
    part.hash = hash_text(renderer_.assemble(head_, units, false));
    for (const report_unit* unit : units)
      part.attributes += unit->attributes;
    return part;
  }

  [[nodiscard]] bool fits(const report_unit& unit, std::size_t share) const {
    if (unit.text.size() + unit.heading.size() + heading_bytes > room_ / share)
      return false;
    const std::size_t limit = room_for_indicators_ / share;
    return unit.text.size() / shortest_indicator < limit || count(unit.text) <= limit;
  }

  /// Halves what would fill more than half a report, and gives up what fits in none.
  void add_pieces(report_unit unit, std::vector<report_unit>& out) {
    report_unit first;
    report_unit second;
    if (!fits(unit, 2) && renderer_.halve(unit, first, second)) {
      add_pieces(std::move(first), out);
      add_pieces(std::move(second), out);
    } else if (fits(unit, 1)) {
      out.push_back(std::move(unit));
    } else {
      leave_out(unit);
    }
  }

  void leave_out(const report_unit& unit) { left_out_ += std::max<std::size_t>(1, unit.items); }

  part_list split(const std::vector<report_unit>& pieces) {
    std::vector<std::uint64_t> numbers;
    numbers.reserve(pieces.size());
    std::size_t bytes = 0;
    for (const report_unit& piece : pieces) {
      numbers.push_back(stable_number(piece.key));
      bytes += piece.text.size();
    }
    const std::size_t fewest = std::max<std::size_t>(2, std::bit_ceil(bytes / settings_.max_report_bytes));
    for (std::size_t parts = fewest; parts <= max_parts; parts *= 2) {
      std::vector<unit_views> assigned(parts);
      for (std::size_t i = 0; i < pieces.size(); ++i)
        assigned[numbers[i] & (parts - 1)].push_back(&pieces[i]);
      if (auto made = make_all(assigned))
        return {std::move(*made), left_out_};
    }
    return {};
  }

  std::optional<std::vector<body_part>> make_all(const std::vector<unit_views>& assigned) {
    std::vector<body_part> out;
    for (std::size_t i = 0; i < assigned.size(); ++i) {
      if (i != 0 && assigned[i].empty())
        continue;
      auto part = make_part(i + 1, assigned[i]);
      if (!part)
        return std::nullopt;
      out.push_back(std::move(*part));
    }
    return out;
  }

  part_list trim(const std::vector<report_unit>& pieces) {
    unit_views taken;
    std::set<std::pair<observables::type, std::string>> known;
    std::size_t bytes = 0;
    for (const report_unit& piece : pieces) {
      const bool titled = taken.empty() || taken.back()->where != piece.where ||
                          taken.back()->heading != piece.heading || piece.heading.empty();
      const std::size_t size = piece.text.size() + (titled ? piece.heading.size() + heading_bytes : 0);
      std::vector<observables::observable> found = observables::extract(piece.text, extraction_);
      std::erase_if(found, [&](const auto& x) { return known.contains({x.kind, x.value}); });
      if (bytes + size > room_ || known.size() + found.size() > room_for_indicators_) {
        leave_out(piece);
        continue;
      }
      bytes += size;
      for (observables::observable& x : found)
        known.emplace(x.kind, std::move(x.value));
      taken.push_back(&piece);
    }
    while (true) { // the estimate is near; what it missed goes from the end
      head_.left_out = left_out_;
      if (auto part = make_part(1, taken))
        return {{std::move(*part)}, left_out_};
      if (taken.empty())
        return {};
      leave_out(*taken.back());
      taken.pop_back();
    }
  }

  report_head head_;
  const report_renderer& renderer_;
  const mapping_settings& settings_;
  observables::options extraction_;
  std::size_t room_ = 0;
  std::size_t room_for_indicators_ = 0;
  std::size_t left_out_ = 0;
};

} // namespace

part_list make_parts(report_head head, std::vector<report_unit> units, const report_renderer& renderer,
                     const mapping_settings& settings) {
  return part_maker(std::move(head), renderer, settings).make(std::move(units));
}

} // namespace isacbot::domain
