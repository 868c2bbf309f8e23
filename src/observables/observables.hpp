/// Finds observables in text: the public face of the room. Pure: no I/O, no clock, no static mutable state.
///
/// One pass takes off the dress (Slack, JSON, HTML, Unicode), finds candidates, undoes defanging inside a
/// candidate only, validates by type, and keeps each distinct value once, in order of first appearance. Any
/// bytes are accepted; time is linear in the input. docs/observables.md tells the rules.
#pragma once

#include "observables/types.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::observables {

class tld_list;
class malware_names;

/// What a value looked like where it was first seen.
struct observable_flags {
  bool defanged = false;  ///< written so that nobody clicks it: almost surely meant as an indicator
  bool special = false;   ///< private, loopback, reserved or documentation address
  bool reference = false; ///< a link to a vendor, a standard or a schema rather than an indicator
  bool derived = false;   ///< host of a URL or e-mail address, not written on its own

  friend bool operator==(const observable_flags&, const observable_flags&) = default;
};

struct observable {
  type kind = type::ip;
  std::string value;        ///< normal form: what is stored and compared
  std::string raw;          ///< spelling of the first sighting, without dress around it
  std::uint64_t offset = 0; ///< byte in the input where `raw` begins
  std::uint64_t count = 1;  ///< sightings
  observable_flags flags;

  friend bool operator==(const observable&, const observable&) = default;
};

/// Where a text comes from, and so what is wrapped around its values.
enum class dialect : std::uint8_t {
  automatic, ///< plain text that may hold pieces of any of the below: recognised by their own marks
  plain,     ///< nothing to take off but Unicode look-alikes
  slack,     ///< `text` of a Slack message (mrkdwn): `<https://h/p|label>`, `&amp;`
  json,      ///< content of a JSON document or string: `\/`, `\u002e`, `\n`
  markup,    ///< HTML or Markdown: entities, tags
};

/// Defang forms that can also be plain prose (`evil dot com`, `bad at evil.com`, `evil[com]`).
enum class loose_forms : std::uint8_t {
  automatic, ///< on when the whole text is shorter than 2 kB
  off,
  on,
};

struct options {
  type_set types = type_set::all();
  bool special_addresses = true; ///< false: leave out private, loopback, zero and reserved addresses
  bool references = true;        ///< false: leave out links to vendors, standards and schemas
  bool derived_hosts = false;    ///< true: also the host of each URL and e-mail address, flagged `derived`
  bool noise_hashes = false;     ///< true: also hashes of empty input and runs of one digit
  loose_forms loose = loose_forms::automatic;
  dialect dress = dialect::automatic;
  std::shared_ptr<const tld_list> tlds;         ///< null: the list built into the program
  std::shared_ptr<const malware_names> malware; ///< names beside the built-in ones; null: none
};

/// @returns every distinct observable of `text` in order of first appearance.
std::vector<observable> extract(std::string_view text, const options& opts = {});

/// Reads a text that has to be one observable and nothing else (spaces, quotes and brackets around it aside).
/// What lies inside of it does not count: a vendor's link with a hash in its path is one URL.
/// @returns nullopt when it holds none, more than one, or anything besides
std::optional<observable> parse_value(std::string_view text, const options& opts = {});

/// Extraction over chunks: the result does not depend on where the input is cut. Keeps at most a window of
/// the input (512 KiB) and less than 100 bytes per distinct observable beyond its text. Not thread-safe; one
/// scanner a text.
class scanner {
 public:
  /// What a visitor sees; the views live as long as the scanner.
  struct view {
    type kind;
    std::string_view value;
    std::string_view raw;
    std::uint64_t offset;
    std::uint64_t count; ///< so far
    observable_flags flags;
  };

  explicit scanner(options opts = {});
  ~scanner();
  scanner(scanner&&) noexcept;
  scanner& operator=(scanner&&) noexcept;

  void feed(std::string_view chunk);
  /// Ends the text. Feeding after it begins a new text (offsets from 0) that shares what was found.
  void finish();

  /// Distinct observables found so far.
  [[nodiscard]] std::size_t size() const noexcept;
  /// @param index  below size(), in order of first appearance
  [[nodiscard]] view operator[](std::size_t index) const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Whether an IP or CIDR_BLOCK in normal form lies in a range that is not reachable from everywhere
/// (RFC 6890: private, loopback, link-local, documentation, multicast, reserved). False for other types.
bool is_special(type kind, std::string_view value) noexcept;

/// Writes a value so that nobody clicks it by accident: `hxxp://evil[.]com/a.b`, `bad[at]evil[.]com`,
/// `192.0.2[.]1`. Types that cannot be clicked stay as they are. `extract` reads every form back.
std::string defang(const observable& x);
std::string defang(type kind, std::string_view value);

} // namespace isacbot::observables
