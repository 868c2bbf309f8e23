/// What the sample MISP server keeps: events as JSON in the form that MISP shows them, and what a test has
/// ordered. A second opinion on MISP's behaviour: it shares nothing with the bot's codecs.
#pragma once

#include "core/clock.hpp"
#include "core/secret.hpp"
#include "sandbox/json.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace isacbot::sandbox {

/// Whatever differs between servers.
struct misp_settings {
  secret key{};                             ///< of the one user: 40 letters and digits
  std::string organisation = "Sample MISP"; ///< owner of the server
  std::string version = "2.5.1";
  bool numbers_as_text = true;      ///< false: as JSON integers, as many servers on PHP 8 answer
  bool csv = true;                  ///< false: older than 2.4.160
  bool maintenance = false;         ///< every valid key is sent to the login page
  unsigned searches_per_window = 0; ///< rate limit of searches in 900 s; 0: none
  std::string key_expires{};        ///< header X-Auth-Key-Expiration; empty: not sent
  seconds clock_offset{0};          ///< of the server's clock against the one passed in
};

struct misp_event {
  std::uint64_t id = 0;
  json::object body; ///< the members of "Event"; `published` and the times are kept up to date in here
};

/// A disturbance of the next requests.
struct misp_fault {
  enum class what {
    error,       ///< `status` with MISP's error object
    page,        ///< `status` with an HTML page
    login,       ///< 302 to the login page
    rate_limit,  ///< 429, reset in `seconds_to_reset`
    cut,         ///< the right answer, only its first `bytes` bytes
    notice,      ///< text of PHP before the right answer
    every_event, ///< as if the request's body had been lost
    empty,       ///< 200 without body
    drop,        ///< no answer at all; the request has no effect on reads anyway
  };
  what kind = what::error;
  unsigned status = 500;
  std::size_t bytes = 0;
  unsigned seconds_to_reset = 900;
  unsigned times = 1;
  std::string path{}; ///< start of the paths concerned, "/events/restSearch"; empty: any
};

/// One request, with what was answered. Never the key.
struct misp_call {
  std::uint64_t sequence = 0;
  sys_time time;
  std::string method;
  std::string path;
  std::string accept;
  std::string body;
  bool key_accepted = false;
  unsigned status = 0; ///< 0: dropped
};

struct misp_state {
  misp_settings settings;
  std::map<std::string, misp_event> events; ///< by UUID, lower case
  std::uint64_t next_id = 1;
  std::deque<misp_fault> faults;
  std::deque<misp_call> calls; ///< oldest first, the last 10,000
  std::uint64_t next_sequence = 1;
  std::int64_t window_start = 0; ///< of the rate limit, seconds since the epoch
  unsigned searches = 0;
};

/// A number or text member as a number; 0 when it is neither.
std::int64_t number_at(const json::object& from, std::string_view key);
/// A flag in any of MISP's spellings.
bool flag_at(const json::object& from, std::string_view key);
/// A number as this server writes numbers.
json::value misp_number(const misp_settings& settings, std::int64_t number);

} // namespace isacbot::sandbox
