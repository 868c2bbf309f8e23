/// Host names and e-mail addresses.
#include "observables/reader.hpp"

#include "observables/address.hpp"
#include "observables/idna.hpp"

#include <algorithm>

namespace isacbot::observables {
namespace {

constexpr std::size_t longest_host = 253;
constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_local = 64;

/// Labels and their rules on a lower-case ASCII name (RFC 1035 section 2.3.1, with `_` where DNS has service
/// labels). @returns the last label, empty when the name is none
std::string_view check_labels(std::string_view name) noexcept {
  std::size_t labels = 0;
  std::size_t end = name.size();
  std::string_view last;
  while (true) {
    const std::size_t dot = end == 0 ? std::string_view::npos : name.rfind('.', end - 1);
    const std::size_t begin = dot == std::string_view::npos ? 0 : dot + 1;
    const std::string_view label = name.substr(begin, end - begin);
    ++labels;
    if (label.empty() || label.size() > longest_label || label.front() == '-' || label.back() == '-')
      return {};
    if (labels <= 2 && label.find('_') != std::string_view::npos)
      return {};
    if (labels == 1)
      last = label;
    if (dot == std::string_view::npos)
      break;
    end = dot;
  }
  return labels >= 2 ? last : std::string_view();
}

} // namespace

/// Validates token_[begin, end) as a host name and leaves its normal form in `host_`.
bool reader::read_host(std::size_t begin, std::size_t end) {
  const std::string_view text = token_.substr(begin, end - begin);
  if (text.size() < 3 || text.size() > longest_host * 4)
    return false;
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 2 >= text.size())
    return false;
  host_.clear();
  const unsigned classes = classes_of(text);
  if ((classes & is_high) != 0) {
    std::optional<std::string> ascii = to_ascii_host(text);
    if (!ascii)
      return false;
    host_ = std::move(*ascii);
  } else {
    append_folded(host_, text);
  }
  if (host_.size() > longest_host)
    return false;
  // The last label decides most cases, and is short.
  if (!tld(std::string_view(host_).substr(host_.rfind('.') + 1)))
    return false;
  return !check_labels(host_).empty();
}

/// @param begin  where the atom of the local part begins
/// @param at     the `@`
/// @returns where the address ends, or `begin`
std::size_t reader::read_email(std::size_t begin, std::size_t at, std::size_t limit) {
  std::size_t local = std::max(begin, at > longest_local ? at - longest_local : 0);
  if (at - begin > longest_local)
    return begin;
  // Leading punctuation (dashes, quotes), and whatever comes before a double dot, belongs to the text.
  for (std::size_t i = at; i-- > local;)
    if (token_[i] == '\'' ? (i == local || !is(token_[i - 1], is_letter))
                          : token_[i] == '.' && token_[i + 1] == '.')
      local = i + 1;
  while (local < at && !is(token_[local], is_alnum))
    ++local;
  if (local == at || token_[at - 1] == '.')
    return begin;
  std::size_t end = at + 1;
  if (end < limit && token_[end] == '[') {
    const std::size_t closing = token_.substr(0, std::min(limit, end + 48)).find(']', end);
    if (closing == std::string_view::npos)
      return begin;
    const std::string_view literal = token_.substr(end + 1, closing - end - 1);
    const auto v4 = parse_ipv4(literal);
    if (!v4)
      return begin;
    value_.clear();
    append_folded(value_, token_.substr(local, at - local));
    value_.append("@[").append(format_ipv4(*v4)).append("]");
    emit(type::email_address, value_, local, closing + 1);
    return closing + 1;
  }
  while (end < limit && is(token_[end], is_host))
    ++end;
  std::size_t last = end;
  while (last > at + 1 && !is(token_[last - 1], is_word))
    --last;
  if (!read_host(at + 1, last))
    return begin;
  value_.clear();
  append_folded(value_, token_.substr(local, at - local));
  value_.append("@").append(host_);
  emit(type::email_address, value_, local, last);
  emit_derived_host(host_, at + 1, last);
  return std::max(last, end);
}

} // namespace isacbot::observables
