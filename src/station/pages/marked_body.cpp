#include "station/pages/marked_body.hpp"

#include "observables/observables.hpp"
#include "protocol/trustar/types.hpp"
#include "station/keys.hpp"
#include "station/pages/layout.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace isacbot::station {

namespace {

constexpr int max_rounds = 3;

struct mark {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string type; ///< of the wire
  std::string value;
  std::string shown; ///< defanged
};

bool is_word(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/// Whether the text at [begin, end) stands on its own and not inside of something longer.
bool stands_alone(std::string_view line, std::size_t begin, std::size_t end) noexcept {
  bool before = begin > 0 && is_word(line[begin]) && (is_word(line[begin - 1]) || line[begin - 1] == '.');
  bool after = end < line.size() && is_word(line[end - 1]) && is_word(line[end]);
  return !before && !after;
}

/// The marks of one line, in order, none over another.
std::vector<mark> find_marks(std::string_view line, const observables::options& opts,
                             const std::unordered_set<std::string>& known) {
  std::vector<mark> marks;
  for (const observables::observable& x : observables::extract(line, opts)) {
    std::string_view type = observables::to_string(x.kind);
    auto wire = trustar::wire_type(type);
    if (!wire || x.raw.empty())
      continue;
    std::string value = trustar::wire_value(type, x.value);
    if (!known.contains(keys::pack(value, *wire)))
      continue;
    // The first sighting is where the extractor says; the same spelling may follow further on.
    for (std::size_t at = x.offset; at < line.size(); at = line.find(x.raw, at + 1)) {
      if (line.substr(at, x.raw.size()) != x.raw) // dress was taken off: what is there looks otherwise
        continue;
      if (at == x.offset || stands_alone(line, at, at + x.raw.size()))
        marks.push_back(
            {at, at + x.raw.size(), std::string(*wire), value, observables::defang(x.kind, x.value)});
    }
  }
  std::sort(marks.begin(), marks.end(),
            [](const mark& a, const mark& b) { return std::tie(a.begin, b.end) < std::tie(b.begin, a.end); });
  std::vector<mark> apart;
  for (mark& m : marks)
    if (apart.empty() || m.begin >= apart.back().end)
      apart.push_back(std::move(m));
  return apart;
}

/// Marks a piece, then what is left between the marks: the same value may come again in another spelling.
void write_piece(html& out, std::string_view piece, const observables::options& opts,
                 const std::unordered_set<std::string>& known, int rounds_left) {
  std::vector<mark> marks;
  if (rounds_left > 0)
    marks = find_marks(piece, opts, known);
  if (marks.empty()) {
    out.text(piece);
    return;
  }
  std::size_t at = 0;
  for (const mark& m : marks) {
    write_piece(out, piece.substr(at, m.begin - at), opts, known, rounds_left - 1);
    out.raw("<mark title=\"").text(m.type).raw("\"><a href=\"").text(indicator_path(m.type, m.value));
    out.raw("\"><bdi>").text(m.shown).raw("</bdi></a></mark>");
    at = m.end;
  }
  write_piece(out, piece.substr(at), opts, known, rounds_left - 1);
}

} // namespace

html mark_body(std::string_view body, const std::vector<report_observable>& known,
               const observables::known_names& names) {
  std::unordered_set<std::string> wanted;
  for (const report_observable& x : known)
    if (!x.derived)
      wanted.insert(keys::pack(x.value, x.type));
  observables::options opts;
  opts.tlds = names.tlds;
  opts.malware = names.malware;
  // A line is short, its report may not be: what is prose was decided over the whole.
  opts.loose = body.size() < 2'048 ? observables::loose_forms::on : observables::loose_forms::off;
  html out;
  for (std::size_t begin = 0; begin < body.size();) {
    std::size_t end = std::min(body.find('\n', begin), body.size() - 1) + 1;
    write_piece(out, body.substr(begin, end - begin), opts, wanted, wanted.empty() ? 0 : max_rounds);
    begin = end;
  }
  return out;
}

} // namespace isacbot::station
