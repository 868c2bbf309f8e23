/// Single words: hashes, coins, CVE and ATT&CK numbers, autonomous systems, fuzzy hashes.
#include "observables/reader.hpp"

#include "observables/checksums.hpp"

#include <algorithm>

namespace isacbot::observables {
namespace {

/// A hash right behind one of these is of another kind, or an id.
constexpr std::string_view foreign_labels[] = {
    "imphash",  "authentihash", "pehash", "ja3",       "ja3s",      "ja4",        "ja3n",
    "telfhash", "vhash",        "jarm",   "dhash",     "phash",     "richhash",   "typerefhash",
    "etag",     "guid",         "uuid",   "sessionid", "phpsessid", "jsessionid", "nonce",
    "csrf",     "apikey",       "token",  "commit",    "mvid",      "typelibid"};
constexpr std::string_view foreign_kinds[] = {"imp",  "import",  "rich",     "icon",  "favicon",
                                              "pe",   "header",  "authenti", "ja3",   "ja3s",
                                              "telf", "typeref", "session",  "pehash"};

constexpr std::string_view noise[] = {"d41d8cd98f00b204e9800998ecf8427e",
                                      "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                                      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                      "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d1"
                                      "3c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"};

std::optional<type> hash_type(std::size_t size) noexcept {
  switch (size) {
  case 32:
    return type::md5;
  case 40:
    return type::sha1;
  case 64:
    return type::sha256;
  case 128:
    return type::sha512;
  default:
    return std::nullopt;
  }
}

/// Numbers that the published lists use, generously: part numbers (`T9000`) fall outside.
bool is_known_attack(char kind, unsigned number) noexcept {
  switch (kind) {
  case 'T':
    return (number >= 1001 && number <= 1750) || (number >= 800 && number <= 899);
  case 'G':
    return (number >= 1 && number <= 199) || (number >= 1001 && number <= 1099);
  case 'S':
    return (number >= 1 && number <= 999) || (number >= 1001 && number <= 1399);
  case 'M':
    return (number >= 1001 && number <= 1099) || (number >= 800 && number <= 999);
  case 'C':
    return number >= 1 && number <= 99;
  default:
    return false;
  }
}

constexpr std::string_view attack_words[] = {"mitre",       "att",      "ck",       "attack",
                                             "group",       "groups",   "software", "mitigation",
                                             "mitigations", "campaign", "actor",    "id"};

} // namespace

/// @param begin,end  a word of 32 letters and digits or more
bool reader::read_hash(std::size_t begin, std::size_t end) {
  std::string_view word = token_.substr(begin, end - begin);
  if (word.size() > 130)
    return false;
  if (word.size() % 8 == 2 && word.size() != 42 && word[0] == '0' && fold(word[1]) == 'x') {
    word.remove_prefix(2);
    begin += 2;
  }
  const std::optional<type> kind = hash_type(word.size());
  if (!kind || (classes_of(word) & ~is_hex) != 0)
    return false;
  value_.clear();
  append_folded(value_, word);
  if (!options_.noise_hashes && (value_.find_first_not_of(value_[0]) == std::string::npos ||
                                 std::find(std::begin(noise), std::end(noise), value_) != std::end(noise)))
    return true;
  const std::size_t at = map_.begin(begin);
  if (begin > 0 || at > 0) {
    const std::string_view label = word_before(at);
    if (is_one_of(label, foreign_labels))
      return true;
    if (equal_folded(label, "hash") || equal_folded(label, "id") || equal_folded(label, "fingerprint")) {
      const std::size_t label_at = static_cast<std::size_t>(label.data() - window_.data());
      if (is_one_of(word_before(label_at), foreign_kinds))
        return true;
    }
  }
  emit(*kind, value_, begin, end);
  return true;
}

/// Bitcoin and Ethereum addresses: shape first, checksum last.
bool reader::read_coin(std::size_t begin, std::size_t end) {
  const std::string_view word = token_.substr(begin, end - begin);
  if (word.size() == 42 && word[0] == '0' && fold(word[1]) == 'x') {
    if (!is_ethereum(word.substr(2)))
      return false;
    value_.clear();
    append_folded(value_, word);
    emit(type::ethereum_address, value_, begin, end);
    return true;
  }
  if (is_bech32_bitcoin(word)) {
    value_.clear();
    append_folded(value_, word);
    emit(type::bitcoin_address, value_, begin, end);
    return true;
  }
  if ((word[0] == '1' || word[0] == '3') && word.size() <= 35 && (classes_of(word) & ~is_hex) != 0 &&
      is_base58_bitcoin(word)) {
    emit(type::bitcoin_address, word, begin, end);
    return true;
  }
  return false;
}

/// ATT&CK: techniques and tactics anywhere; groups, software, mitigations and campaigns where the text says
/// so.
bool reader::read_attack(std::size_t begin, std::size_t end) {
  const std::string_view word = token_.substr(begin, end - begin);
  const char before = begin > 0 ? token_[begin - 1] : ' ';
  if (before == '-' || before == '_' || before == '.' || before == '\\')
    return false;
  const char kind = word[0];
  if (word.size() == 6) {
    if (kind != 'T' || word[1] != 'A' || !only(word.substr(2), is_digit))
      return false;
    const std::string_view number = word.substr(2);
    if (!number.starts_with("00") && !number.starts_with("010") && !number.starts_with("011"))
      return false;
    emit(type::mitre_attack, word, begin, end);
    return true;
  }
  if (!only(word.substr(1), is_digit))
    return false;
  unsigned number = 0;
  for (char c : word.substr(1))
    number = number * 10 + static_cast<unsigned>(c - '0');
  const bool lower = kind == 't';
  if (!is_known_attack(lower ? 'T' : kind, number))
    return false;
  if (kind == 'T' || lower) {
    std::size_t last = end;
    if (token_.substr(end).size() >= 4 && token_[end] == '.' && only(token_.substr(end + 1, 3), is_digit) &&
        (end + 4 == token_.size() || !is(token_[end + 4], is_word)))
      last = end + 4;
    const char next = last < token_.size() ? token_[last] : ' ';
    if ((lower && last == end) || (next == '-' && last + 1 < token_.size() && is(token_[last + 1], is_digit)))
      return false;
    value_.assign(token_.substr(begin, last - begin));
    value_[0] = 'T';
    emit(type::mitre_attack, value_, begin, last);
    return true;
  }
  const std::size_t at = map_.begin(begin);
  const std::size_t after = map_.end(end);
  const bool in_brackets = at > 0 && (window_[at - 1] == '(' || window_[at - 1] == '[') &&
                           after < window_.size() && (window_[after] == ')' || window_[after] == ']');
  const bool listed = last_attack_end_ != 0 && at > last_attack_end_ && at - last_attack_end_ <= 6;
  if (!in_brackets && !listed && !is_one_of(word_before(at), attack_words) && !stands_alone(at, after))
    return false;
  emit(type::mitre_attack, word, begin, end);
  return true;
}

/// `blocksize:hash:hash`; the block size is 3 times a power of two.
std::size_t reader::read_ssdeep(std::size_t begin, std::size_t end, std::size_t limit) {
  if (end - begin > 9 || !only(token_.substr(begin, end - begin), is_digit) ||
      (begin > 0 && is(token_[begin - 1], is_word | is_colon)))
    return begin;
  std::uint64_t size = 0;
  for (std::size_t i = begin; i < end; ++i)
    size = size * 10 + static_cast<std::uint64_t>(token_[i] - '0');
  if (size == 0 || size % 3 != 0 || (size / 3 & (size / 3 - 1)) != 0)
    return begin;
  auto part_end = [&](std::size_t p) {
    const std::size_t stop = std::min(limit, p + 65);
    while (p < stop && (is(token_[p], is_alnum | is_slash) || token_[p] == '+'))
      ++p;
    return p;
  };
  const std::size_t first_end = part_end(end + 1);
  if (first_end - end < 7 || first_end >= limit || token_[first_end] != ':')
    return begin;
  const std::size_t last = part_end(first_end + 1);
  if (last - first_end < 4 || (last < limit && is(token_[last], is_high)))
    return begin;
  emit(type::ssdeep, token_.substr(begin, last - begin), begin, last);
  return last;
}

/// Every word of an atom that is neither host, address nor file.
void reader::read_atom_words(std::size_t begin, std::size_t end) {
  for (std::size_t p = begin; p < end;) {
    while (p < end && !is(token_[p], is_word))
      ++p;
    const std::size_t word = p;
    while (p < end && is(token_[p], is_word))
      ++p;
    const std::size_t size = p - word;
    if (size < 2 || map_.begin(word) < resume_)
      continue;
    if (size >= 26 && size <= 130) {
      if ((size >= 32 && read_hash(word, p)) || (size <= 90 && read_coin(word, p)))
        continue;
    }
    if ((size == 5 || size == 6) && is(token_[word + 4], is_digit) && read_attack(word, p))
      continue;
    if (size <= 40)
      read_listed(map_.begin(word), map_.end(p));
  }
}

/// Hashes that are part of a file's name.
void reader::read_hash_in(std::size_t begin, std::size_t end) {
  if (end - begin < 32)
    return;
  for (std::size_t p = begin; p < end; ++p) {
    const std::size_t word = p;
    while (p < end && is(token_[p], is_word))
      ++p;
    if (p - word >= 32)
      read_hash(word, p);
  }
}

/// @param begin  the `CVE` in the window
std::size_t reader::read_cve(std::size_t begin) {
  const std::size_t size = window_.size();
  auto skip_separator = [&](std::size_t p, std::size_t most) {
    const std::size_t stop = std::min(size, p + most);
    while (p < stop && (window_[p] == '-' || window_[p] == '_' || window_[p] == ' ' || window_[p] == ':' ||
                        window_[p] == '#'))
      ++p;
    return p;
  };
  const std::size_t year_at = skip_separator(begin + 3, 2);
  if (year_at + 9 > size || !only(window_.substr(year_at, 4), is_digit))
    return begin;
  const std::string_view year = window_.substr(year_at, 4);
  if (!(year.starts_with("19") && year[2] >= '8') && !year.starts_with("20"))
    return begin;
  const std::size_t number_at = skip_separator(year_at + 4, 1);
  std::size_t end = number_at;
  while (end < size && is(window_[end], is_digit))
    ++end;
  if (number_at == year_at + 4 || end - number_at < 4 || end - number_at > 19)
    return begin;
  value_.assign("CVE-").append(year).append("-").append(window_.substr(number_at, end - number_at));
  emit_at(type::cve, value_, begin, end, {});
  resume_ = std::max(resume_, end);
  return end;
}

/// `AS64496`, `ASN64496`, `ASN 64496`, `AS 64496`: capitals, or no space.
std::size_t reader::read_asn(std::size_t begin, std::size_t end) {
  const std::string_view word = window_.substr(begin, end - begin);
  const std::size_t letters = word.size() > 2 && fold(word[2]) == 'n' ? 3 : 2;
  std::size_t digits = begin + letters;
  const bool apart = word.size() == letters;
  if (apart) {
    if (word != "AS" && word != "ASN" && word != "asn")
      return begin;
    const std::size_t stop = std::min(window_.size(), digits + (letters == 3 ? 2U : 1U));
    while (digits < stop &&
           (window_[digits] == ' ' || (letters == 3 && (window_[digits] == ':' || window_[digits] == '#'))))
      ++digits;
    if (digits == begin + letters)
      return begin;
  }
  std::size_t last = digits;
  while (last < window_.size() && last < digits + 11 && is(window_[last], is_digit))
    ++last;
  const char before = begin > 0 ? window_[begin - 1] : ' ';
  const char next = last < window_.size() ? window_[last] : ' ';
  const char then = last + 1 < window_.size() ? window_[last + 1] : ' ';
  if (last == digits || last > digits + 10 || is(next, is_word) ||
      (is(next, is_joiner | is_dot) && is(then, is_word)) ||
      is(before, is_joiner | is_dot | is_at | is_slash | is_backslash))
    return begin;
  std::uint64_t number = 0;
  for (char c : window_.substr(digits, last - digits))
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  const bool product = letters == 2 && (number < 10 || number == 400); // AS2, AS400
  if (number == 0 || number > 0xFFFFFFFFULL || product || (apart && letters == 2 && last - digits < 3))
    return begin;
  value_.assign("AS").append(std::to_string(number));
  emit_at(type::asn, value_, begin, last, {});
  resume_ = std::max(resume_, last);
  return last;
}

} // namespace isacbot::observables
