#include "domain/lists/list_format.hpp"

#include "domain/line_fields.hpp"
#include "domain/line_text.hpp"
#include "domain/lists/json_row.hpp"
#include "protocol/json.hpp"
#include "protocol/json_stream.hpp"

#include <set>
#include <string>

namespace isacbot::domain {

namespace {

/// The names of the first members, as "response/Event"; elements of lists are at their list's place.
class outline final : public json::stream_listener {
 public:
  explicit outline(std::string_view beginning) {
    json::stream stream(*this);
    // Cut short, or something behind it: what came before the fault tells enough.
    (void)stream.feed(beginning);
  }

  [[nodiscard]] bool has(std::string_view place) const { return places_.contains(place); }
  [[nodiscard]] bool is_list() const noexcept { return list_; }
  [[nodiscard]] bool has_texts() const noexcept { return texts_; }
  [[nodiscard]] bool has_value() const {
    for (const std::string& place : places_)
      if (const field_role role = role_of(place);
          place.find('/') == std::string::npos &&
          (role == field_role::value || role == field_role::typed_value))
        return true;
    return false;
  }
  [[nodiscard]] bool is_bundle() const noexcept { return bundle_; }

 private:
  static constexpr std::size_t deepest = 3;
  static constexpr std::size_t most = 2'000;

  json::stream_step begin(const json::stream_path& path, json::value_kind kind) override {
    if (!begun_) {
      begun_ = true;
      list_ = kind == json::value_kind::array;
    }
    std::string place;
    for (const std::string& step : path)
      (place += place.empty() ? "" : "/") += step;
    texts_ = texts_ || (list_ && path.empty() && kind == json::value_kind::scalar);
    const bool type = place == "type" && kind == json::value_kind::scalar;
    if (places_.size() < most)
      places_.insert(std::move(place));
    if (type)
      return json::stream_step::keep;
    return path.size() < deepest ? json::stream_step::enter : json::stream_step::skip;
  }
  result<void> take(const json::stream_path&, const boost::json::value& value) override {
    bundle_ = bundle_ || scalar_text(value) == "bundle";
    return {};
  }
  result<void> take_oversized(const json::stream_path&) override { return {}; }
  result<void> end(const json::stream_path&, json::value_kind) override { return {}; }

  std::set<std::string, std::less<>> places_;
  bool begun_ = false;
  bool list_ = false;
  bool texts_ = false;
  bool bundle_ = false;
};

bool is_misp(const outline& seen) {
  return seen.has("Event") || seen.has("response/Event") || seen.has("response/Attribute") ||
         (seen.has("info") && seen.has("uuid") && (seen.has("Attribute") || seen.has("Orgc")));
}

bool is_stix(const outline& seen) {
  return seen.is_bundle() || (seen.has("objects/type") && seen.has("objects/id")) ||
         (seen.is_list() && seen.has("type") && seen.has("id") &&
          (seen.has("spec_version") || seen.has("created")));
}

/// The first line that is not blank; `rest` is what follows it.
std::string_view first_line(std::string_view text, std::string_view& rest) {
  rest = text;
  std::string_view line;
  while (!rest.empty() && line.empty())
    line = trimmed(take_line(rest));
  return line;
}

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

std::optional<list_format> detect_json(std::string_view beginning) {
  std::string_view rest;
  const std::string_view line = first_line(beginning, rest);
  if (line.empty() || std::string_view("{[\"").find(line.front()) == std::string_view::npos)
    return std::nullopt;
  const auto first = json::parse(line, {deciding_bytes, 64});
  if (line.front() == '"') {
    // A quoted cell of a table looks the same: the next line has to be JSON, too.
    std::string_view after;
    const std::string_view second = first_line(rest, after);
    return first && !second.empty() && json::parse(second, {deciding_bytes, 64})
               ? std::optional(list_format::json_lines)
               : std::nullopt;
  }
  const bool several = first && !is_blank(rest); // a whole value on the first line, and more behind it
  if (!several) {
    const outline seen(beginning);
    if (is_misp(seen))
      return list_format::misp;
    if (is_stix(seen))
      return list_format::stix;
    if (seen.is_list() && (seen.has_texts() || seen.has_value()))
      return list_format::json_list;
  }
  if (first && first->root().is_object())
    return list_format::json_lines;
  return std::nullopt;
}

} // namespace

std::string_view to_string(list_format format) noexcept {
  switch (format) {
  case list_format::text:
    return "plain text";
  case list_format::csv:
    return "CSV";
  case list_format::json_lines:
    return "JSON lines";
  case list_format::json_list:
    return "a JSON list";
  case list_format::misp:
    return "MISP events";
  case list_format::stix:
    return "a STIX bundle";
  }
  return "plain text";
}

detected_format detect_format(std::string_view beginning, bool whole, const indicator_list_options& options) {
  if (const auto json = detect_json(beginning))
    return {*json, {}};
  item_maker values(options, true, [](list_item&&) -> result<void> { return {}; });
  if (auto layout = find_csv_layout(beginning, whole, values))
    return {list_format::csv, std::move(layout)};
  return {};
}

} // namespace isacbot::domain
