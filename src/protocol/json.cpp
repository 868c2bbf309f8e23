#include "protocol/json.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>

#include <cmath>
#include <exception>
#include <utility>

namespace isacbot::json {

namespace bj = boost::json;

struct document::state {
  bj::monotonic_resource memory;
  bj::value root; // after the memory: goes first
};

document::document(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}
document::document(document&&) noexcept = default;
document& document::operator=(document&&) noexcept = default;
document::~document() = default;

const bj::value& document::root() const noexcept {
  return state_->root;
}

result<document> parse(std::string_view text, limits bounds) {
  if (text.size() > bounds.max_bytes)
    return fail(ec::too_large, "JSON text over " + std::to_string(bounds.max_bytes) + " bytes");
  try {
    auto s = std::make_unique<document::state>();
    bj::parse_options options;
    options.max_depth = bounds.max_depth;
    bj::parser parser({}, options);
    parser.reset(&s->memory);
    bj::error_code code;
    parser.write(bj::string_view(text.data(), text.size()), code);
    if (code)
      return fail(ec::malformed, "not JSON: " + code.message());
    s->root = parser.release(); // same resource: moves, never copies
    return document(std::move(s));
  } catch (const std::exception&) { // out of memory, or a string over the library's own limit
    return fail(ec::too_large, "JSON text needs too much memory");
  }
}

void fault::report(ec code, std::string cause) {
  if (!first_)
    first_ = fail(code, std::move(cause));
}

namespace {

std::optional<std::int64_t> to_integer(const bj::value& value) noexcept {
  if (const auto* number = value.if_int64())
    return *number;
  if (value.if_double() != nullptr) {
    double number = *value.if_double();
    if (std::fabs(number) <= 0x1.0p53 && std::trunc(number) == number)
      return static_cast<std::int64_t>(number);
  }
  return std::nullopt; // a uint64 that Boost.JSON keeps apart is over INT64_MAX
}

std::optional<double> to_number(const bj::value& value) noexcept {
  if (const auto* number = value.if_double())
    return *number;
  if (const auto* number = value.if_int64())
    return static_cast<double>(*number);
  if (const auto* number = value.if_uint64())
    return static_cast<double>(*number);
  return std::nullopt;
}

constexpr std::string_view a_text = "a text";
constexpr std::string_view an_integer = "a whole number";
constexpr std::string_view a_number = "a number";
constexpr std::string_view a_flag = "true or false";
constexpr std::string_view an_object = "an object";
constexpr std::string_view an_array = "a list";

} // namespace

reader::reader(const bj::value& value, std::string path, fault& sink)
    : object_(value.if_object()),
      path_(std::move(path)),
      sink_(&sink) {
  if (object_ == nullptr)
    sink_->report(ec::malformed, path_ + ": an object is expected");
}

const bj::value* reader::find(std::string_view key) const noexcept {
  if (object_ == nullptr)
    return nullptr;
  const bj::value* value = object_->if_contains(bj::string_view(key.data(), key.size()));
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool reader::has(std::string_view key) const noexcept {
  return find(key) != nullptr;
}

std::string reader::path_of(std::string_view key) const {
  return path_ + "." + std::string(key);
}

void reader::refuse(std::string_view key, std::string_view why) const {
  sink_->report(ec::malformed, path_of(key) + ": " + std::string(why));
}

const bj::value* reader::find_required(std::string_view key, std::string_view wanted) const {
  const bj::value* value = find(key);
  if (value == nullptr && object_ != nullptr)
    refuse(key, std::string(wanted) + " is expected, it is missing");
  return value;
}

std::optional<std::string> reader::optional_text(std::string_view key) const {
  const bj::value* value = find(key);
  if (value == nullptr)
    return std::nullopt;
  if (const auto* text = value->if_string())
    return std::string(text->data(), text->size());
  refuse(key, std::string(a_text) + " is expected");
  return std::nullopt;
}

std::string reader::text(std::string_view key) const {
  return find_required(key, a_text) != nullptr ? text_or(key) : std::string();
}

std::string reader::filled_text(std::string_view key) const {
  std::string value = text(key);
  if (value.empty())
    refuse(key, "must not be empty");
  return value;
}

std::string reader::text_or(std::string_view key, std::string_view fallback) const {
  return optional_text(key).value_or(std::string(fallback));
}

std::optional<std::int64_t> reader::optional_integer(std::string_view key) const {
  const bj::value* value = find(key);
  if (value == nullptr)
    return std::nullopt;
  auto number = to_integer(*value);
  if (!number)
    refuse(key, std::string(an_integer) + " is expected");
  return number;
}

std::int64_t reader::integer(std::string_view key) const {
  return find_required(key, an_integer) != nullptr ? optional_integer(key).value_or(0) : 0;
}

std::optional<double> reader::optional_number(std::string_view key) const {
  const bj::value* value = find(key);
  if (value == nullptr)
    return std::nullopt;
  auto number = to_number(*value);
  if (!number)
    refuse(key, std::string(a_number) + " is expected");
  return number;
}

double reader::number(std::string_view key) const {
  return find_required(key, a_number) != nullptr ? optional_number(key).value_or(0.0) : 0.0;
}

std::optional<bool> reader::optional_flag(std::string_view key) const {
  const bj::value* value = find(key);
  if (value == nullptr)
    return std::nullopt;
  if (const auto* flag = value->if_bool())
    return *flag;
  refuse(key, std::string(a_flag) + " is expected");
  return std::nullopt;
}

bool reader::flag(std::string_view key) const {
  return find_required(key, a_flag) != nullptr && flag_or(key, false);
}

bool reader::flag_or(std::string_view key, bool fallback) const {
  return optional_flag(key).value_or(fallback);
}

std::optional<reader> reader::optional_object(std::string_view key) const {
  const bj::value* value = find(key);
  if (value == nullptr)
    return std::nullopt;
  return reader(*value, path_of(key), *sink_);
}

reader reader::object(std::string_view key) const {
  if (const bj::value* value = find_required(key, an_object))
    return reader(*value, path_of(key), *sink_);
  reader nothing = *this; // reads as empty without further reports
  nothing.object_ = nullptr;
  nothing.path_ = path_of(key);
  return nothing;
}

std::vector<reader> reader::optional_objects(std::string_view key) const {
  const bj::value* value = find(key);
  return value == nullptr ? std::vector<reader>{} : read_objects(*value, path_of(key), *sink_);
}

std::vector<reader> reader::objects(std::string_view key) const {
  return find_required(key, an_array) != nullptr ? optional_objects(key) : std::vector<reader>{};
}

std::vector<std::string> reader::optional_texts(std::string_view key) const {
  std::vector<std::string> texts;
  const bj::value* value = find(key);
  if (value == nullptr)
    return texts;
  const auto* list = value->if_array();
  if (list == nullptr) {
    refuse(key, std::string(an_array) + " is expected");
    return texts;
  }
  texts.reserve(list->size());
  for (const bj::value& item : *list) {
    const auto* text = item.if_string();
    if (text == nullptr) {
      refuse(key, "a list of texts is expected");
      return texts;
    }
    texts.emplace_back(text->data(), text->size());
  }
  return texts;
}

std::vector<std::string> reader::texts(std::string_view key) const {
  return find_required(key, an_array) != nullptr ? optional_texts(key) : std::vector<std::string>{};
}

std::vector<reader> read_objects(const bj::value& value, const std::string& path, fault& sink) {
  std::vector<reader> readers;
  const auto* list = value.if_array();
  if (list == nullptr) {
    sink.report(ec::malformed, path + ": " + std::string(an_array) + " is expected");
    return readers;
  }
  readers.reserve(list->size());
  std::size_t index = 0;
  for (const bj::value& item : *list)
    readers.emplace_back(item, path + "[" + std::to_string(index++) + "]", sink);
  return readers;
}

} // namespace isacbot::json
