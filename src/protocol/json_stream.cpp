#include "protocol/json_stream.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace isacbot::json {

namespace bj = boost::json;

namespace {

constexpr std::size_t bytes_of_value = 16;
constexpr std::size_t longest_number = 64;

/// Turns the events of Boost.JSON's parser into those of a listener, and builds what it wants to keep.
/// Members and their names follow the parser's handler concept.
class stream_handler {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  stream_handler(stream_listener& listener, const stream_limits& limits)
      : listener_(listener),
        limits_(limits) {}

  [[nodiscard]] const std::optional<isacbot::error>& fault() const noexcept { return fault_; }

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }

  bool on_object_begin(bj::error_code&) { return open(value_kind::object); }
  bool on_array_begin(bj::error_code&) { return open(value_kind::array); }
  bool on_object_end(std::size_t size, bj::error_code& code) {
    if (is_building())
      stack_.push_object(size);
    return close(value_kind::object, code);
  }
  bool on_array_end(std::size_t size, bj::error_code& code) {
    if (is_building())
      stack_.push_array(size);
    return close(value_kind::array, code);
  }

  bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) {
    if (building_) {
      if (!oversized_ && charge(part.size()))
        stack_.push_chars(part);
      return true;
    }
    if (passed_over_ == 0 && key_.size() + part.size() <= limits_.max_key_bytes)
      key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(bj::string_view part, std::size_t size, bj::error_code&) {
    if (building_) {
      if (!oversized_ && charge(part.size()))
        stack_.push_key(part);
      return true;
    }
    if (passed_over_ == 0) {
      key_.append(part.data(), size <= limits_.max_key_bytes ? part.size() : 0);
      if (in_member_)
        path_.pop_back();
      path_.push_back(std::exchange(key_, {}));
      in_member_ = true;
    }
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) {
    if (begin_scalar() && charge(part.size()))
      stack_.push_chars(part);
    return true;
  }
  bool on_string(bj::string_view part, std::size_t, bj::error_code& code) {
    if (begin_scalar() && charge(part.size()))
      stack_.push_string(part);
    return end_scalar(code);
  }
  bool on_number_part(bj::string_view part, bj::error_code&) {
    number_.append(part.data(), std::min(part.size(), longest_number - number_.size()));
    return true;
  }
  bool on_int64(std::int64_t number, bj::string_view, bj::error_code& code) {
    number_.clear();
    if (begin_scalar() && charge(0))
      stack_.push_int64(number);
    return end_scalar(code);
  }
  bool on_uint64(std::uint64_t number, bj::string_view, bj::error_code& code) {
    number_.clear();
    if (begin_scalar() && charge(0))
      stack_.push_uint64(number);
    return end_scalar(code);
  }
  bool on_double(double, bj::string_view part, bj::error_code& code) {
    on_number_part(part, code);
    if (begin_scalar() && charge(number_.size()))
      stack_.push_string(number_);
    number_.clear();
    return end_scalar(code);
  }
  bool on_bool(bool flag, bj::error_code& code) {
    if (begin_scalar() && charge(0))
      stack_.push_bool(flag);
    return end_scalar(code);
  }
  bool on_null(bj::error_code& code) {
    if (begin_scalar() && charge(0))
      stack_.push_null();
    return end_scalar(code);
  }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

 private:
  struct frame {
    value_kind kind;
    bool had_member; ///< `in_member_` of the object outside
  };

  [[nodiscard]] bool is_building() const noexcept { return building_ && !oversized_; }

  /// Takes from what a kept value may cost. @returns false once it is too large
  bool charge(std::size_t bytes) {
    cost_ += bytes + bytes_of_value;
    if (cost_ > limits_.max_kept_bytes && !oversized_) {
      oversized_ = true;
      stack_.reset();
    }
    return !oversized_;
  }

  bool open(value_kind kind) {
    if (building_) {
      ++depth_;
      if (!oversized_)
        charge(0);
      return true;
    }
    if (passed_over_ > 0) {
      ++passed_over_;
      return true;
    }
    switch (listener_.begin(path_, kind)) {
    case stream_step::enter:
      frames_.push_back({kind, in_member_});
      in_member_ = false;
      return true;
    case stream_step::keep:
      start_building();
      depth_ = 1;
      return true;
    case stream_step::skip:
      passed_over_ = 1;
      return true;
    }
    return true;
  }

  bool close(value_kind kind, bj::error_code& code) {
    if (building_)
      return --depth_ > 0 || hand_over(code);
    if (passed_over_ > 0) {
      --passed_over_;
      return true;
    }
    if (in_member_)
      path_.pop_back();
    in_member_ = frames_.back().had_member;
    frames_.pop_back();
    return check(listener_.end(path_, kind), code);
  }

  /// @returns whether the scalar at hand is part of what is being built
  bool begin_scalar() {
    if (!in_scalar_) {
      in_scalar_ = true;
      if (!building_ && passed_over_ == 0 &&
          listener_.begin(path_, value_kind::scalar) == stream_step::keep) {
        start_building();
        depth_ = 0;
      }
    }
    return is_building();
  }
  bool end_scalar(bj::error_code& code) {
    in_scalar_ = false;
    return !building_ || depth_ > 0 || hand_over(code);
  }

  void start_building() {
    building_ = true;
    oversized_ = false;
    cost_ = 0;
    stack_.reset();
  }

  bool hand_over(bj::error_code& code) {
    building_ = false;
    if (oversized_)
      return check(listener_.take_oversized(path_), code);
    const bj::value value = stack_.release();
    return check(listener_.take(path_, value), code);
  }

  bool check(result<void> done, bj::error_code& code) {
    if (done)
      return true;
    fault_ = done.error();
    code = bj::error::syntax; // any will do: the fault tells
    return false;
  }

  stream_listener& listener_;
  stream_limits limits_;
  bj::value_stack stack_;
  stream_path path_;
  std::vector<frame> frames_;
  std::string key_;
  bool in_member_ = false; ///< the path ends in a member of the object at hand
  bool building_ = false;
  bool oversized_ = false;
  bool in_scalar_ = false;
  std::size_t depth_ = 0; ///< open objects and arrays of what is being built
  std::size_t passed_over_ = 0;
  std::size_t cost_ = 0;
  std::string number_; ///< the beginning of the one at hand, as written
  std::optional<isacbot::error> fault_;
};

bj::parse_options make_options(const stream_limits& limits) {
  bj::parse_options options;
  options.max_depth = limits.max_depth;
  return options;
}

} // namespace

struct stream::state {
  state(stream_listener& listener, const stream_limits& limits)
      : parser(make_options(limits), listener, limits) {}

  bj::basic_parser<stream_handler> parser;
  std::uint64_t read = 0;
};

stream::stream(stream_listener& listener, stream_limits limits)
    : state_(std::make_unique<state>(listener, limits)) {}
stream::~stream() = default;
stream::stream(stream&&) noexcept = default;
stream& stream::operator=(stream&&) noexcept = default;

result<void> stream::feed(std::string_view bytes) {
  try {
    bj::error_code code;
    const bool was_done = state_->parser.done();
    const std::size_t read = was_done ? 0 : state_->parser.write_some(true, bytes.data(), bytes.size(), code);
    state_->read += read;
    if (const auto& fault = state_->parser.handler().fault())
      return *fault;
    if (code == bj::error::too_deep)
      return fail(ec::too_large, "JSON nested too deep");
    if (code)
      return fail(ec::malformed, "no JSON: " + code.message() + " near byte " + std::to_string(state_->read));
    if (bytes.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
      return fail(ec::malformed, "something stands after the JSON, at byte " + std::to_string(state_->read));
    return {};
  } catch (const std::exception&) { // out of memory, here or in the listener
    return fail(ec::too_large, "JSON text needs too much memory");
  }
}

result<void> stream::finish() {
  if (state_->parser.done())
    return {};
  try {
    bj::error_code code;
    state_->parser.write_some(false, "", 0, code);
    if (const auto& fault = state_->parser.handler().fault())
      return *fault;
    if (code || !state_->parser.done())
      return fail(ec::malformed, "JSON that ends too early, after byte " + std::to_string(state_->read));
    return {};
  } catch (const std::exception&) {
    return fail(ec::too_large, "JSON text needs too much memory");
  }
}

} // namespace isacbot::json
