/// Addresses that came with a request: they are input, and following any host would be a hole into our
/// network.
#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"

#include <span>
#include <string>
#include <string_view>

namespace isacbot::slack {

/// Whether an address may be used.
/// @param allowed_hosts "hooks.slack.com" (https, default port), or "127.0.0.1:8090" (that port, http or
///                      https)
/// @param name          what to call the address in errors: "response_url"
/// @param key           configuration key that lists the hosts
/// @error ec::forbidden for another host, scheme or port, user info or a fragment; ec::malformed. Never
///        quotes the address.
result<void> check_allowed_address(const secret& url, std::span<const std::string> allowed_hosts,
                                   std::string_view name, std::string_view key);

} // namespace isacbot::slack
