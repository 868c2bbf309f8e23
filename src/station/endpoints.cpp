#include "station/endpoints.hpp"

#include "protocol/trustar/server_answers.hpp"
#include "station/audit_notes.hpp"

#include <utility>

namespace isacbot::station {

trustar::processing_state state_of(queue_place place) noexcept {
  switch (place) {
  case queue_place::waiting:
    return trustar::processing_state::processing;
  case queue_place::set_aside:
    return trustar::processing_state::failure;
  case queue_place::done:
    break;
  }
  return trustar::processing_state::success;
}

result<http::response> endpoints::answer(endpoint what, const call& c) {
  switch (what) {
  case endpoint::token:
    return fail(ec::internal, "the token endpoint is no API call");
  case endpoint::ping:
    return trustar::make_text_answer("pong");
  case endpoint::version:
    return trustar::make_text_answer("1.3");
  case endpoint::enclaves:
    return list_enclaves(c);
  case endpoint::request_quotas:
    return list_quotas(c);
  case endpoint::submit_indicators:
    return submit_indicators(c);
  case endpoint::submission_status:
    return show_submission(c);
  case endpoint::search_indicators:
    return find_indicators(c);
  case endpoint::indicator_metadata:
    return show_metadata(c);
  case endpoint::indicator_summaries:
    return show_summaries(c);
  case endpoint::create_report:
    return create_report(c);
  case endpoint::list_reports:
    return list_reports(c);
  case endpoint::search_reports:
    return find_reports(c);
  case endpoint::correlate_reports:
    return correlate_reports(c);
  case endpoint::correlated_reports:
    return show_correlated(c);
  case endpoint::upsert_report:
    return upsert_report(c);
  case endpoint::copy_report:
    return copy_report(c);
  case endpoint::move_report:
    return move_report(c);
  case endpoint::all_report_tags:
    return list_all_report_tags(c);
  case endpoint::report_details:
    return show_report(c);
  case endpoint::update_report:
    return update_report(c);
  case endpoint::delete_report:
    return delete_report(c);
  case endpoint::report_status:
    return show_report_status(c);
  case endpoint::report_indicators:
    return show_report_indicators(c);
  case endpoint::report_tags:
    return show_report_tags(c);
  case endpoint::add_report_tag:
    return add_report_tag(c);
  case endpoint::delete_report_tag:
    return delete_report_tag(c);
  case endpoint::alter_report_tags:
    return alter_report_tags(c);
  case endpoint::list_whitelist:
    return show_whitelist(c);
  case endpoint::add_to_whitelist:
    return extend_whitelist(c);
  case endpoint::delete_from_whitelist:
    return shorten_whitelist(c);
  case endpoint::list_indicators:
    return list_indicators(c);
  case endpoint::related_indicators:
    return show_related(c);
  case endpoint::indicator_details:
    return show_details(c);
  case endpoint::community_trends:
    return show_trends(c);
  case endpoint::list_indicator_tags:
    return show_indicator_tags(c);
  case endpoint::add_indicator_tag:
    return add_indicator_tag(c);
  case endpoint::delete_indicator_tag:
    return delete_indicator_tag(c);
  case endpoint::start_export:
    return start_export(c);
  case endpoint::export_status:
    return show_export_status(c);
  case endpoint::export_data:
    return show_export(c);
  case endpoint::redact_report:
    return redact_report(c);
  case endpoint::triage_submissions:
  case endpoint::triage_indicators:
    return show_triage(c);
  case endpoint::triage_status:
    return mark_triage(c);
  }
  return fail(ec::internal, "an endpoint without an answer");
}

result<void> endpoints::note(const call& c, std::string action, std::string subject, std::string detail) {
  auto written = write_note(
      store_, make_note(c.caller, c.now, std::move(action), std::move(subject), std::move(detail)), random_);
  if (written && noted_)
    noted_();
  return written;
}

result<http::response> endpoints::list_enclaves(const call& c) const {
  std::vector<trustar::enclave> listed;
  for (const granted_enclave& g : c.enclaves)
    listed.push_back({g.enclave.id, g.enclave.name, g.enclave.type, true, g.may_create(), g.may_update()});
  return trustar::make_enclaves_answer(listed);
}

result<http::response> endpoints::list_quotas(const call& c) {
  std::vector<trustar::request_quota> quotas;
  if (day_.limit() > 0) {
    auto used = day_.used(c.caller.company);
    if (!used)
      return used.error();
    auto company = people_.find_company(c.caller.company);
    if (!company)
      return company.error();
    constexpr std::chrono::hours day{24};
    sys_time began = day_.day_began();
    quotas.push_back(
        {*company ? (*company)->id : std::string(), day_.limit(), *used, day, began, began + day});
  }
  return trustar::make_quotas_answer(quotas);
}

} // namespace isacbot::station
