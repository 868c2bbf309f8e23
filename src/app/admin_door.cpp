#include "app/admin_door.hpp"

#include "app/admin_house.hpp"
#include "app/admin_wire.hpp"
#include "io/admin_socket_client.hpp"

#include <optional>
#include <utility>

namespace isacbot::app {

result<boost::json::value> run_at_the_service(const settings& configured, const admin_request& request,
                                              const std::function<void(const admin_progress&)>& say) {
  io::admin_socket_call call;
  call.path = configured.admin.socket.text;
  call.request = to_line(request);
  call.silence = std::chrono::minutes{10}; // a handler that works long says so more often than that
  std::optional<result<boost::json::value>> last;
  auto asked = io::ask_admin_socket(call, [&](std::string_view line) {
    auto answer = parse_admin_answer(line);
    if (!answer)
      last = result<boost::json::value>{answer.error()};
    else if (answer->progress)
      say(*answer->progress);
    else
      last = std::move(answer->outcome);
  });
  if (!asked)
    return asked.error();
  if (!last)
    return fail(ec::upstream_failed, "the running service ended before its answer was complete",
                "look at its log, then run the command again");
  return std::move(*last);
}

result<boost::json::value> run_at_the_service_or_here(const settings& configured,
                                                      const admin_request& request, const admin_seams& seams,
                                                      const std::function<void(const admin_progress&)>& say) {
  auto answered = run_at_the_service(configured, request, say);
  if (answered || answered.error().code != ec::unavailable)
    return answered;
  auto house = admin_house::open(configured, seams.time, seams.random, seams.version);
  if (!house) {
    error fault = house.error();
    if (fault.code == ec::locked)
      fault.mend = "that process does not listen on " + configured.admin.socket.text +
                   ": use the configuration it was started with, or stop it";
    return fault;
  }
  return run_admin_command((*house)->desk(), request, say);
}

} // namespace isacbot::app
