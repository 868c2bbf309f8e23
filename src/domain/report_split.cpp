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

/// Looked at on either side of a border for a value that spans it: longer than values are.
constexpr std::size_t border_window = 4'096;
constexpr std::size_t max_mark = 20;   ///< characters behind the number in a title of ours
constexpr std::size_t most_tries = 32; ///< borders of one kind at which a value may be in the way

observables::options extraction_of(const observables::known_names& names) {
  observables::options options;
  options.tlds = names.tlds;
  options.malware = names.malware;
  return options;
}

/// Whether a value that stands in the text would not be found in either side of it.
bool cuts_value(std::string_view text, std::size_t at, observables::options options) {
  options.loose = observables::loose_forms::on; // whatever the length of the text that is looked at
  const std::size_t first = at - std::min(at, border_window);
  const auto left = observables::extract(text.substr(first, at - first), options);
  const auto right = observables::extract(text.substr(at, border_window), options);
  const auto both = observables::extract(text.substr(first, at - first + border_window), options);
  return std::any_of(both.begin(), both.end(), [&](const observables::observable& x) {
    auto same = [&](const observables::observable& y) { return y.kind == x.kind && y.value == x.value; };
    return std::none_of(left.begin(), left.end(), same) && std::none_of(right.begin(), right.end(), same);
  });
}

/// @returns a position in (0, most] that no value and no character spans, as far as that can be
std::size_t find_border(std::string_view text, std::size_t most, const observables::options& options) {
  if (most >= text.size())
    return text.size();
  auto window = text.substr(0, most);
  if (auto at = window.rfind("\n\n"); at != std::string_view::npos && at + 2 > most / 4 * 3)
    return at + 2;
  if (auto at = window.rfind('\n'); at != std::string_view::npos)
    return at + 1;
  const auto last_blank = window.find_last_of(" \t");
  auto blank = last_blank;
  for (std::size_t tries = 0; blank != std::string_view::npos && tries < most_tries; ++tries) {
    if (!cuts_value(text, blank + 1, options)) // a registry key may hold blanks
      return blank + 1;
    blank = window.substr(0, blank).find_last_of(" \t");
  }
  if (last_blank != std::string_view::npos)
    return last_blank + 1;
  while (most > 1 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
    --most;
  return most;
}

enum class border : std::uint8_t { paragraph, line, blank, character };

/// @param at  in (0, text.size())
bool is_border(std::string_view text, std::size_t at, border kind) {
  switch (kind) {
  case border::paragraph:
    return at > 1 && text[at - 1] == '\n' && text[at - 2] == '\n';
  case border::line:
    return text[at - 1] == '\n';
  case border::blank:
    return text[at - 1] == ' ' || text[at - 1] == '\t';
  case border::character:
    return (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
  }
  return false;
}

/// The border of the best kind, and of these the nearest, within half of the way from the middle to the ends.
std::optional<std::size_t> find_middle(std::string_view text, std::size_t begin,
                                       const observables::options& options) {
  const std::size_t middle = begin + (text.size() - begin) / 2;
  const std::size_t reach = (text.size() - begin) / 4;
  for (auto kind : {border::paragraph, border::line, border::blank, border::character}) {
    std::size_t tries = 0;
    for (std::size_t distance = 0; distance < reach && tries < most_tries; ++distance)
      for (std::size_t at : {middle - distance, middle + distance})
        if (is_border(text, at, kind) && ++tries <= most_tries && !cuts_value(text, at, options))
          return at;
  }
  return std::nullopt;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n") == std::string_view::npos;
}

class report_splitter {
 public:
  report_splitter(const report_content& whole, const report_limits& limits,
                  const observables::known_names& names)
      : whole_(whole),
        limits_(limits),
        extraction_(extraction_of(names)) {
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
    const std::size_t most = find_border(rest, limits_.max_bytes, extraction_);
    std::size_t length = 0;
    std::size_t over = 0;
    for (std::size_t look = std::min(first_look, most);; look = std::min(2 * look, most)) {
      length = look < most ? find_border(rest, look, extraction_) : most;
      over = overflow(rest.substr(0, length));
      if (over != 0 || look == most)
        break;
    }
    // A text that ends earlier can be read in another way: looked at again until it fits.
    for (; over != 0 && length > 1; over = overflow(rest.substr(0, length))) {
      const std::size_t border = find_border(rest, std::min(over, length - 1), extraction_);
      length = std::min(border, length - 1);
    }
    return length;
  }

  const report_content& whole_;
  report_limits limits_;
  observables::options extraction_;
  std::string title_;
};

std::string marked_title(const std::string& whole, const std::string& mark) {
  return slack::cut_text(whole, max_report_title - mark.size()) + mark;
}

std::string title_of(const std::string& whole, std::size_t number, std::size_t parts) {
  return marked_title(whole, " (part " + std::to_string(number) + " of " + std::to_string(parts) + ")");
}

/// "Lantern Moth (part 2.1 of 3)" of "Lantern Moth (part 2 of 3)", "Lantern Moth (part 1.1)" of "Lantern
/// Moth".
std::string piece_title(const std::string& whole, std::string_view number, const std::string& piece) {
  const std::string mark = " (part " + std::string(number);
  const auto at = whole.rfind(mark);
  if (at == std::string::npos)
    return marked_title(whole, " (part " + piece + ")");
  std::string rest = whole.substr(at + mark.size());
  const bool ours = rest == ")" || (rest.starts_with(" of ") && rest.find(')') == rest.size() - 1);
  return ours && rest.size() < max_mark ? marked_title(whole.substr(0, at), " (part " + piece + rest)
                                        : marked_title(whole, " (part " + piece + ")");
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

std::optional<std::array<report_piece, 2>> halve_report(const report_content& whole, std::string_view number,
                                                        std::size_t smallest,
                                                        const observables::known_names& names) {
  const std::size_t begin = whole.body.find_first_not_of(" \t\n");
  const std::size_t last = whole.body.find_last_not_of(" \t\n");
  if (begin == std::string::npos || last + 1 - begin <= smallest)
    return std::nullopt;
  const std::string_view text = whole.body;
  const auto middle = find_middle(text.substr(0, last + 1), begin, extraction_of(names));
  if (!middle)
    return std::nullopt;
  auto piece = [&](const char* half, std::string_view body) {
    report_piece out{std::string(number) + half, whole};
    out.content.title = piece_title(whole.title, number, out.number);
    out.content.body = body;
    return out;
  };
  return std::array{piece(".1", text.substr(0, *middle)), piece(".2", text.substr(*middle))};
}

std::string report_part_id(const submission_id& id, std::string_view number) {
  return number == "1" ? id.value : id.value + ':' + std::string(number);
}

} // namespace isacbot::domain
