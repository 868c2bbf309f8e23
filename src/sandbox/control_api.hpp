/// The control interface: JSON over HTTP by which tests, judges and other people's bots play the members,
/// look at what they see, and order disturbances. docs/sandbox.md lists the paths.
#pragma once

#include "ports/http.hpp"
#include "sandbox/driver.hpp"

namespace isacbot::sandbox {

/// Thread-safe.
class control_api {
 public:
  control_api(workspace& world, driver& members);

  /// Answers at once, or, for `?wait=1`, when what was asked for has happened.
  void handle(const http::request& request, ports::http_service::reply done);

 private:
  using answer = result<json::value>;

  answer look(std::string_view path, const form_fields& query) const;
  answer act(std::string_view path, const json::object& order);
  answer say(const json::object& order);
  answer press(const json::object& order);
  answer plan_fault(const json::object& order);
  answer make_handles(const json::object& order);
  answer make_file(const json::object& order);
  std::string view_of(const json::object& order) const;

  workspace& world_;
  driver& members_;
};

} // namespace isacbot::sandbox
