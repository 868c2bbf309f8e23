/// The one door between Asio and CAF: asks a typed actor and completes an Asio operation with its reply.
/// docs/adr/0003-asio-caf-bridge.md tells why it is built like this.
#pragma once

#include "actors/caf_error.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <caf/actor_cast.hpp>
#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/response_type.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace isacbot::io {

namespace bridge {

/// What a reply of types Ts... becomes: nothing, the value, or a tuple. A result<T> that an actor sends as a
/// value is not wrapped a second time.
template <class... Ts>
struct reply {
  using type = result<std::tuple<Ts...>>;
  static type take(caf::type_erased_tuple& content) {
    return take(content, std::index_sequence_for<Ts...>{});
  }
  template <std::size_t... Is>
  static type take(caf::type_erased_tuple& content, std::index_sequence<Is...>) {
    return std::tuple<Ts...>{content.get_as<Ts>(Is)...};
  }
};
template <class T>
struct reply<T> {
  using type = result<T>;
  static type take(caf::type_erased_tuple& content) { return content.get_as<T>(0); }
};
template <class T>
struct reply<result<T>> {
  using type = result<T>;
  static type take(caf::type_erased_tuple& content) { return content.get_as<result<T>>(0); }
};
template <>
struct reply<void> {
  using type = result<void>;
  static type take(caf::type_erased_tuple&) { return {}; }
};

template <class T>
struct unpack;
template <class... Ts>
struct unpack<caf::detail::type_list<Ts...>> : reply<Ts...> {
  static bool matches(const caf::type_erased_tuple& content) { return content.match_elements<Ts...>(); }
};
// "With nothing" is spelled in several ways; any reply that is no error will do.
struct unpack_nothing : reply<void> {
  static bool matches(const caf::type_erased_tuple&) { return true; }
};
template <>
struct unpack<caf::detail::type_list<>> : unpack_nothing {};
template <>
struct unpack<caf::detail::type_list<void>> : unpack_nothing {};
template <>
struct unpack<caf::detail::type_list<caf::unit_t>> : unpack_nothing {};

/// One waiting Asio operation. The flag decides who completes it: reply, timeout, cancellation, or the end of
/// the last reference to its sink. Timer and cancellation slot know this object, never the sink, so that a
/// dropped promise is noticed at once.
template <class Result, class Handler, class Executor>
class operation : public std::enable_shared_from_this<operation<Result, Handler, Executor>> {
 public:
  operation(Handler handler, const Executor& fallback)
      : executor_(boost::asio::get_associated_executor(handler, fallback)),
        guard_(executor_),
        timer_(std::in_place, executor_),
        handler_(std::move(handler)) {}

  auto get_executor() const { return executor_; }

  /// On the executor, before the request is sent.
  void arm(milliseconds timeout) {
    timer_->expires_after(timeout);
    timer_->async_wait([self = this->shared_from_this()](const boost::system::error_code& cancelled) {
      if (!cancelled)
        self->complete(fail(ec::timeout, "an actor did not answer in time"));
    });
    if (auto slot = boost::asio::get_associated_cancellation_slot(*handler_); slot.is_connected())
      slot.assign([weak = this->weak_from_this()](boost::asio::cancellation_type) {
        if (auto self = weak.lock())
          self->complete(fail(ec::cancelled, "the request was cancelled"));
      });
  }

  /// Thread-safe; the first call wins, later ones are ignored.
  void complete(Result r) {
    if (completed_.exchange(true))
      return;
    boost::asio::post(executor_, [self = this->shared_from_this(), r = std::move(r)]() mutable {
      self->finish(std::move(r));
    });
  }

 private:
  /// On the executor, the only place where slot and timer may be let go.
  void finish(Result r) {
    if (auto slot = boost::asio::get_associated_cancellation_slot(*handler_); slot.is_connected())
      slot.clear();
    timer_.reset();
    Handler handler = std::move(*handler_);
    handler_.reset();
    guard_.reset();
    std::move(handler)(std::move(r));
  }

  using executor_type = boost::asio::associated_executor_t<Handler, Executor>;

  std::atomic<bool> completed_ = false;
  executor_type executor_;
  boost::asio::executor_work_guard<executor_type> guard_;
  std::optional<boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, executor_type>>
      timer_;
  std::optional<Handler> handler_;
};

/// The sender of one request: an actor without mailbox or thread. Its `enqueue` runs wherever the reply is
/// made.
template <class Unpack, class Operation>
class reply_sink final : public caf::monitorable_actor {
 public:
  reply_sink(caf::actor_config& config, std::shared_ptr<Operation> operation)
      : caf::monitorable_actor(config),
        operation_(std::move(operation)) {}

  using caf::abstract_actor::enqueue;

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    if (!what || !what->mid.is_response())
      return;
    caf::type_erased_tuple& content = what->content();
    if (content.match_elements<caf::error>())
      operation_->complete(from_caf_error(content.get_as<caf::error>(0)));
    else if (Unpack::matches(content))
      operation_->complete(Unpack::take(content));
    else
      operation_->complete(fail(ec::internal, "an actor answered with another type than it declares"));
  }

  void on_destroy() override {
    // Nobody can answer any more. CAF itself stays silent when a promise is dropped.
    operation_->complete(fail(ec::internal, "an actor dropped a request without an answer"));
    caf::monitorable_actor::on_destroy();
  }

  const char* name() const override { return "reply_sink"; }

 private:
  std::shared_ptr<Operation> operation_;
};

} // namespace bridge

/// Asks a typed actor. Completes exactly once, on the token's associated executor (`executor` if it has
/// none): use_awaitable and plain callbacks `void(result<T>)` both do. T is the interface's reply: void, the
/// value, or a tuple. Cancellation through the token's slot is honoured. The io_context must outlive the
/// actor system.
/// @param timeout   from now to the reply
/// @param executor  a strand, or an io_context that one thread runs
/// @error ec::timeout, ec::cancelled (also: the actor has stopped), ec::unavailable (null handle),
/// ec::internal
///        (the request was dropped or the handler threw), or what the actor answered
template <class Handle, class Executor, class Token, class... Args>
auto async_request(caf::actor_system& system, const Handle& to, milliseconds timeout,
                   const Executor& executor, Token&& token, Args&&... args) {
  using accepted =
      caf::response_type<typename Handle::signatures,
                         typename caf::detail::implicit_conversions<std::decay_t<Args>>::type...>;
  static_assert(accepted::valid, "the actor's interface has no such message");
  using unpack = bridge::unpack<typename accepted::type>;
  using result_type = typename unpack::type;

  return boost::asio::async_initiate<Token, void(result_type)>(
      [&system, timeout, executor](auto handler, const Handle& receiver, auto&&... values) {
        using operation = bridge::operation<result_type, decltype(handler), Executor>;
        using sink_type = bridge::reply_sink<unpack, operation>;
        const auto pending = std::make_shared<operation>(std::move(handler), executor);
        if (!receiver) {
          pending->complete(fail(ec::unavailable, "there is no such actor"));
          return;
        }
        caf::actor_config config;
        const auto sink = caf::make_actor<sink_type, caf::strong_actor_ptr>(
            system.next_actor_id(), system.node(), &system, config, pending);
        // The sink asks once, so that any request number will do.
        const caf::message_id request{caf::message_id::default_async_value | 1U};
        auto message = caf::make_mailbox_element(sink, request, caf::mailbox_element::forwarding_stack{},
                                                 std::forward<decltype(values)>(values)...);
        // Runs at once for a caller on the executor. For any other, timer and slot could be let go of there
        // while they are still being set up here.
        boost::asio::dispatch(
            pending->get_executor(), [pending, timeout, receiver, message = std::move(message)]() mutable {
              pending->arm(timeout);
              caf::actor_cast<caf::abstract_actor*>(receiver)->enqueue(std::move(message), nullptr);
            });
      },
      token, to, std::forward<Args>(args)...);
}

} // namespace isacbot::io
