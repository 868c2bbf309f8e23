/// One call of https_client on its way. Internal to the client; touched on the client's strand only.
#pragma once

#include "io/http_rules.hpp"
#include "ports/http.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace isacbot::io {

class http_connection;

struct client_call {
  explicit client_call(const boost::asio::any_io_executor& strand) : deadline_timer(strand), wake(strand) {}

  [[nodiscard]] bool interrupted() const noexcept { return timed_out || cancelled; }

  /// Ends whatever the call is waiting for. The call finds out why from its flags.
  void interrupt() {
    wake.cancel();
    if (abort_connection)
      abort_connection();
  }

  /// The error of a call that ended without an answer: what it means depends on whether anything was sent.
  [[nodiscard]] error failure(std::string cause) const {
    const std::string about = target.host + ": ";
    if (sent && timed_out)
      return fail(ec::timeout, about + "no answer before the deadline");
    if (sent)
      return fail(ec::upstream_failed, about + (cancelled ? "stopped before the answer came" : cause));
    if (cancelled)
      return fail(ec::cancelled, about + "the client is stopping");
    return fail(ec::unavailable,
                about + (timed_out ? "not reached before the deadline (" + cause + ")" : cause));
  }

  absolute_target target;
  std::string method;
  std::string bytes; ///< the request as it goes on the wire
  ports::http_client::completion done;

  boost::asio::steady_timer deadline_timer;
  boost::asio::steady_timer wake;         ///< cancelled to say "look again": a slot, a name, an interruption
  std::function<void()> abort_connection; ///< set while a connection is in use
  std::unique_ptr<http_connection> handed_over; ///< with `granted`: a pooled connection; null: open a new one
  bool granted = false;                         ///< a waiting call got its slot
  bool sent = false;                            ///< a byte of the request may have left
  bool timed_out = false;
  bool cancelled = false;
};

} // namespace isacbot::io
