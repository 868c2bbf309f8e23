// isacbot station redaction ...: the companies' redaction libraries.
#include "app/admin_handlers.hpp"
#include "station/redaction.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace isacbot::app {

namespace json = boost::json;

namespace {

/// The number of the company that the arguments name.
result<std::uint32_t> find_company(const admin_desk& desk, const admin_call& call) {
  if (desk.accounts == nullptr)
    return fail(ec::unsupported, "no Station is embedded here", "set station.enabled = true");
  auto name = call.text("company");
  if (!name)
    return name.error();
  auto found = desk.accounts->find_company_by_name(*name);
  if (!found)
    return found.error();
  return found->number;
}

result<station::redaction_term> read_term(const admin_call& call) {
  auto category = call.text("category");
  auto term = call.text("term");
  if (!category || !term)
    return category ? term.error() : category.error();
  return station::redaction_term{std::move(*category), std::move(*term)};
}

json::object show(const station::redaction_term& term) {
  return {{"category", term.category}, {"term", term.term}};
}

} // namespace

result<json::value> station_redaction_add(admin_desk& desk, const admin_call& call) {
  auto company = find_company(desk, call);
  auto term = read_term(call);
  if (!company || !term)
    return company ? term.error() : company.error();
  if (auto added = station::add_redaction_term(*desk.station, *company, *term); !added)
    return added.error();
  return json::value(show(*term));
}

result<json::value> station_redaction_remove(admin_desk& desk, const admin_call& call) {
  auto company = find_company(desk, call);
  auto term = read_term(call);
  if (!company || !term)
    return company ? term.error() : company.error();
  if (auto removed = station::remove_redaction_term(*desk.station, *company, *term); !removed)
    return removed.error();
  return json::value(show(*term));
}

result<json::value> station_redaction_list(admin_desk& desk, const admin_call& call) {
  auto company = find_company(desk, call);
  if (!company)
    return company.error();
  auto library = station::list_redaction_terms(*desk.station, *company);
  if (!library)
    return library.error();
  json::array terms;
  for (const station::redaction_term& term : *library)
    terms.emplace_back(show(term));
  return json::value(json::object{{"terms", std::move(terms)}});
}

} // namespace isacbot::app
