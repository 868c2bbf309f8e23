/// The endpoints about tags of reports. Whoever may create in an enclave may tag its reports: tags cannot be
/// given on creation.
#include "protocol/trustar/server_answers.hpp"
#include "protocol/trustar/server_report_answers.hpp"
#include "protocol/trustar/server_report_requests.hpp"
#include "protocol/trustar/server_requests.hpp"
#include "station/endpoints.hpp"
#include "station/report_reader.hpp"

#include <utility>

namespace isacbot::station {

namespace {

result<void> need_create(const granted_enclave& where) {
  if (where.may_create())
    return {};
  return fail(ec::forbidden, "No permission to tag reports in the enclave.");
}

} // namespace

result<http::response> endpoints::show_report_tags(const call& c) const {
  auto located = locate_report(c);
  if (!located)
    return located.error();
  std::vector<trustar::tag> tags;
  for (const std::string& name : located->report.tags)
    tags.push_back({name, located->report.enclave_id(), name});
  return trustar::make_tags_answer(tags);
}

result<http::response> endpoints::list_all_report_tags(const call& c) const {
  auto where = readable_enclaves(c, c.target.query.list("enclaveIds"));
  if (!where)
    return where.error();
  auto tags = list_report_tags(store_, *where);
  if (!tags)
    return tags.error();
  return trustar::make_tags_answer(*tags);
}

result<http::response> endpoints::alter_report_tags(const call& c) {
  auto names = trustar::parse_alter_tags(c.request.body);
  if (!names)
    return names.error();
  auto located = locate_report(c);
  if (!located)
    return located.error();
  if (auto allowed = need_create(*located->where); !allowed)
    return allowed.error();
  const std::string& id = located->report.what.id;
  auto altered = reports_.alter_tags(id, located->where->enclave,
                                     {std::move(names->added), std::move(names->removed)}, c.now);
  if (!altered)
    return altered.error();
  return trustar::make_id_answer(id);
}

result<http::response> endpoints::add_report_tag(const call& c) {
  auto name = trustar::parse_tag_name(c.target.query.text("name").value_or(std::string_view()));
  if (!name)
    return name.error();
  auto located = locate_report(c);
  if (!located)
    return located.error();
  if (auto allowed = need_create(*located->where); !allowed)
    return allowed.error();
  auto altered = reports_.alter_tags(located->report.what.id, located->where->enclave, {{*name}, {}}, c.now);
  if (!altered)
    return altered.error();
  return trustar::make_text_answer(*name);
}

result<http::response> endpoints::delete_report_tag(const call& c) {
  auto located = locate_report(c);
  if (!located)
    return located.error();
  if (auto allowed = need_create(*located->where); !allowed)
    return allowed.error();
  auto altered = reports_.alter_tags(located->report.what.id, located->where->enclave,
                                     {{}, {trustar::normal_tag_name(c.name)}}, c.now);
  if (!altered)
    return altered.error();
  return trustar::make_text_answer(located->report.what.id);
}

} // namespace isacbot::station
