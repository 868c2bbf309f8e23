#include "domain/lists/csv_layout.hpp"

#include "domain/line_text.hpp"
#include "domain/lists/record_splitter.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace isacbot::domain {

namespace {

constexpr std::size_t sampled_records = 20;
constexpr std::size_t most_columns = 256;

struct sample {
  std::vector<std::vector<std::string>> records; ///< of data, or a header first
  std::vector<std::string> comment;              ///< fields of the last comment before them
  bool quotes = false;
};

bool is_comment(std::string_view text) noexcept {
  return trimmed(text).starts_with('#');
}

std::vector<std::string> split_comment_line(std::string_view text, char delimiter) {
  text = trimmed(text);
  text.remove_prefix(std::min(text.find_first_not_of("# \t"), text.size()));
  std::vector<std::string> fields;
  record_splitter splitter(delimiter, [&](const table_record& r) -> result<void> {
    fields.assign(r.fields.begin(), r.fields.end());
    return {};
  });
  if (splitter.feed(text))
    (void)splitter.finish();
  return fields;
}

sample take_sample(std::string_view beginning, bool whole, char delimiter) {
  sample out;
  const error enough = fail(ec::cancelled, "enough");
  record_splitter splitter(delimiter, [&](const table_record& r) -> result<void> {
    if (r.malformed || trimmed(r.text).empty())
      return {};
    if (is_comment(r.text)) {
      if (out.records.empty())
        out.comment = split_comment_line(r.text, delimiter);
      return {};
    }
    out.quotes = out.quotes || r.text.find('"') != std::string_view::npos;
    out.records.emplace_back(r.fields.begin(), r.fields.end());
    return out.records.size() < sampled_records ? result<void>{} : enough;
  });
  if (splitter.feed(beginning) && whole)
    (void)splitter.finish();
  return out;
}

std::optional<std::vector<field_role>> read_header(const std::vector<std::string>& fields,
                                                   item_maker& values) {
  std::vector<field_role> columns;
  bool named = false;
  bool typed = false;
  for (const std::string& field : fields) {
    const field_role column = role_of(field);
    named = named || column == field_role::value;
    typed = typed || column == field_role::typed_value;
    if (column == field_role::ignored && values.is_value(field))
      return std::nullopt; // a record of data that happens to hold a word of ours
    columns.push_back(column);
  }
  if (!named && !typed)
    return std::nullopt;
  // Beside a column for values, columns named after types are context.
  if (named)
    for (field_role& column : columns)
      if (column == field_role::typed_value)
        column = field_role::ignored;
  return columns;
}

/// What the cells of one column look like.
struct column_facts {
  std::size_t filled = 0;
  std::size_t values = 0;
  std::size_t times = 0;
  std::size_t types = 0;
  std::size_t numbers = 0;

  [[nodiscard]] bool mostly(std::size_t count) const noexcept {
    return filled > 0 && count * 5 >= filled * 4;
  }
};

column_facts look_at(const sample& s, std::size_t index, item_maker& values) {
  column_facts facts;
  for (const auto& record : s.records) {
    const std::string& cell = record[index];
    if (cell.empty())
      continue;
    ++facts.filled;
    if (parse_list_time(cell))
      ++facts.times;
    else if (std::all_of(cell.begin(), cell.end(), [](char c) { return c >= '0' && c <= '9'; }))
      ++facts.numbers;
    else if (values.is_value(cell))
      ++facts.values;
    else if (type_named(cell))
      ++facts.types;
  }
  return facts;
}

/// A table without a header tells itself by columns that plain text could not read: times, types, numbers.
std::optional<std::vector<field_role>> guess_columns(const sample& s, item_maker& values) {
  if (s.records.empty())
    return std::nullopt;
  const std::size_t width = s.records.front().size();
  if (width < 2 || width > most_columns ||
      !std::all_of(s.records.begin(), s.records.end(), [&](const auto& r) { return r.size() == width; }))
    return std::nullopt;
  std::vector<field_role> columns(width, field_role::ignored);
  bool value = false;
  bool first = false;
  bool last = false;
  bool numbers = false;
  bool told = false;
  std::vector<std::size_t> texts;
  for (std::size_t i = 0; i < width; ++i) {
    const column_facts facts = look_at(s, i, values);
    field_role& role = columns[i];
    if (facts.mostly(facts.times) && !last) {
      role = std::exchange(first, true) ? field_role::last_seen : field_role::first_seen;
      last = role == field_role::last_seen;
      told = true;
    } else if (facts.mostly(facts.values)) {
      if (std::exchange(value, true))
        return std::nullopt; // several values in a line: plain text reads each
      role = field_role::value;
    } else if (facts.mostly(facts.types)) {
      role = field_role::type;
      told = true;
    } else if (facts.mostly(facts.numbers) && first && !numbers) { // before the times, a port is as likely
      role = field_role::sightings;
      numbers = true;
    } else if (facts.filled > 0) {
      texts.push_back(i);
    }
  }
  if (!value || !(told || (s.quotes && width > 1)))
    return std::nullopt;
  // As TruSTAR's form for lists has them: source, then notes; a single one is a note.
  for (std::size_t i = 0; i < texts.size(); ++i)
    columns[texts[i]] = texts.size() > 1 && i == 0 ? field_role::source : field_role::notes;
  return columns;
}

} // namespace

std::optional<csv_layout> find_csv_layout(std::string_view beginning, bool whole, item_maker& values) {
  std::optional<csv_layout> guessed;
  for (const char delimiter : {',', ';', '\t'}) {
    const sample s = take_sample(beginning, whole, delimiter);
    if (s.records.empty())
      continue;
    const auto& head = s.records.front();
    if (auto columns = read_header(head, values); columns && (head.size() > 1 || delimiter == ','))
      return csv_layout{delimiter, true, std::move(*columns)};
    if (!s.comment.empty() && s.comment.size() == head.size() && head.size() > 1)
      if (auto columns = read_header(s.comment, values))
        return csv_layout{delimiter, false, std::move(*columns)};
    if (auto columns = guess_columns(s, values); columns && !guessed)
      guessed = csv_layout{delimiter, false, std::move(*columns)};
  }
  return guessed;
}

} // namespace isacbot::domain
