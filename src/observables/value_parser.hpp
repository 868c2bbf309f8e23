/// `parse_value` for many values: memory is used again from one to the next, so that a list of a million
/// lines costs little more than looking at its bytes.
#pragma once

#include "observables/observables.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace isacbot::observables {

/// Not thread-safe.
class value_parser {
 public:
  explicit value_parser(options opts = {});
  ~value_parser();
  value_parser(value_parser&&) noexcept;
  value_parser& operator=(value_parser&&) noexcept;

  /// As `parse_value`.
  std::optional<observable> parse(std::string_view text);

  /// As `parse`, without copies: the views live until the next call, and as long as `text`.
  std::optional<scanner::view> find(std::string_view text);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace isacbot::observables
