/// A bound on the memory that large bodies take together, on all connections of a listener.
#pragma once

#include "io/http_session.hpp"

#include <cstddef>

namespace isacbot::io {

/// A large body's share of what all of them may take; given back at the end of the exchange.
class body_share {
 public:
  explicit body_share(server_core& core) : core_(core) {}
  body_share(const body_share&) = delete;
  body_share& operator=(const body_share&) = delete;
  ~body_share() { core_.body_bytes -= taken_; }

  /// @returns whether there was room
  bool take(std::size_t bytes) {
    if (bytes <= small_body_bytes)
      return true;
    if (core_.body_bytes.fetch_add(bytes) + bytes > core_.settings.max_bodies_bytes) {
      core_.body_bytes -= bytes;
      return false;
    }
    taken_ = bytes;
    return true;
  }

 private:
  static constexpr std::size_t small_body_bytes = 64 * 1024; ///< these don't count

  server_core& core_;
  std::size_t taken_ = 0;
};

} // namespace isacbot::io
