#include "station/redaction.hpp"

#include "core/case_fold.hpp"
#include "station/keys.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace isacbot::station {

namespace {

constexpr std::size_t max_category_bytes = 100;
constexpr std::size_t max_term_bytes = 500;

bool is_word(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/// A term taken apart at its stars, folded.
struct pattern {
  std::vector<std::string> pieces; ///< none empty
  bool open_begin = false;         ///< begins with a star
  bool open_end = false;
  std::string_view category;
};

pattern make_pattern(const redaction_term& term) {
  pattern out;
  std::string folded = fold_case(term.term);
  out.open_begin = folded.starts_with('*');
  out.open_end = folded.ends_with('*');
  for (std::size_t begin = 0; begin < folded.size();) {
    std::size_t end = std::min(folded.find('*', begin), folded.size());
    if (end > begin)
      out.pieces.push_back(folded.substr(begin, end - begin));
    begin = end + 1;
  }
  out.category = term.category;
  return out;
}

struct match {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view category;
};

std::size_t end_of_run(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && !is_blank(text[at]))
    ++at;
  return at;
}

/// The match whose first piece lies at `at`. @param from  a star at the beginning reaches back to here at
/// most
std::optional<match> match_at(std::string_view text, const pattern& p, std::size_t at, std::size_t from) {
  std::size_t begin = at;
  std::size_t end = at + p.pieces.front().size();
  for (std::size_t i = 1; i < p.pieces.size(); ++i) {
    std::size_t limit = end_of_run(text, end);
    std::size_t next = text.find(p.pieces[i], end);
    if (next == std::string_view::npos || next > limit)
      return std::nullopt;
    end = next + p.pieces[i].size();
  }
  if (p.open_begin)
    while (begin > from && !is_blank(text[begin - 1]))
      --begin;
  if (p.open_end)
    end = end_of_run(text, end);
  bool cut_before = !p.open_begin && begin > 0 && is_word(text[begin]) && is_word(text[begin - 1]);
  bool cut_after = !p.open_end && end < text.size() && is_word(text[end - 1]) && is_word(text[end]);
  if (cut_before || cut_after)
    return std::nullopt;
  return match{begin, end, p.category};
}

void find_matches(std::string_view folded, const pattern& p, std::vector<match>& out) {
  std::size_t from = 0;
  for (std::size_t at = folded.find(p.pieces.front()); at != std::string_view::npos;) {
    auto found = match_at(folded, p, at, from);
    if (found) {
      out.push_back(*found);
      from = found->end;
    }
    at = folded.find(p.pieces.front(), found ? std::max(found->end, at + 1) : at + 1);
  }
}

result<void> check(const redaction_term& term) {
  auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  };
  bool category = !term.category.empty() && term.category.size() <= max_category_bytes &&
                  std::all_of(term.category.begin(), term.category.end(), plain);
  if (!category)
    return fail(ec::invalid_argument, "a category has letters, digits and hyphens only");
  bool something =
      std::any_of(term.term.begin(), term.term.end(), [](char c) { return c != '*' && !is_blank(c); });
  if (!something || term.term.size() > max_term_bytes)
    return fail(ec::invalid_argument, "a term needs something to match, and at most 500 bytes");
  return {};
}

} // namespace

result<void> add_redaction_term(storage::kv_store& store, std::uint32_t company, const redaction_term& term) {
  if (auto ok = check(term); !ok)
    return ok.error();
  storage::write_batch batch;
  batch.put(tables::redaction_terms, keys::redaction_term(company, term.category, term.term), "");
  return store.write(batch, storage::sync::yes);
}

result<void> remove_redaction_term(storage::kv_store& store, std::uint32_t company,
                                   const redaction_term& term) {
  std::string key = keys::redaction_term(company, term.category, term.term);
  auto there = store.get(tables::redaction_terms, key);
  if (!there)
    return there.error();
  if (!*there)
    return fail(ec::not_found, "no such term in that category");
  storage::write_batch batch;
  batch.erase(tables::redaction_terms, std::move(key));
  return store.write(batch, storage::sync::yes);
}

result<std::vector<redaction_term>> list_redaction_terms(const storage::kv_store& store,
                                                         std::uint32_t company) {
  std::vector<redaction_term> all;
  bool damaged = false;
  std::string prefix = keys::number(company);
  auto scanned = store.scan(tables::redaction_terms, prefix, storage::end_of_prefix(prefix),
                            [&](std::string_view key, std::string_view) {
                              storage::key_reader reader(key.substr(prefix.size()));
                              auto category = reader.text();
                              auto term = reader.text();
                              damaged = !category || !term;
                              if (!damaged)
                                all.push_back({std::move(*category), std::move(*term)});
                              return !damaged;
                            });
  if (!scanned)
    return scanned.error();
  if (damaged)
    return fail(ec::corrupted, "a stored redaction library is damaged");
  return all;
}

std::string redact(std::string_view text, const std::vector<redaction_term>& library) {
  std::string folded = fold_case(text); // letter by letter: offsets stay
  std::vector<pattern> patterns;
  for (const redaction_term& term : library)
    patterns.push_back(make_pattern(term));
  std::vector<match> matches;
  for (const pattern& p : patterns)
    if (!p.pieces.empty())
      find_matches(folded, p, matches);
  std::stable_sort(matches.begin(), matches.end(), [](const match& a, const match& b) {
    return std::tie(a.begin, b.end) < std::tie(b.begin, a.end);
  });
  std::string out;
  std::size_t at = 0;
  for (const match& m : matches) {
    if (m.end <= at)
      continue;
    std::size_t begin = std::max(m.begin, at); // of overlapping ones nothing may be left over
    out.append(text.substr(at, begin - at)).append("<").append(m.category).append(">");
    at = m.end;
  }
  return out.append(text.substr(at));
}

} // namespace isacbot::station
