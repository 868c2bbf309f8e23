/// Checks that addresses of coins carry in themselves.
#pragma once

#include <string_view>

namespace isacbot::observables {

/// Base58Check of a Bitcoin address: version byte 0x00 or 0x05, 20 bytes, 4 bytes of the double SHA-256.
bool is_base58_bitcoin(std::string_view text);

/// Bech32 and Bech32m (BIP 173, BIP 350) of a Bitcoin address; human part bc, tb or bcrt; not of mixed case.
bool is_bech32_bitcoin(std::string_view text) noexcept;

/// EIP-55: 40 hex digits after `0x`; mixed case has to match the Keccak-256 of the lower-case digits, one
/// case only carries no check.
bool is_ethereum(std::string_view digits) noexcept;

} // namespace isacbot::observables
