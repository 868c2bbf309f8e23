/// Slack's text forms: escaping on the way out, by type; normalising on the way in.
/// @see Slack documentation, "Formatting text for app surfaces"
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::slack {

/// Text in Slack's mrkdwn. It is made from literals of this program (`"..."_mrkdwn`) and by the functions
/// below, all of which escape; there is no way from a plain string, so that data can neither notify people
/// (<!channel>) nor disguise a link.
class mrkdwn {
 public:
  mrkdwn() = default;

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  /// At most `limit` code points, cut between characters, entities and <...> tokens; a cut text ends in "…"
  /// and an open code span is closed.
  [[nodiscard]] mrkdwn cut(std::size_t limit) const;

  mrkdwn& operator+=(const mrkdwn& other) {
    text_ += other.text_;
    return *this;
  }
  friend mrkdwn operator+(mrkdwn a, const mrkdwn& b) { return a += b; }
  friend bool operator==(const mrkdwn&, const mrkdwn&) = default;

 private:
  explicit mrkdwn(std::string text) noexcept : text_(std::move(text)) {}

  friend mrkdwn operator""_mrkdwn(const char* text, std::size_t size);
  friend mrkdwn escape(std::string_view text);
  friend mrkdwn code(std::string_view text);
  friend mrkdwn date(sys_time when);
  friend mrkdwn link(std::string_view url, std::string_view label);
  friend mrkdwn mention(const user_id& user);

  std::string text_;
};

/// A literal of this program, in mrkdwn syntax.
mrkdwn operator""_mrkdwn(const char* text, std::size_t size);

/// Data as text: `&`, `<` and `>` become entities (these three, in this order), bytes are cleaned
/// (clean_text).
mrkdwn escape(std::string_view text);

/// Data as a code span: escaped, on one line, a backtick replaced by U+02CB, never empty.
mrkdwn code(std::string_view text);

/// A number.
mrkdwn number(std::uint64_t n);

/// A time in the reader's own zone: Slack's date token, with UTC as fallback.
mrkdwn date(sys_time when);

/// A clickable link; for addresses from the configuration only, never for data. An address that is not http
/// or https gives the bare label.
mrkdwn link(std::string_view url, std::string_view label);

/// A mention of a user; a malformed id gives nothing.
mrkdwn mention(const user_id& user);

/// Joins with a literal between.
mrkdwn join(const std::vector<mrkdwn>& pieces, const mrkdwn& separator);

/// Decodes the three entities once.
std::string unescape(std::string_view text);

/// Text from Slack as the person meant it, ready for extraction: <...> tokens resolved (a typed bare domain
/// or address instead of the link Slack made of it), entities decoded once, odd blanks made spaces,
/// zero-width characters dropped, valid UTF-8. Works for escaped message text and for command text in either
/// setting of `should_escape`: a token of no known form is left as it is. Linear time.
std::string normalise_text(std::string_view incoming);

/// As normalise_text, for search terms: curly quotes become straight ones, blanks at the ends go.
std::string normalise_search_term(std::string_view incoming);

/// What was said to the bot: the text without the mention it begins with, normalised as a search term.
std::string mention_text(std::string_view incoming);

} // namespace isacbot::slack
