#include "domain/lists/text_decoder.hpp"

namespace isacbot::domain {

namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::string_view utf16_little_mark = "\xFF\xFE";
constexpr std::string_view utf16_big_mark = "\xFE\xFF";
constexpr std::uint32_t replacement = 0xFFFD;

void append_utf8(std::string& out, std::uint32_t c) {
  const auto byte = [&](std::uint32_t b) { out.push_back(static_cast<char>(b)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6);
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3F));
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

} // namespace

void text_decoder::decide(std::string_view beginning, bool whole) {
  if (beginning.size() < utf8_mark.size() && !whole)
    return;
  if (beginning.starts_with(utf16_little_mark))
    encoding_ = encoding::utf16_little;
  else if (beginning.starts_with(utf16_big_mark))
    encoding_ = encoding::utf16_big;
  else
    encoding_ = encoding::utf8;
}

std::string_view text_decoder::feed(std::string_view bytes) {
  if (encoding_ == encoding::utf8)
    return bytes;
  out_.clear();
  if (encoding_ == encoding::undecided) {
    head_.append(bytes);
    decide(head_, false);
    if (encoding_ == encoding::undecided)
      return {};
    bytes = head_;
    if (encoding_ == encoding::utf8)
      return bytes.substr(bytes.starts_with(utf8_mark) ? utf8_mark.size() : 0);
    bytes.remove_prefix(utf16_little_mark.size());
  }
  decode(bytes);
  return out_;
}

std::string_view text_decoder::finish() {
  out_.clear();
  if (encoding_ == encoding::undecided) {
    decide(head_, true);
    if (encoding_ == encoding::utf8)
      return head_;
    decode(std::string_view(head_).substr(utf16_little_mark.size()));
  }
  if (high_ != 0)
    replace();
  if (!half_.empty())
    replace();
  return out_;
}

void text_decoder::decode(std::string_view bytes) {
  for (const char c : bytes) {
    if (half_.empty()) {
      half_.push_back(c);
      continue;
    }
    const auto first = static_cast<unsigned char>(half_.front());
    const auto second = static_cast<unsigned char>(c);
    half_.clear();
    take_unit(static_cast<std::uint32_t>(encoding_ == encoding::utf16_big ? first << 8 | second
                                                                          : second << 8 | first));
  }
}

void text_decoder::take_unit(std::uint32_t unit) {
  const bool is_high = unit >= 0xD800 && unit < 0xDC00;
  const bool is_low = unit >= 0xDC00 && unit < 0xE000;
  if (high_ != 0 && is_low) {
    append_utf8(out_, 0x10000 + ((high_ & 0x3FF) << 10 | (unit & 0x3FF)));
    high_ = 0;
    return;
  }
  if (high_ != 0)
    replace();
  high_ = is_high ? unit : 0;
  if (is_low)
    replace();
  else if (!is_high)
    append_utf8(out_, unit);
}

void text_decoder::replace() {
  ++faults_;
  append_utf8(out_, replacement);
}

} // namespace isacbot::domain
