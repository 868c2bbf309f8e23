/// Station's pages for people: behind login with key and secret, with the same rights as the API, usable
/// without scripts.
#pragma once

#include "core/clock.hpp"
#include "core/random.hpp"
#include "observables/known_names.hpp"
#include "protocol/http/message.hpp"
#include "station/accounts.hpp"
#include "station/call_limits.hpp"
#include "station/pages/login_limit.hpp"
#include "station/pages/page_routes.hpp"
#include "station/pages/session_store.hpp"
#include "station/routes.hpp"
#include "station/secret_checker.hpp"
#include "storage/kv_store.hpp"
#include "telemetry/label.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::station {

/// What was answered, and the route for the metrics.
struct page_answer {
  http::response answer;
  telemetry::label route = "none";
};

struct page_settings {
  bool secure_cookies = false;        ///< the browser reaches us over https only
  std::uint32_t calls_per_minute = 0; ///< of the API, to be shown
  std::function<void()> noted = {};   ///< a note for the audit log waits
};

/// Thread-safe, blocking like the API.
class page_service {
 public:
  /// Everything handed in by reference has to outlive the service.
  page_service(storage::kv_store& store, accounts& people, secret_checker& secrets, day_limit& day,
               const clock& time, random_source& random, observables::known_names names,
               page_settings settings)
      : store_(store),
        people_(people),
        secrets_(secrets),
        day_(day),
        time_(time),
        random_(random),
        names_(std::move(names)),
        sessions_(time, random),
        limit_(time),
        settings_(std::move(settings)) {}

  /// Whether the path is one of ours.
  [[nodiscard]] static bool owns(const request_target& target) noexcept;

  /// @pre owns(target)
  /// @error ec::io_failure, ec::corrupted; everything else is a page
  result<page_answer> answer(const http::request& request, const request_target& target);

 private:
  /// Somebody who is logged in, and what he may see.
  struct visitor {
    user who;
    std::vector<granted_enclave> granted;
    std::vector<enclave> readable;
  };

  [[nodiscard]] std::string cookie_name() const;
  [[nodiscard]] std::optional<std::string> session_token(const http::request& request) const;
  [[nodiscard]] http::response with_cookie(http::response answer, const std::string& token) const;
  [[nodiscard]] result<std::optional<visitor>> recognise(const http::request& request) const;
  result<http::response> log_in(const http::request& request);
  http::response log_out(const http::request& request);
  result<http::response> renew_secret(const http::request& request);
  [[nodiscard]] http::response ask_to_log_in(const http::request& request) const;
  [[nodiscard]] result<http::response> show_search(const visitor& v, const request_target& target) const;
  [[nodiscard]] result<http::response> show_account(const visitor& v) const;
  result<page_answer> answer_page(const http::request& request, const page_route& route,
                                  const request_target& target);
  /// Pages that need a login. @param route  nullptr: there is no such page
  [[nodiscard]] result<page_answer> show(const http::request& request, const page_route* route,
                                         const request_target& target) const;
  [[nodiscard]] result<http::response> show_report(const visitor& v, const std::string& id) const;
  [[nodiscard]] result<http::response> show_indicator(const visitor& v, const std::string& base64) const;

  storage::kv_store& store_;
  accounts& people_;
  secret_checker& secrets_;
  day_limit& day_;
  const clock& time_;
  random_source& random_;
  observables::known_names names_;
  session_store sessions_;
  login_limit limit_;
  page_settings settings_;
};

} // namespace isacbot::station
