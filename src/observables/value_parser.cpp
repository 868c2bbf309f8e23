#include "observables/value_parser.hpp"

#include "observables/characters.hpp"
#include "observables/collector.hpp"
#include "observables/dress.hpp"
#include "observables/reader.hpp"

#include <string>
#include <utility>

namespace isacbot::observables {

namespace {

constexpr std::size_t longest_value = 256 * 1024;
constexpr std::size_t short_text = 2048; ///< loose forms are read in texts below, unless they are off

} // namespace

struct value_parser::state {
  explicit state(options o) : opts(std::move(o)) { opts.derived_hosts = false; }

  options opts;
  collector found;
  reader read{opts, found};
};

value_parser::value_parser(options opts) : state_(std::make_unique<state>(std::move(opts))) {}
value_parser::~value_parser() = default;
value_parser::value_parser(value_parser&&) noexcept = default;
value_parser& value_parser::operator=(value_parser&&) noexcept = default;

std::optional<observable> value_parser::parse(std::string_view text) {
  const std::optional<scanner::view> x = find(text);
  if (!x)
    return std::nullopt;
  return observable{x->kind, std::string(x->value), std::string(x->raw), x->offset, x->count, x->flags};
}

std::optional<scanner::view> value_parser::find(std::string_view text) {
  if (text.size() > longest_value)
    return std::nullopt;
  auto& [opts, found, read] = *state_;
  found.clear();
  const undressed plain(text, opts.dress);
  read.read(plain, 0, opts.loose != loose_forms::off && text.size() < short_text);
  const reader::cover whole = read.widest();
  if (whole.begin == whole.end || found[whole.index].count != 1)
    return std::nullopt;
  // Around it only what wraps a value: spaces, quotes, brackets, list marks. So whatever else was found lies
  // inside it.
  const std::string_view all = plain.text();
  const unsigned around = classes_of(all.substr(0, whole.begin)) | classes_of(all.substr(whole.end));
  if ((around & (is_word | is_at | is_slash | is_backslash)) != 0)
    return std::nullopt;
  return found[whole.index];
}

std::optional<observable> parse_value(std::string_view text, const options& opts) {
  return value_parser(opts).parse(text);
}

} // namespace isacbot::observables
