#include "sandbox/misp_query.hpp"

#include <algorithm>
#include <charconv>

namespace isacbot::sandbox {

namespace {

std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t number = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

std::string text_of(const json::value& value) {
  if (const auto* text = value.if_string())
    return {text->data(), text->size()};
  return value.is_int64() ? std::to_string(value.as_int64()) : std::string();
}

/// `published`: 1, 0, "1", [0, 1]; 2 means both in the index and nothing in a search, where nobody sends it.
std::optional<bool> read_published(const json::value& value) {
  const std::string text = text_of(value);
  if (text == "1" || text == "0")
    return text == "1";
  if (const auto* flag = value.if_bool())
    return *flag;
  return std::nullopt;
}

} // namespace

std::int64_t number_at(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  if (value == nullptr)
    return 0;
  if (const auto* number = value->if_int64())
    return *number;
  if (const auto* number = value->if_uint64())
    return static_cast<std::int64_t>(*number);
  return to_number(text_of(*value)).value_or(0);
}

bool flag_at(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  if (value == nullptr)
    return false;
  if (const auto* flag = value->if_bool())
    return *flag;
  return text_of(*value) == "1";
}

json::value misp_number(const misp_settings& settings, std::int64_t number) {
  if (settings.numbers_as_text)
    return json::string(std::to_string(number));
  return number;
}

std::int64_t read_misp_time(const json::value& value, std::int64_t now) {
  const std::string text = text_of(value);
  if (auto number = to_number(text))
    return *number;
  const std::string_view view = text;
  constexpr std::string_view units = "smhd";
  constexpr std::int64_t lengths[] = {1, 60, 3600, 86400};
  if (view.size() > 1)
    if (const std::size_t unit = units.find(view.back()); unit != std::string_view::npos)
      if (auto count = to_number(view.substr(0, view.size() - 1)))
        return now - *count * lengths[unit];
  return now + 1;
}

std::optional<misp_range> read_misp_range(const json::value& value, std::int64_t now, bool sorted) {
  const auto* list = value.if_array();
  if (list == nullptr)
    return misp_range{read_misp_time(value, now), std::nullopt};
  if (list->size() != 2)
    return std::nullopt;
  misp_range out{read_misp_time((*list)[0], now), read_misp_time((*list)[1], now)};
  if (sorted && out.from > *out.to)
    std::swap(out.from, *out.to);
  return out;
}

bool misp_filter::holds(const misp_event& event) const {
  const json::object& body = event.body;
  if (published && flag_at(body, "published") != *published)
    return false;
  if (publish_timestamp && !publish_timestamp->holds(number_at(body, "publish_timestamp")))
    return false;
  if (timestamp && !timestamp->holds(number_at(body, "timestamp")))
    return false;
  const std::string date = text_at(body, "date");
  if ((!date_from.empty() && date < date_from) || (!date_until.empty() && date > date_until))
    return false;
  return ids.empty() || std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
           return id == text_at(body, "uuid") || id == std::to_string(event.id);
         });
}

std::optional<misp_filter> read_misp_filter(const json::object& parameters, std::int64_t now, bool index) {
  misp_filter out;
  if (const auto* published = parameters.if_contains("published"))
    out.published = read_published(*published);
  for (std::string_view name : {"publish_timestamp", "timestamp"})
    if (const auto* value = parameters.if_contains(name)) {
      auto range = read_misp_range(*value, now, !index);
      if (!range)
        return std::nullopt;
      (name == "timestamp" ? out.timestamp : out.publish_timestamp) = range;
    }
  if (const auto* ids = parameters.if_contains("eventid")) {
    if (const auto* list = ids->if_array()) {
      for (const json::value& id : *list)
        out.ids.push_back(text_of(id));
    } else if (std::string id = text_of(*ids); !id.empty()) { // "" and [] are no filter
      out.ids.push_back(std::move(id));
    }
  }
  out.date_from = text_at(parameters, "datefrom");
  out.date_until = text_at(parameters, "dateuntil");
  return out;
}

std::vector<const misp_event*> select_misp_events(const misp_state& state, const misp_filter& filter,
                                                  const json::object& parameters) {
  std::vector<const misp_event*> out;
  for (const auto& [uuid, event] : state.events)
    if (filter.holds(event))
      out.push_back(&event);
  std::sort(out.begin(), out.end(), [](auto* a, auto* b) { return a->id < b->id; });
  std::string field = text_at(parameters, "sort");
  bool descending = text_at(parameters, "direction") == "desc";
  if (const std::string order = text_at(parameters, "order"); !order.empty()) {
    field = order.substr(0, order.find(' '));
    descending = order.find("desc") != std::string::npos;
  }
  if (field == "timestamp" || field == "publish_timestamp")
    std::stable_sort(out.begin(), out.end(), [&](auto* a, auto* b) {
      const std::int64_t left = number_at(a->body, field);
      const std::int64_t right = number_at(b->body, field);
      return descending ? right < left : left < right;
    });
  return out;
}

std::vector<const misp_event*> page_of(std::vector<const misp_event*> all, const json::object& parameters) {
  const std::int64_t limit = number_at(parameters, "limit");
  if (limit <= 0)
    return all;
  const auto size = static_cast<std::size_t>(limit);
  const auto page = static_cast<std::size_t>(std::max<std::int64_t>(1, number_at(parameters, "page")));
  const std::size_t first = std::min(all.size(), (page - 1) * size);
  return {all.begin() + static_cast<std::ptrdiff_t>(first),
          all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), first + size))};
}

} // namespace isacbot::sandbox
