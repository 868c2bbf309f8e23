/// Stored form of companies, users and enclaves.
#pragma once

#include "core/error.hpp"
#include "station/accounts.hpp"

#include <string>
#include <string_view>

namespace isacbot::station {

std::string encode(const company& c);
std::string encode(const user& u);
std::string encode(const enclave& e);

// @error ec::corrupted
result<company> decode_company(std::string_view bytes);
result<user> decode_user(std::string_view bytes);
result<enclave> decode_enclave(std::string_view bytes);
result<access> decode_access(std::string_view bytes);
std::string encode(access level);

/// A counter or number on its own.
std::string encode_number(std::uint64_t value);
result<std::uint64_t> decode_number(std::string_view bytes);

} // namespace isacbot::station
