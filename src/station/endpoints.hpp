/// What each endpoint of the API does, over the stores. Thread-safe, blocking.
#pragma once

#include "core/error.hpp"
#include "core/random.hpp"
#include "protocol/http/message.hpp"
#include "station/accounts.hpp"
#include "station/call.hpp"
#include "station/call_limits.hpp"
#include "station/indicator_writer.hpp"
#include "storage/kv_store.hpp"

namespace isacbot::station {

/// Errors of all endpoints become statuses in service.cpp: ec::malformed and ec::invalid_argument 400,
/// ec::forbidden 403, ec::not_found 404, ec::conflict 409, ec::too_large 413, ec::overloaded 503, others 500.
/// Their cause is shown to the client.
class endpoints {
 public:
  endpoints(storage::kv_store& store, const accounts& people, random_source& random, day_limit& day,
            idempotency_settings settings, observables::known_names names = {})
      : store_(store),
        people_(people),
        random_(random),
        day_(day),
        writer_(store, settings, names),
        names_(std::move(names)) {}

  /// @pre `what` is not endpoint::token
  result<http::response> answer(endpoint what, const call& c);

 private:
  [[nodiscard]] result<http::response> list_enclaves(const call& c) const;
  result<http::response> list_quotas(const call& c);
  result<http::response> submit_indicators(const call& c);
  [[nodiscard]] result<http::response> show_submission(const call& c) const;
  [[nodiscard]] result<http::response> find_indicators(const call& c) const;
  [[nodiscard]] result<http::response> show_metadata(const call& c) const;
  [[nodiscard]] result<http::response> show_summaries(const call& c) const;
  result<http::response> create_report(const call& c);
  [[nodiscard]] result<http::response> find_reports(const call& c) const;
  [[nodiscard]] result<http::response> show_report(const call& c) const;

  storage::kv_store& store_;
  const accounts& people_;
  random_source& random_;
  day_limit& day_;
  indicator_writer writer_;
  observables::known_names names_;
};

} // namespace isacbot::station
