#include "domain/report_split.hpp"

#include "observables/observables.hpp"
#include "protocol/slack/utf8.hpp"
#include "protocol/trustar/types.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::domain {

namespace {

/// Looked at first for values: many values stand in a short text, and the whole rest is not read for each
/// part.
constexpr std::size_t first_look = std::size_t{32} << 10U;

/// @returns a position in (0, most] that no value and no character spans, as far as that can be
std::size_t find_border(std::string_view text, std::size_t most) {
  if (most >= text.size())
    return text.size();
  auto window = text.substr(0, most);
  if (auto at = window.rfind("\n\n"); at != std::string_view::npos && at + 2 > most / 4 * 3)
    return at + 2;
  if (auto at = window.rfind('\n'); at != std::string_view::npos)
    return at + 1;
  if (auto at = window.find_last_of(" \t"); at != std::string_view::npos)
    return at + 1;
  while (most > 1 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
    --most;
  return most;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n") == std::string_view::npos;
}

class report_splitter {
 public:
  report_splitter(const report_content& whole, const report_limits& limits,
                  const observables::known_names& names)
      : whole_(whole),
        limits_(limits) {
    extraction_.tlds = names.tlds;
    extraction_.malware = names.malware;
    title_ = whole.title + "\n\n";
    limits_.max_bytes = std::max<std::size_t>(limits_.max_bytes, 4); // a character
    limits_.max_indicators = std::max<std::size_t>(limits_.max_indicators, count(title_) + 1);
  }

  result<std::vector<std::string_view>> cut() {
    std::vector<std::string_view> pieces;
    std::string_view rest = whole_.body;
    do {
      if (pieces.size() == max_report_parts)
        return fail(ec::too_large, "a report of more than " + std::to_string(max_report_parts) + " parts",
                    "hand it in as several reports");
      pieces.push_back(rest.substr(0, piece_length(rest)));
      rest.remove_prefix(pieces.back().size());
    } while (!is_blank(rest));
    return pieces;
  }

 private:
  [[nodiscard]] std::vector<observables::observable> indicators(std::string_view text) const {
    auto found = observables::extract(text, extraction_);
    std::erase_if(found, [](const observables::observable& x) {
      return x.flags.special || observables::is_special(x.kind, x.value) ||
             !trustar::wire_type(observables::to_string(x.kind));
    });
    return found;
  }
  [[nodiscard]] std::size_t count(std::string_view text) const { return indicators(text).size(); }

  /// @returns 0 when title and piece stay within the limit, else where the first value over it begins
  [[nodiscard]] std::size_t overflow(std::string_view piece) const {
    auto found = indicators(title_ + std::string(piece));
    if (found.size() <= limits_.max_indicators)
      return 0;
    auto offset = static_cast<std::size_t>(found[limits_.max_indicators].offset);
    return offset > title_.size() ? offset - title_.size() : 1;
  }

  [[nodiscard]] std::size_t piece_length(std::string_view rest) const {
    const std::size_t most = find_border(rest, limits_.max_bytes);
    std::size_t length = 0;
    std::size_t over = 0;
    for (std::size_t look = std::min(first_look, most);; look = std::min(2 * look, most)) {
      length = look < most ? find_border(rest, look) : most;
      over = overflow(rest.substr(0, length));
      if (over != 0 || look == most)
        break;
    }
    // A text that ends earlier can be read in another way: looked at again until it fits.
    for (; over != 0 && length > 1; over = overflow(rest.substr(0, length))) {
      const std::size_t border = find_border(rest, std::min(over, length - 1));
      length = std::min(border, length - 1);
    }
    return length;
  }

  const report_content& whole_;
  report_limits limits_;
  observables::options extraction_;
  std::string title_;
};

std::string title_of(const std::string& whole, std::size_t number, std::size_t parts) {
  const std::string mark = " (part " + std::to_string(number) + " of " + std::to_string(parts) + ")";
  return slack::cut_text(whole, max_report_title - mark.size()) + mark;
}

} // namespace

result<std::vector<report_content>> split_report(const report_content& whole, const report_limits& limits,
                                                 const observables::known_names& names) {
  auto pieces = report_splitter(whole, limits, names).cut();
  if (!pieces)
    return pieces.error();
  std::vector<report_content> parts;
  parts.reserve(pieces->size());
  for (std::size_t i = 0; i < pieces->size(); ++i)
    parts.push_back({pieces->size() == 1 ? whole.title : title_of(whole.title, i + 1, pieces->size()),
                     std::string((*pieces)[i]), whole.time_began, whole.external_url});
  return parts;
}

std::string report_part_id(const submission_id& id, std::string_view number) {
  return number == "1" ? id.value : id.value + ':' + std::string(number);
}

} // namespace isacbot::domain
