/// Who may open a connection, who gets one that is open, and who waits. Internal to https_client; used on its
/// strand only.
#pragma once

#include "core/clock.hpp"
#include "io/client_call.hpp"
#include "io/http_connection.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::io {

/// At most `most` connections an origin. A slot is the right to hold one of them.
class connection_pool {
 public:
  connection_pool(std::size_t most, std::size_t most_waiting) : most_(most), most_waiting_(most_waiting) {}

  enum class grant { slot, wait, refused };

  /// @param found  set to an idle, quiet connection, if there is one
  /// @returns slot: the caller holds one, with `found` or to open a new connection;
  ///          wait: the call stands in line until `granted`; refused: the line is full
  grant acquire(const std::shared_ptr<client_call>& call, std::unique_ptr<http_connection>& found);

  /// Takes an interrupted call out of the line.
  void leave_line(const std::shared_ptr<client_call>& call);

  /// Gives a slot back. A reusable connection comes with it; none: it was closed.
  void release(const std::string& origin, std::unique_ptr<http_connection> connection, steady_time now);

  /// Closes connections idle since before `oldest`.
  /// @returns since when the oldest one left has been idle; nullopt: none is
  std::optional<steady_time> close_idle(steady_time oldest);

 private:
  struct origin_state {
    std::size_t open = 0; // slots taken, idle connections included
    std::vector<std::unique_ptr<http_connection>> idle;
    std::deque<std::shared_ptr<client_call>> line;
  };

  void forget_if_empty(std::map<std::string, origin_state>::iterator it);

  std::size_t most_;
  std::size_t most_waiting_;
  std::map<std::string, origin_state> origins_;
};

} // namespace isacbot::io
