#include "protocol/misp/json_walk.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <charconv>
#include <exception>
#include <string>
#include <vector>

namespace isacbot::misp {

namespace bj = boost::json;

std::optional<std::int64_t> json_scalar::to_integer() const noexcept {
  if (what == kind::flag)
    return flag ? 1 : 0;
  if (what == kind::null || text.empty())
    return 0;
  std::int64_t number = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

bool json_scalar::to_flag() const noexcept {
  return what == kind::flag ? flag : text == "1";
}

namespace {

/// The events of Boost.JSON's parser, told on to a listener. Members and their names follow the parser's
/// handler concept.
class handler {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  handler(json_place root, json_listener& listener) : listener_(listener), next_(root) {}

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }

  bool on_object_begin(bj::error_code&) {
    if (open(false))
      listener_.begin_object(places_.back().place);
    return true;
  }
  bool on_object_end(std::size_t, bj::error_code&) {
    const json_place place = close();
    if (place != skip_place)
      listener_.end_object(place);
    return true;
  }
  bool on_array_begin(bj::error_code&) {
    if (open(true))
      listener_.begin_array(places_.back().place);
    return true;
  }
  bool on_array_end(std::size_t, bj::error_code&) {
    const json_place place = close();
    if (place != skip_place)
      listener_.end_array(place);
    return true;
  }

  bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) {
    if (skipped_ == 0)
      pieces_.append(part.data(), part.size());
    return true;
  }
  bool on_key(bj::string_view part, std::size_t, bj::error_code&) {
    if (skipped_ == 0) {
      next_ = listener_.enter(places_.back().place, whole(part));
      pieces_.clear();
    }
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) {
    if (is_wanted())
      pieces_.append(part.data(), part.size());
    return true;
  }
  bool on_string(bj::string_view part, std::size_t, bj::error_code&) {
    tell(json_scalar::kind::text, part);
    return true;
  }
  bool on_number_part(bj::string_view part, bj::error_code&) {
    if (is_wanted())
      pieces_.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t, bj::string_view part, bj::error_code&) {
    tell(json_scalar::kind::number, part);
    return true;
  }
  bool on_uint64(std::uint64_t, bj::string_view part, bj::error_code&) {
    tell(json_scalar::kind::number, part);
    return true;
  }
  bool on_double(double, bj::string_view part, bj::error_code&) {
    tell(json_scalar::kind::number, part);
    return true;
  }
  bool on_bool(bool flag, bj::error_code&) {
    if (const json_place place = take(); place != skip_place)
      listener_.scalar(place, {json_scalar::kind::flag, flag, {}});
    return true;
  }
  bool on_null(bj::error_code&) {
    if (const json_place place = take(); place != skip_place)
      listener_.scalar(place, {});
    return true;
  }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

 private:
  struct frame {
    json_place place;
    bool is_array;
  };

  /// The place of the value that begins now.
  [[nodiscard]] json_place here() const noexcept {
    return !places_.empty() && places_.back().is_array ? places_.back().place : next_;
  }
  [[nodiscard]] bool is_wanted() const noexcept { return skipped_ == 0 && here() != skip_place; }
  json_place take() const noexcept { return skipped_ == 0 ? here() : skip_place; }

  bool open(bool is_array) {
    const json_place place = take();
    if (place == skip_place) {
      ++skipped_;
      return false;
    }
    places_.push_back({place, is_array});
    return true;
  }
  json_place close() {
    if (skipped_ != 0) {
      --skipped_;
      return skip_place;
    }
    const json_place place = places_.back().place;
    places_.pop_back();
    return place;
  }
  std::string_view whole(bj::string_view part) {
    if (pieces_.empty())
      return {part.data(), part.size()};
    return pieces_.append(part.data(), part.size());
  }
  void tell(json_scalar::kind kind, bj::string_view part) {
    const json_place place = take();
    if (place == skip_place)
      return;
    listener_.scalar(place, {kind, false, whole(part)});
    pieces_.clear();
  }

  json_listener& listener_;
  json_place next_; ///< of the member whose key was read last; at first the root's
  std::vector<frame> places_;
  std::size_t skipped_ = 0; ///< open objects and arrays inside of something skipped
  std::string pieces_;      ///< of a key, text or number that comes in parts
};

} // namespace

result<void> walk_json(std::string_view text, json_place root, json_listener& listener) {
  try {
    bj::parse_options options;
    options.max_depth = max_misp_depth;
    bj::basic_parser<handler> parser(options, root, listener);
    bj::error_code code;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), code);
    if (code == bj::error::too_deep)
      return fail(ec::protocol_violation, "JSON nested deeper than 64 levels");
    if (code)
      return fail(ec::upstream_failed, "no complete JSON: " + code.message() + " at byte " +
                                           std::to_string(read) + " of " + std::to_string(text.size()));
    if (text.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
      return fail(ec::upstream_failed, "something stands after the JSON");
    return {};
  } catch (const std::exception&) { // out of memory, from here or the listener
    return fail(ec::too_large, "a JSON answer needs too much memory");
  }
}

} // namespace isacbot::misp
