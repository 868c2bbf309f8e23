/// The scanner: cuts the input into windows at places that depend on the input alone, never on how it was
/// fed.
#include "observables/observables.hpp"

#include "observables/characters.hpp"
#include "observables/collector.hpp"
#include "observables/dress.hpp"
#include "observables/reader.hpp"

#include <algorithm>
#include <cstring>

namespace isacbot::observables {
namespace {

constexpr std::size_t window_size = 256 * 1024;
constexpr std::size_t short_text = 2048; ///< loose forms are read in texts below, unless told otherwise

/// @param text  longer than a window
/// @returns where a window that begins at the start of `text` ends: behind a line, else behind a space
std::size_t cut_window(std::string_view text) noexcept {
  const std::string_view half = text.substr(window_size / 2, window_size / 2);
  for (std::string_view ends : {std::string_view("\n"), std::string_view(" \t,;\"")}) {
    std::size_t cut = 0;
    // Not find_last_of: where nothing is found, it would cost as much as reading.
    for (char c : ends)
      if (const void* at = memrchr(half.data() + cut, c, half.size() - cut))
        cut = static_cast<std::size_t>(static_cast<const char*>(at) - half.data()) + 1;
    if (cut > 0)
      return window_size / 2 + cut;
  }
  return window_size;
}

/// UTF-16 with a byte order mark as UTF-8, and the way back.
layer decode_utf16(std::string_view text, bool big_endian) {
  layer out(text);
  auto unit = [&](std::size_t p) -> char32_t {
    if (p + 1 >= text.size())
      return 0;
    const auto a = static_cast<unsigned char>(text[p]);
    const auto b = static_cast<unsigned char>(text[p + 1]);
    return big_endian ? static_cast<char32_t>(a << 8 | b) : static_cast<char32_t>(b << 8 | a);
  };
  for (std::size_t p = 0; p < text.size();) {
    char32_t code = unit(p);
    std::size_t end = p + 2;
    if ((code & 0xFC00U) == 0xD800U && (unit(end) & 0xFC00U) == 0xDC00U) {
      code = 0x10000U + ((code & 0x3FFU) << 10) + (unit(end) & 0x3FFU);
      end += 2;
    }
    std::string character;
    append_utf8(character, code);
    out.replace_to(std::min(end, text.size()), character);
    p = end;
  }
  return out;
}

} // namespace

struct scanner::state {
  explicit state(options o) : opts(std::move(o)) {}

  options opts;
  collector found;
  reader read{opts, found};
  std::string pending;        ///< fed and not read yet
  std::uint64_t consumed = 0; ///< bytes of the text before `pending`
  enum class encoding { unknown, utf8, utf16_little, utf16_big } code = encoding::unknown;

  bool is_wide() const { return code == encoding::utf16_little || code == encoding::utf16_big; }

  void sniff(std::string_view text) {
    if (code != encoding::unknown)
      return;
    code = text.starts_with("\xFF\xFE")   ? encoding::utf16_little
           : text.starts_with("\xFE\xFF") ? encoding::utf16_big
                                          : encoding::utf8;
  }

  void read_window(std::string_view window, bool whole) {
    const bool loose = opts.loose == loose_forms::on || (opts.loose == loose_forms::automatic && whole &&
                                                         consumed == 0 && window.size() < short_text);
    if (is_wide()) {
      const undressed text(window, decode_utf16(window, code == encoding::utf16_big), opts.dress);
      read.read(text, consumed, loose);
    } else {
      const undressed text(window, opts.dress);
      read.read(text, consumed, loose);
    }
    consumed += window.size();
  }

  std::size_t cut(std::string_view text) const { return is_wide() ? window_size : cut_window(text); }

  /// Reads whole windows of `text`. @returns what is left, shorter than a window
  std::string_view read_windows(std::string_view text) {
    while (text.size() > window_size) {
      sniff(text);
      const std::size_t end = cut(text);
      read_window(text.substr(0, end), false);
      text.remove_prefix(end);
    }
    return text;
  }

  void end_text(std::string_view rest) {
    sniff(rest);
    read_window(rest, true);
    consumed = 0;
    code = encoding::unknown;
    pending.clear();
  }
};

scanner::scanner(options opts) : state_(std::make_unique<state>(std::move(opts))) {}
scanner::~scanner() = default;
scanner::scanner(scanner&&) noexcept = default;
scanner& scanner::operator=(scanner&&) noexcept = default;

void scanner::feed(std::string_view chunk) {
  // What is pending stays below a window: the buffer never holds more than two.
  if (state_->pending.empty())
    chunk = state_->read_windows(chunk); // nothing to join: no copy
  while (!chunk.empty()) {
    const std::string_view part = chunk.substr(0, window_size);
    chunk.remove_prefix(part.size());
    state_->pending.append(part);
    const std::string_view rest = state_->read_windows(state_->pending);
    state_->pending.erase(0, state_->pending.size() - rest.size());
  }
}

void scanner::finish() {
  state_->end_text(state_->pending);
}

std::size_t scanner::size() const noexcept {
  return state_->found.size();
}

scanner::view scanner::operator[](std::size_t index) const noexcept {
  return state_->found[index];
}

namespace {

observable to_observable(const scanner::view& x) {
  return {x.kind, std::string(x.value), std::string(x.raw), x.offset, x.count, x.flags};
}

} // namespace

std::vector<observable> extract(std::string_view text, const options& opts) {
  scanner s(opts);
  s.feed(text);
  s.finish();
  std::vector<observable> out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i)
    out.push_back(to_observable(s[i]));
  return out;
}

} // namespace isacbot::observables
