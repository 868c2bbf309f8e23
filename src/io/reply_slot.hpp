/// Where a service's reply meets its exchange: the first of reply and deadline wins. Knows no socket.
#pragma once

#include "protocol/http/message.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace isacbot::io {

/// Shared by the exchange and by every copy of its reply function; these may outlive the server, so there is
/// nothing in here that needs an io_context once the slot is closed. Thread-safe.
class reply_slot {
 public:
  /// @param deliver  called at most once, under the slot's lock: hands the response over and returns
  explicit reply_slot(std::function<void(http::response)> deliver) : deliver_(std::move(deliver)) {}

  /// Delivers the first reply of an open slot.
  /// @returns false if there was an earlier reply or the exchange has ended
  bool offer(http::response response) {
    std::lock_guard lock(mutex_);
    if (!deliver_)
      return false;
    const auto deliver = std::exchange(deliver_, nullptr);
    deliver(std::move(response));
    return true;
  }

  /// Ends the exchange. After it returned nothing is delivered any more.
  /// @returns false if a reply was delivered before
  bool close() {
    std::lock_guard lock(mutex_);
    return std::exchange(deliver_, nullptr) != nullptr;
  }

 private:
  std::mutex mutex_;
  std::function<void(http::response)> deliver_;
};

/// One request in the service's hands. Counts down once: when the service answers, or when it has dropped
/// every copy of its reply function. (Only counting happens in the destructor; no answer is ever sent by
/// one.)
class in_flight_token {
 public:
  explicit in_flight_token(std::shared_ptr<std::atomic<std::size_t>> counter)
      : counter_(std::move(counter)) {}
  in_flight_token(const in_flight_token&) = delete;
  in_flight_token& operator=(const in_flight_token&) = delete;
  ~in_flight_token() { release(); }
  void release() {
    if (!released_.exchange(true))
      counter_->fetch_sub(1);
  }

 private:
  std::shared_ptr<std::atomic<std::size_t>> counter_;
  std::atomic<bool> released_ = false;
};

} // namespace isacbot::io
