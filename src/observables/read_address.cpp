/// Addresses: IPv4, IPv6, CIDR blocks, MAC; and what only looks like one.
#include "observables/reader.hpp"

#include "observables/address.hpp"

#include <algorithm>

namespace isacbot::observables {
namespace {

constexpr std::string_view version_words[] = {
    "version",  "versions", "ver",    "v",        "vers", "build", "builds", "release",
    "releases", "firmware", "update", "revision", "rev",  "patch", "agent",  "oid"};
/// Words that may stand before a slash and an address without naming a product.
constexpr std::string_view host_words[] = {"ip",  "c2",  "cc", "host", "server", "address", "addr",
                                           "src", "dst", "or", "and",  "ipv4",   "ip4"};

} // namespace

/// Product tokens (`Chrome/121.0.6167.160`) and words for versions.
bool reader::is_version(std::size_t begin) const noexcept {
  const std::size_t at = map_.begin(begin);
  if (begin > 0 && token_[begin - 1] == '/') {
    std::size_t word = begin - 1;
    while (word > 0 && is(token_[word - 1], is_word))
      --word;
    const std::string_view product = token_.substr(word, begin - 1 - word);
    return !product.empty() && is(product[0], is_letter) &&
           (word == 0 || !is(token_[word - 1], is_slash | is_dot)) && !is_one_of(product, host_words);
  }
  const std::string_view word = word_before(at);
  if (!is_one_of(word, version_words))
    return false;
  // Between the word and the number: space, colon, equals sign, but no sentence end.
  const std::size_t word_end = static_cast<std::size_t>(word.data() - window_.data()) + word.size();
  const std::string_view gap = window_.substr(word_end, at - word_end);
  return gap.find_first_of(",;)|") == std::string_view::npos &&
         (gap.find('.') == std::string_view::npos || word.size() <= 3);
}

/// @param begin,end  digits, dots and dashes, trimmed
/// @returns where reading goes on
std::size_t reader::read_ipv4(std::size_t begin, std::size_t end, std::size_t limit) {
  for (std::size_t p = begin; p < end;) { // `203.0.113.5-203.0.113.9` are two
    std::size_t stop = token_.substr(0, end).find('-', p);
    stop = std::min(stop, end);
    const std::size_t part = p;
    p = stop + 1;
    std::size_t last = stop;
    while (last > part && !is(token_[last - 1], is_digit))
      --last;
    const auto address = parse_ipv4(token_.substr(part, last - part));
    if (!address || (part > 0 && token_[part - 1] == '.'))
      continue;
    if (!is_marked(part, last) && is_version(part))
      continue;
    if (!is_marked(part, last) && ((*address >> 8) == 0x02051D || (*address >> 8) == 0x020504))
      continue; // the object identifiers of X.509 (2.5.29.x, 2.5.4.x) have four parts
    const std::string text = format_ipv4(*address);
    if (last == end && end < limit && token_[end] == '/') {
      std::size_t bits_end = end + 1;
      unsigned bits = 0;
      while (bits_end < limit && bits_end < end + 3 && is(token_[bits_end], is_digit))
        bits = bits * 10 + static_cast<unsigned>(token_[bits_end++] - '0');
      const char after = bits_end < limit ? token_[bits_end] : ' ';
      const char then = bits_end + 1 < limit ? token_[bits_end + 1] : ' ';
      const bool ends = !is(after, is_word | is_slash) && !(after == '.' && is(then, is_digit)) &&
                        after != '?' && after != '#';
      if (bits_end > end + 1 && bits <= 32 && ends) {
        const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
        emit(type::cidr_block, format_ipv4(*address & mask) + "/" + std::to_string(bits), part, bits_end);
        return bits_end;
      }
      std::size_t other = end + 1;
      while (other < limit && is(token_[other], is_digit | is_dot))
        ++other;
      if (parse_ipv4(token_.substr(end + 1, other - end - 1)) || (bits_end > end + 1 && ends)) {
        emit(type::ip, text, part, last); // two addresses, or no prefix length
        continue;
      }
    }
    if (last == end)
      if (std::size_t after = read_bare_url(part, last, text, limit); after != part)
        return after;
    emit(type::ip, text, part, last);
  }
  return end;
}

/// The whole run of hex digits, colons and dots; a zone is left out, a prefix length makes a block.
std::size_t reader::read_ipv6(std::size_t begin, std::size_t limit) {
  if (begin > 0 && is(token_[begin - 1], is_word | is_dot))
    return begin;
  if (begin > 1 && token_[begin - 1] == ':') { // a label may stand before it (`IPv6:`), another group not
    std::size_t word = begin - 1;
    while (word > 0 && begin - word < 6 && is(token_[word - 1], is_word))
      --word;
    if (word == begin - 1 || only(token_.substr(word, begin - 1 - word), is_hex))
      return begin;
  }
  std::size_t end = begin;
  std::size_t colons = 0;
  while (end < limit && end < begin + 48 && is(token_[end], is_hex | is_colon | is_dot))
    colons += token_[end++] == ':' ? 1 : 0;
  if (colons < 2 || (end < limit && is(token_[end], is_word | is_joiner)))
    return begin;
  while (end > begin && (token_[end - 1] == '.' || (token_[end - 1] == ':' && token_[end - 2] != ':')))
    --end;
  std::string_view text = token_.substr(begin, end - begin);
  auto address = parse_ipv6(text);
  if (!address && text.find('.') == std::string_view::npos && colons == 8) { // eight groups and a port
    end = begin + text.rfind(':');
    text = token_.substr(begin, end - begin);
    address = parse_ipv6(text);
  }
  const bool pairs = text.size() == 23 && colons == 7; // eight octets: an EUI-64
  if (!address || pairs)
    return begin;
  if (text.find("::") != std::string_view::npos && text.find('.') == std::string_view::npos) {
    // `a::b`, `::`, `12::30` are scopes and ratios: an address has a long group or many of them, or is ::1.
    std::size_t longest = 0;
    std::size_t length = 0;
    for (char c : text) {
      length = c == ':' ? 0 : length + 1;
      longest = std::max(longest, length);
    }
    const bool words =
        colons == 2 && text.front() != ':' && text.back() != ':' && only(text, is_hex_letter | is_colon);
    if (words || (longest < 3 && colons < 4 && text != "::1"))
      return begin;
  }
  std::size_t after = end;
  if (after < limit && token_[after] == '%') { // zone
    ++after;
    while (after < limit && is(token_[after], is_host))
      ++after;
  }
  if (after < limit && token_[after] == '/') {
    std::size_t bits_end = after + 1;
    unsigned bits = 0;
    while (bits_end < limit && bits_end < after + 4 && is(token_[bits_end], is_digit))
      bits = bits * 10 + static_cast<unsigned>(token_[bits_end++] - '0');
    const char next = bits_end < limit ? token_[bits_end] : ' ';
    if (bits_end > after + 1 && bits <= 128 && !is(next, is_word | is_slash)) {
      for (unsigned i = bits; i < 128; ++i)
        (*address)[i / 8] = static_cast<unsigned char>((*address)[i / 8] & ~(0x80U >> i % 8));
      emit(type::cidr_block, format_ipv6(*address) + "/" + std::to_string(bits), begin, bits_end);
      return bits_end;
    }
  }
  emit(type::ip, format_ipv6(*address), begin, end);
  return std::max(after, end);
}

/// `0011.2233.4455`: three groups of four, with a letter among them or the word in front.
bool reader::read_dotted_mac(std::size_t begin, std::size_t end) {
  const std::string_view text = token_.substr(begin, end - begin);
  if (text.size() != 14 || text[4] != '.' || text[9] != '.')
    return false;
  value_.clear();
  bool letter = false;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 9)
      continue;
    if (!is(text[i], is_hex))
      return false;
    letter |= is(text[i], is_hex_letter);
    if (digits != 0 && digits % 2 == 0)
      value_ += ':';
    value_ += fold(text[i]);
    ++digits;
  }
  if (!letter && !equal_folded(word_before(map_.begin(begin)), "mac"))
    return false;
  emit(type::mac_address, value_, begin, end);
  return true;
}

/// Six groups of two by `:` or `-`, or three groups of four by `.`; no more groups before or behind.
std::size_t reader::read_mac(std::size_t begin, std::size_t limit) {
  if (begin + 17 > limit)
    return begin;
  const char separator = token_[begin + 2];
  if (separator != ':' && separator != '-')
    return begin;
  value_.clear();
  for (std::size_t i = 0; i < 17; ++i) {
    const char c = token_[begin + i];
    if (i % 3 == 2 ? c != separator : !is(c, is_hex))
      return begin;
    value_ += i % 3 == 2 ? ':' : fold(c);
  }
  const std::size_t end = begin + 17;
  const bool more =
      end < limit && (is(token_[end], is_word) ||
                      (token_[end] == separator && end + 1 < limit && is(token_[end + 1], is_hex)));
  const bool earlier =
      begin > 0 && (is(token_[begin - 1], is_word) ||
                    (token_[begin - 1] == separator && begin > 1 && is(token_[begin - 2], is_hex)));
  if (more || earlier)
    return begin;
  emit(type::mac_address, value_, begin, end);
  return end;
}

} // namespace isacbot::observables
