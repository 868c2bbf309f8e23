/// A network in virtual time. Requests that have left arrive, whether the bot lives or not; answers reach
/// only the bot that asked. What stands at the other end is told by who derives from it.
#pragma once

#include "core/clock.hpp"
#include "crash/crash_points.hpp"
#include "ports/http.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>

namespace isacbot::test {

/// What goes wrong with one request on its way to Station.
struct disturbance {
  enum class kind : std::uint8_t {
    request_lost, ///< Station never hears of it; the bot's deadline passes
    answer_lost,  ///< Station has applied it; the bot's deadline passes
    cut,          ///< Station has applied it; the connection breaks
    answered,     ///< Station answers `answer` without applying it
    station_dies, ///< Station loses power after its sync and before its answer
  };
  kind what = kind::request_lost;
  http::response answer{};
};

/// @param nth  which request of its kind it is, from 1, over all lives of the bot
using disturber = std::function<std::optional<disturbance>(const http::request&, std::uint64_t nth)>;

class virtual_wire : public ports::http_client {
 public:
  virtual_wire(crash_points& points, const clock& time) : points_(points), time_(time) {}

  void send(http::request request, milliseconds deadline, completion done) override;

  /// Serves what arrives and answers what is due, up to now. @returns whether there was anything
  bool run_due();
  [[nodiscard]] std::optional<steady_time> next() const;
  [[nodiscard]] bool idle() const noexcept { return under_way_.empty(); }
  /// The bot is gone: nobody hears the answers. What has left arrives after `delay`: perhaps behind the
  /// requests of the bot that is started next.
  void cut_off(std::chrono::nanoseconds delay);

 protected:
  struct exchange {
    http::request request;
    steady_time due;
    steady_time deadline;
    completion done; ///< empty: nobody listens any more
    std::string host;
    std::string path;                              ///< without the query
    std::optional<result<http::response>> outcome; ///< empty: not at the server yet

    [[nodiscard]] std::string name() const { return request.method + " " + path; }
    /// The bot's deadline passes without an answer.
    void time_out();
  };

  /// The request has arrived: set `outcome`; `due` is when the answer will be there.
  virtual void serve(exchange& x) = 0;
  /// A request is about to leave.
  virtual void on_leaving(const exchange&) {}

  [[nodiscard]] const std::list<exchange>& under_way() const noexcept { return under_way_; }

 private:
  crash_points& points_;
  const clock& time_;
  std::list<exchange> under_way_; ///< in the order sent
};

} // namespace isacbot::test
