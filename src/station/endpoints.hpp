/// What each endpoint of the API does, over the stores. Thread-safe, blocking.
#pragma once

#include "core/error.hpp"
#include "core/random.hpp"
#include "protocol/http/message.hpp"
#include "station/accounts.hpp"
#include "station/call.hpp"
#include "station/call_limits.hpp"
#include "station/export_list.hpp"
#include "station/index_queue.hpp"
#include "station/indicator_writer.hpp"
#include "station/report_writer.hpp"
#include "storage/kv_store.hpp"

#include <functional>
#include <string_view>

namespace isacbot::station {

/// What a status says of something with that place in the queue of the index.
trustar::processing_state state_of(queue_place place) noexcept;
inline constexpr std::string_view set_aside_message =
    "It is stored, but could not be indexed. The operator is told.";

/// Errors of all endpoints become statuses in service.cpp: ec::malformed and ec::invalid_argument 400,
/// ec::forbidden 403, ec::not_found 404, ec::conflict 409, ec::too_large 413, ec::overloaded 503, others 500.
/// Their cause is shown to the client.
class endpoints {
 public:
  endpoints(storage::kv_store& store, const accounts& people, random_source& random, day_limit& day,
            idempotency_settings settings, observables::known_names names = {},
            std::function<void()> noted = {})
      : store_(store),
        people_(people),
        random_(random),
        day_(day),
        writer_(store, settings, names),
        reports_(store),
        names_(std::move(names)),
        noted_(std::move(noted)) {}

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

  // report_endpoints.cpp
  result<http::response> create_report(const call& c);
  result<http::response> update_report(const call& c);
  result<http::response> upsert_report(const call& c);
  result<http::response> delete_report(const call& c);
  result<http::response> copy_report(const call& c);
  result<http::response> move_report(const call& c);

  // report_view_endpoints.cpp
  [[nodiscard]] result<http::response> show_report(const call& c) const;
  [[nodiscard]] result<http::response> show_report_status(const call& c) const;
  [[nodiscard]] result<http::response> show_report_indicators(const call& c) const;
  [[nodiscard]] result<http::response> list_reports(const call& c) const;
  [[nodiscard]] result<http::response> find_reports(const call& c) const;
  [[nodiscard]] result<http::response> correlate_reports(const call& c) const;
  [[nodiscard]] result<http::response> show_correlated(const call& c) const;

  // report_tag_endpoints.cpp
  [[nodiscard]] result<http::response> show_report_tags(const call& c) const;
  [[nodiscard]] result<http::response> list_all_report_tags(const call& c) const;
  result<http::response> alter_report_tags(const call& c);
  result<http::response> add_report_tag(const call& c);
  result<http::response> delete_report_tag(const call& c);

  // whitelist_endpoints.cpp
  [[nodiscard]] result<http::response> show_whitelist(const call& c) const;
  result<http::response> extend_whitelist(const call& c);
  result<http::response> shorten_whitelist(const call& c);

  // indicator_list_endpoints.cpp
  [[nodiscard]] result<http::response> list_indicators(const call& c) const;
  [[nodiscard]] result<http::response> show_related(const call& c) const;
  [[nodiscard]] result<http::response> show_details(const call& c) const;
  [[nodiscard]] result<http::response> show_trends(const call& c) const;

  // indicator_tag_endpoints.cpp
  [[nodiscard]] result<http::response> show_indicator_tags(const call& c) const;
  result<http::response> add_indicator_tag(const call& c);
  result<http::response> delete_indicator_tag(const call& c);

  // export_endpoints.cpp
  result<http::response> start_export(const call& c);
  [[nodiscard]] result<http::response> show_export_status(const call& c) const;
  [[nodiscard]] result<http::response> show_export(const call& c) const;

  // other_endpoints.cpp
  [[nodiscard]] result<http::response> redact_report(const call& c) const;
  [[nodiscard]] result<http::response> show_triage(const call& c) const;
  [[nodiscard]] result<http::response> mark_triage(const call& c) const;

  /// A report of the caller's, with the enclave it lies in.
  struct located_report {
    stored_report report;
    const granted_enclave* where;
  };
  /// By the path's id and `idType`. @error ec::not_found, ec::malformed on another idType
  [[nodiscard]] result<located_report> locate_report(const call& c) const;
  /// What a body holds. @error ec::too_large over 2,000 values
  [[nodiscard]] result<std::vector<report_observable>> check_observables(std::string_view body) const;
  [[nodiscard]] result<report_content> make_content(trustar::report what) const;

  /// Tells the audit log what the caller is about to do.
  result<void> note(const call& c, std::string action, std::string subject, std::string detail);

  storage::kv_store& store_;
  const accounts& people_;
  random_source& random_;
  day_limit& day_;
  indicator_writer writer_;
  report_writer reports_;
  export_list exports_;
  observables::known_names names_;
  std::function<void()> noted_;
};

} // namespace isacbot::station
