/// Handlers of the operator's commands, one per line of the list in admin_commands.cpp. Shapes of arguments
/// and answers: docs/operations.md names them per command, under --json.
#pragma once

#include "app/admin_commands.hpp"

namespace isacbot::app {

result<boost::json::value> ping(admin_desk& desk, const admin_call& call);

result<boost::json::value> users_list(admin_desk& desk, const admin_call& call);
result<boost::json::value> users_remove(admin_desk& desk, const admin_call& call);

result<boost::json::value> submissions_list(admin_desk& desk, const admin_call& call);
result<boost::json::value> submissions_show(admin_desk& desk, const admin_call& call);
result<boost::json::value> submissions_retry(admin_desk& desk, const admin_call& call);
result<boost::json::value> submissions_cancel(admin_desk& desk, const admin_call& call);

result<boost::json::value> submit_open(admin_desk& desk, const admin_call& call);
result<boost::json::value> submit_add(admin_desk& desk, const admin_call& call);
result<boost::json::value> submit_close(admin_desk& desk, const admin_call& call);
result<boost::json::value> submit_accept(admin_desk& desk, const admin_call& call);
result<boost::json::value> submit_abandon(admin_desk& desk, const admin_call& call);

result<boost::json::value> station_add_enclave(admin_desk& desk, const admin_call& call);
result<boost::json::value> station_add_user(admin_desk& desk, const admin_call& call);
result<boost::json::value> station_grant(admin_desk& desk, const admin_call& call);
result<boost::json::value> station_revoke(admin_desk& desk, const admin_call& call);
result<boost::json::value> station_remove_user(admin_desk& desk, const admin_call& call);
result<boost::json::value> station_list(admin_desk& desk, const admin_call& call);

result<boost::json::value> station_redaction_add(admin_desk& desk, const admin_call& call);
result<boost::json::value> station_redaction_remove(admin_desk& desk, const admin_call& call);
result<boost::json::value> station_redaction_list(admin_desk& desk, const admin_call& call);
result<boost::json::value> station_scores_import(admin_desk& desk, const admin_call& call);

result<boost::json::value> misp_pull(admin_desk& desk, const admin_call& call);
result<boost::json::value> misp_status(admin_desk& desk, const admin_call& call);

result<boost::json::value> key_rotate(admin_desk& desk, const admin_call& call);
result<boost::json::value> audit_verify(admin_desk& desk, const admin_call& call);
result<boost::json::value> backup(admin_desk& desk, const admin_call& call);

} // namespace isacbot::app
