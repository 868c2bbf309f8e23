#include "cli/admin_views.hpp"

#include "cli/exit_status.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <string>
#include <vector>

namespace isacbot::cli {

namespace {

namespace json = boost::json;

/// A member as text; "" when it is missing or null.
std::string text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || value->is_null())
    return {};
  if (value->is_string())
    return std::string(value->get_string());
  return json::serialize(*value);
}

const json::object& object(const json::value& value) {
  static const json::object empty;
  return value.is_object() ? value.get_object() : empty;
}

std::vector<json::object> objects(const json::object& from, std::string_view name) {
  std::vector<json::object> list;
  if (const auto* value = from.if_contains(name); value != nullptr && value->is_array())
    for (const json::value& element : value->get_array())
      list.push_back(object(element));
  return list;
}

using row = std::vector<std::string>;

/// Columns as wide as their widest cell.
void print_table(const std::vector<row>& rows, std::ostream& out) {
  std::vector<std::size_t> widths;
  for (const row& r : rows) {
    widths.resize(std::max(widths.size(), r.size()));
    for (std::size_t i = 0; i < r.size(); ++i)
      widths[i] = std::max(widths[i], r[i].size());
  }
  for (const row& r : rows) {
    std::string line;
    for (std::size_t i = 0; i < r.size(); ++i)
      line += r[i] + std::string(i + 1 < r.size() ? widths[i] - r[i].size() + 2 : 0, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
}

void print_lines(const char* title, const std::vector<json::object>& lines, std::ostream& out) {
  if (lines.empty())
    return;
  out << title << '\n';
  for (const json::object& l : lines)
    out << "  line " << text(l, "line") << "  " << text(l, "reason") << "  " << text(l, "text") << '\n';
}

std::string numbers(const json::object& from) {
  return text(from, "handed_in") + " handed in = " + text(from, "accepted") + " accepted + " +
         text(from, "merged") + " merged + " + text(from, "withheld") + " withheld + " +
         text(from, "refused") + " refused";
}

} // namespace

void show_users(const admin_answer& answer, std::ostream& out) {
  auto users = objects(answer, "users");
  if (users.empty()) {
    out << "nobody is registered\n";
    return;
  }
  std::vector<row> rows{{"TEAM", "USER", "REGISTERED", "API KEY"}};
  for (const auto& u : users)
    rows.push_back({text(u, "team"), text(u, "user"), text(u, "registered"), text(u, "key")});
  print_table(rows, out);
}

void show_removed_user(const admin_answer& answer, std::ostream& out) {
  out << "removed " << text(answer, "team") << "/" << text(answer, "user") << ": "
      << (text(answer, "credentials") == "true" ? "credentials, " : "") << text(answer, "drafts")
      << " drafts, " << text(answer, "commands") << " commands under way, " << text(answer, "submissions")
      << " receipts. What Station got stays there.\n";
}

void show_submissions(const admin_answer& answer, std::ostream& out) {
  std::vector<row> rows{{"SUBMISSION", "CREATED", "STANDING", "KIND", "BY", "ENCLAVE", "HANDED IN"}};
  for (const auto& s : objects(answer, "submissions"))
    rows.push_back({text(s, "id"), text(s, "created"), text(s, "standing"), text(s, "kind"),
                    text(s, "team") + "/" + text(s, "user"), text(s, "enclave_name"), text(s, "handed_in")});
  if (rows.size() > 1)
    print_table(rows, out);
  const auto* parts = answer.if_contains("parts");
  if (parts == nullptr)
    return;
  const auto& depth = object(*parts);
  out << "parts: " << text(depth, "due") << " due, " << text(depth, "parked") << " parked, "
      << text(depth, "held") << " held, " << text(depth, "buried") << " dead letters\n";
}

void show_submission(const admin_answer& answer, std::ostream& out) {
  out << "submission " << text(answer, "id") << ": " << text(answer, "standing") << '\n'
      << "  " << text(answer, "kind") << " by " << text(answer, "team") << "/" << text(answer, "user")
      << " to " << text(answer, "enclave_name") << " (" << text(answer, "enclave") << ")\n"
      << "  " << numbers(answer) << '\n'
      << "  created " << text(answer, "created");
  for (const char* name : {"delivered", "processed"})
    if (std::string when = text(answer, name); !when.empty())
      out << ", " << name << " " << when;
  out << '\n';
  if (const auto* progress = answer.if_contains("progress"); progress != nullptr)
    out << "  delivery: " << text(object(*progress), "text") << '\n';
  if (const auto* reasons = answer.if_contains("reasons"); reasons != nullptr)
    for (const auto& [name, count] : object(*reasons))
      out << "  " << json::serialize(count) << " " << std::string(name) << '\n';
  print_lines("withheld, the first lines:", objects(answer, "withheld_lines"), out);
  print_lines("refused, the first lines:", objects(answer, "refused_lines"), out);
  std::vector<row> rows{{"PART", "STATE", "ROWS", "ATTEMPTS", "STATION", "LAST ERROR"}};
  for (const auto& p : objects(answer, "parts"))
    rows.push_back({text(p, "part"), text(p, "state"), text(p, "rows"), text(p, "attempts"),
                    text(p, "station_id"), text(p, "last_error")});
  if (rows.size() > 1)
    print_table(rows, out);
}

void show_retried(const admin_answer& answer, std::ostream& out) {
  out << text(answer, "parts") << " parts are sent again\n";
  if (text(answer, "under_way") != "0")
    out << text(answer, "under_way") << " part is being sent right now\n";
}

void show_cancelled(const admin_answer& answer, std::ostream& out) {
  out << text(answer, "parts") << " parts are given up\n";
  if (text(answer, "doubtful") != "0")
    out << text(answer, "doubtful") << " of them may have reached Station all the same\n";
  if (text(answer, "under_way") != "0")
    out << text(answer, "under_way") << " part is being sent right now: ask again in a moment\n";
}

void show_enclave(const admin_answer& answer, std::ostream& out) {
  out << "enclave " << text(answer, "id") << '\n';
}

void show_new_user(const admin_answer& answer, std::ostream& out) {
  out << "key    " << text(answer, "key") << "\nsecret " << text(answer, "secret")
      << "\nThe secret is stored as a hash only: it cannot be shown again.\n";
}

void show_grant(const admin_answer& answer, std::ostream& out) {
  out << "granted " << text(answer, "access") << '\n';
}

void show_done(const admin_answer&, std::ostream& out) {
  out << "done\n";
}

void show_redaction(const admin_answer& answer, std::ostream& out) {
  std::vector<row> rows{{"CATEGORY", "TERM"}};
  for (const auto& term : objects(answer, "terms"))
    rows.push_back({text(term, "category"), text(term, "term")});
  print_table(rows, out);
}

void show_import(const admin_answer& answer, std::ostream& out) {
  out << text(answer, "imported") << " scores imported, " << text(answer, "refused") << " lines refused\n";
  for (const auto& line : objects(answer, "lines"))
    out << "  line " << text(line, "line") << ": " << text(line, "reason") << '\n';
}

void show_station(const admin_answer& answer, std::ostream& out) {
  std::vector<row> rows{{"ENCLAVE", "TYPE", "NAME"}};
  for (const auto& e : objects(answer, "enclaves"))
    rows.push_back({text(e, "id"), text(e, "type"), text(e, "name")});
  print_table(rows, out);
  rows = {{"API KEY", "NAME", "COMPANY", "ENCLAVES"}};
  for (const auto& u : objects(answer, "users")) {
    std::string may;
    for (const auto& g : objects(u, "enclaves"))
      may += (may.empty() ? "" : ", ") + text(g, "access") + " " + text(g, "enclave");
    rows.push_back({text(u, "key"), text(u, "name"), text(u, "company"), may});
  }
  out << '\n';
  print_table(rows, out);
}

void show_rotated(const admin_answer& answer, std::ostream& out) {
  out << text(answer, "rows") << " rows are re-encrypted; the old key opens the database no longer.\n";
  if (text(answer, "files_rewritten") != "true")
    out << "The database's files could not be rewritten: they still hold earlier states under the old key.\n";
  out << "Now write into the configuration, before the next start:\n\n[storage]\n"
      << text(answer, "configuration") << "\n\nKeep a copy of the new key elsewhere"
      << (text(answer, "made") == "true" ? " (it was made just now)" : "")
      << "; backups made so far need the old one.\n";
}

void show_backup(const admin_answer& answer, std::ostream& out) {
  out << "backup in " << text(answer, "directory") << ": " << text(answer, "bytes") << " bytes, the bot"
      << (text(answer, "station") == "true" ? " and Station" : "")
      << ", checked. The master key is not in it.\n";
}

void show_audit(const admin_answer& answer, std::ostream& out) {
  if (text(answer, "whole") == "true")
    out << "the audit log is whole: " << text(answer, "entries") << " entries, " << text(answer, "waiting")
        << " waiting to be chained\n";
  else
    out << "the audit log is NOT whole: " << text(answer, "fault") << "\n" << text(answer, "mend") << '\n';
}

int status_of_audit(const admin_answer& answer) {
  return text(answer, "whole") == "true" ? exit_done : exit_differences;
}

int status_of_import(const admin_answer& answer) {
  return text(answer, "refused") == "0" ? exit_done : exit_failed;
}

} // namespace isacbot::cli
