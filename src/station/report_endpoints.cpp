/// The endpoints that write reports.
#include "protocol/trustar/server_answers.hpp"
#include "protocol/trustar/server_report_answers.hpp"
#include "protocol/trustar/server_report_requests.hpp"
#include "station/endpoints.hpp"
#include "station/report_reader.hpp"

#include <utility>

namespace isacbot::station {

namespace {

constexpr std::size_t max_indicators = 2'000;

result<void> need_update(const granted_enclave& where) {
  if (where.may_update())
    return {};
  return fail(ec::forbidden, "No permission to change reports in the enclave.");
}

/// The enclave that a report is to go to. @error ec::forbidden without the right to create there
result<enclave> find_target(const call& c, std::string_view enclave_id) {
  auto where = creatable_enclaves(c, {std::string(enclave_id)});
  if (!where)
    return where.error();
  return std::move(where->front());
}

result<enclave> read_destination(const call& c) {
  auto id = c.target.query.text("destEnclaveId");
  if (!id || id->empty())
    return fail(ec::malformed, "destEnclaveId is missing.");
  return find_target(c, *id);
}

} // namespace

result<std::vector<report_observable>> endpoints::check_observables(std::string_view body) const {
  if (body.size() > trustar::max_report_bytes) // after appending; the codec has looked at what came in
    return fail(ec::too_large, "reportBody is longer than 2 MB");
  auto found = find_observables(body, names_);
  if (count_written(found) > max_indicators)
    return fail(ec::too_large, "The report has more than 2000 indicators.");
  return found;
}

result<report_content> endpoints::make_content(trustar::report what) const {
  auto found = check_observables(what.body.value_or(std::string()));
  if (!found)
    return found.error();
  return report_content{std::move(what), std::move(*found)};
}

result<http::response> endpoints::create_report(const call& c) {
  auto what = trustar::parse_new_report(c.request.body);
  if (!what)
    return what.error();
  auto where = find_target(c, what->enclave_ids.front());
  if (!where)
    return where.error();
  auto content = make_content(std::move(*what));
  if (!content)
    return content.error();
  auto added = reports_.add(*where, std::move(*content), random_uuid(random_), c.now);
  if (!added)
    return added.error();
  return trustar::make_text_answer(added->id);
}

result<http::response> endpoints::update_report(const call& c) {
  auto what = trustar::parse_report_update(c.request.body);
  if (!what)
    return what.error();
  auto located = locate_report(c);
  if (!located)
    return located.error();
  if (auto allowed = need_update(*located->where); !allowed)
    return allowed.error();
  enclave to = located->where->enclave;
  if (!what->enclave_ids.empty() && what->enclave_ids.front() != to.id) { // a move
    auto target = find_target(c, what->enclave_ids.front());
    if (!target)
      return target.error();
    to = std::move(*target);
  }
  auto content = make_content(std::move(*what));
  if (!content)
    return content.error();
  if (auto noted = note(c, "station_report_replaced", located->report.what.id, "into enclave " + to.id);
      !noted)
    return noted.error();
  auto replaced = reports_.replace(located->report.what.id, located->where->enclave, to, *content, c.now);
  if (!replaced)
    return replaced.error();
  return trustar::make_empty_answer();
}

result<http::response> endpoints::upsert_report(const call& c) {
  auto upsert = trustar::parse_upsert(c.request.body);
  if (!upsert)
    return upsert.error();
  std::string_view id_type = c.target.query.text("idType").value_or("internal");
  bool external = http::equal_ignoring_case(id_type, "external");
  if (!external && !http::equal_ignoring_case(id_type, "internal"))
    return fail(ec::malformed, "idType must be internal or external.");
  std::string_view mode = c.target.query.text("mode").value_or("OVERRIDE");
  bool append = http::equal_ignoring_case(mode, "APPEND");
  if (!append && !http::equal_ignoring_case(mode, "OVERRIDE"))
    return fail(ec::malformed, "mode must be OVERRIDE or APPEND.");
  if (external && !upsert->what.external_id)
    return fail(ec::malformed, "externalTrackingId is missing.");
  auto target = find_target(c, upsert->what.enclave_ids.front());
  if (!target)
    return target.error();
  auto content = make_content(upsert->what);
  if (!content)
    return content.error();
  for (bool again : {false, true}) {
    auto where = readable_enclaves(c, {});
    if (!where)
      return where.error();
    auto present = external ? find_report_by_external_id(store_, {&*target, 1}, *upsert->what.external_id)
                            : find_report(store_, *where, upsert->guid);
    if (!present)
      return present.error();
    if (!*present) {
      auto added = reports_.add(*target, *content, random_uuid(random_), c.now);
      if (added)
        return trustar::make_text_answer(added->id);
      if (again || !external || added.error().code != ec::conflict)
        return added.error();
      continue; // somebody else created it just now: then it is an update
    }
    const granted_enclave* from = find_granted(c, (*present)->enclave_id());
    if (auto allowed = need_update(*from); !allowed)
      return allowed.error();
    const std::string& id = (*present)->what.id;
    if (auto noted = note(c, append ? "station_report_appended" : "station_report_replaced", id,
                          "into enclave " + target->id);
        !noted)
      return noted.error();
    auto written = append ? reports_.append(
                                id, from->enclave, upsert->what,
                                [&](std::string_view body) { return check_observables(body); }, c.now)
                          : reports_.replace(id, from->enclave, *target, *content, c.now);
    if (!written)
      return written.error();
    return trustar::make_text_answer(written->id);
  }
  return fail(ec::overloaded, "too many writers at once", "try again");
}

result<http::response> endpoints::delete_report(const call& c) {
  auto located = locate_report(c);
  if (!located)
    return located.error();
  if (auto allowed = need_update(*located->where); !allowed)
    return allowed.error();
  if (auto noted = note(c, "station_report_deleted", located->report.what.id,
                        "from enclave " + located->where->enclave.id);
      !noted)
    return noted.error();
  if (auto removed = reports_.remove(located->report.what.id, located->where->enclave); !removed)
    return removed.error();
  return trustar::make_empty_answer();
}

result<http::response> endpoints::copy_report(const call& c) {
  auto edited = trustar::parse_copy(c.request.body);
  if (!edited)
    return edited.error();
  auto source = locate_report(c);
  if (!source)
    return source.error();
  auto target = read_destination(c);
  if (!target)
    return target.error();
  trustar::report what = *edited ? std::move((*edited)->what) : source->report.what;
  std::vector<std::string> tags = *edited ? std::move((*edited)->tags) : source->report.tags;
  auto content = make_content(std::move(what));
  if (!content)
    return content.error();
  std::string id = random_uuid(random_);
  auto copied = reports_.add(*target, *content, id, c.now, tags, source->report.what.id);
  if (!copied && copied.error().code == ec::conflict) { // an external id is unique within an enclave
    content->what.external_id.reset();
    copied = reports_.add(*target, std::move(*content), id, c.now, std::move(tags), source->report.what.id);
  }
  if (!copied)
    return copied.error();
  return trustar::make_id_answer(copied->id);
}

result<http::response> endpoints::move_report(const call& c) {
  auto located = locate_report(c);
  if (!located)
    return located.error();
  if (auto allowed = need_update(*located->where); !allowed)
    return allowed.error();
  auto target = read_destination(c);
  if (!target)
    return target.error();
  if (auto noted = note(c, "station_report_moved", located->report.what.id,
                        "from enclave " + located->where->enclave.id + " to " + target->id);
      !noted)
    return noted.error();
  if (auto moved = reports_.move(located->report.what.id, located->where->enclave, *target, c.now); !moved)
    return moved.error();
  return trustar::make_id_answer(located->report.what.id);
}

} // namespace isacbot::station
