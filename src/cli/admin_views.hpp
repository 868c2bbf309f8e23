/// Answers of the operator's commands as people read them.
#pragma once

#include <boost/json/object.hpp>

#include <iosfwd>

namespace isacbot::cli {

using admin_answer = boost::json::object;

void show_users(const admin_answer& answer, std::ostream& out);
void show_removed_user(const admin_answer& answer, std::ostream& out);
void show_submissions(const admin_answer& answer, std::ostream& out);
void show_submission(const admin_answer& answer, std::ostream& out);
void show_retried(const admin_answer& answer, std::ostream& out);
void show_cancelled(const admin_answer& answer, std::ostream& out);
void show_enclave(const admin_answer& answer, std::ostream& out);
void show_new_user(const admin_answer& answer, std::ostream& out);
void show_grant(const admin_answer& answer, std::ostream& out);
void show_done(const admin_answer& answer, std::ostream& out);
void show_redaction(const admin_answer& answer, std::ostream& out);
void show_import(const admin_answer& answer, std::ostream& out);
void show_station(const admin_answer& answer, std::ostream& out);
void show_rotated(const admin_answer& answer, std::ostream& out);
void show_backup(const admin_answer& answer, std::ostream& out);
void show_audit(const admin_answer& answer, std::ostream& out);

/// exit_differences when the log is not whole.
int status_of_audit(const admin_answer& answer);
/// exit_failed when a line was refused.
int status_of_import(const admin_answer& answer);

} // namespace isacbot::cli
