/// The events of the sample MISP server: invented names, documentation addresses, every shape that matters.
#pragma once

#include "sandbox/misp_server.hpp"

#include <string>
#include <vector>

namespace isacbot::sandbox {

/// What a sample shows, for tests and the tour.
namespace sample_event {
inline constexpr const char* phishing = "5e1f0c0a-0001-4a57-9d2e-3f6b1c9a0001";
inline constexpr const char* ransomware = "5e1f0c0a-0002-4a57-9d2e-3f6b1c9a0002"; ///< objects, a report
inline constexpr const char* exploited_flaw = "5e1f0c0a-0003-4a57-9d2e-3f6b1c9a0003";
inline constexpr const char* infrastructure = "5e1f0c0a-0004-4a57-9d2e-3f6b1c9a0004";
inline constexpr const char* long_tags = "5e1f0c0a-0005-4a57-9d2e-3f6b1c9a0005"; ///< two collide when cut
inline constexpr const char* japanese = "5e1f0c0a-0006-4a57-9d2e-3f6b1c9a0006";
inline constexpr const char* red = "5e1f0c0a-0007-4a57-9d2e-3f6b1c9a0007"; ///< never submitted by default
inline constexpr const char* stricter_rows = "5e1f0c0a-0008-4a57-9d2e-3f6b1c9a0008";    ///< two rows withheld
inline constexpr const char* own_organisation = "5e1f0c0a-0009-4a57-9d2e-3f6b1c9a0009"; ///< untagged, too
inline constexpr const char* report_only = "5e1f0c0a-0010-4a57-9d2e-3f6b1c9a0010";
inline constexpr const char* spam_list = "5e1f0c0a-0011-4a57-9d2e-3f6b1c9a0011"; ///< 300 rows
inline constexpr const char* rules = "5e1f0c0a-0012-4a57-9d2e-3f6b1c9a0012"; ///< YARA, line breaks, controls
inline constexpr const char* internal_details =
    "5e1f0c0a-0013-4a57-9d2e-3f6b1c9a0013";                                    ///< deleted, proposals, ...
inline constexpr const char* victims = "5e1f0c0a-0014-4a57-9d2e-3f6b1c9a0014"; ///< targeting data, persons
} // namespace sample_event

/// The events as texts, as a server would export them.
std::vector<std::string> make_sample_events();

/// Adds all of them, published, `apart` between their publish times: the last one now.
void add_sample_events(misp_server& server, seconds apart = seconds{60});

} // namespace isacbot::sandbox
