// Requests about reports, their tags and what they hold, and about the company's whitelist.
#include "protocol/percent.hpp"
#include "protocol/trustar/query.hpp"
#include "protocol/trustar/request_parts.hpp"
#include "protocol/trustar/requests.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace isacbot::trustar {

namespace bj = boost::json;

namespace {

result<bj::object> report_to_json(const report& what) {
  if (what.title.empty() || !what.body || what.body->empty() || what.enclave_ids.size() != 1)
    return fail(ec::invalid_argument, "a report needs a title, a body and one enclave");
  bj::object body{{"title", what.title},           {"reportBody", *what.body},
                  {"timeBegan", nullptr},          {"externalUrl", nullptr},
                  {"externalTrackingId", nullptr}, {"enclaveIds", texts_to_json(what.enclave_ids)}};
  if (what.time_began)
    body["timeBegan"] = to_epoch_ms(*what.time_began);
  if (what.external_url)
    body["externalUrl"] = *what.external_url;
  if (what.external_id)
    body["externalTrackingId"] = *what.external_id;
  return body;
}

/// "/reports/<id><rest>?idType=internal"
std::string report_path(std::string_view id, std::string_view rest) {
  std::string path = "/reports/" + percent::encode(id, percent::alphabet::path);
  return path.append(rest).append(query_writer().add("idType", "internal").text());
}

bj::array names_to_json(const std::vector<std::string>& names) {
  bj::array list;
  list.reserve(names.size());
  for (const std::string& name : names)
    list.push_back(bj::object{{"name", name}});
  return list;
}

std::string page_query(std::uint32_t page_number, std::uint32_t page_size) {
  return query_writer()
      .add("pageNumber", std::uint64_t{page_number})
      .add("pageSize", std::uint64_t{page_size})
      .text();
}

} // namespace

result<http::request> make_report_request(const origin& station, const secret& token, const report& what) {
  auto body = report_to_json(what);
  if (!body)
    return body.error();
  return make_json_request(station, token, "POST", "/reports", bj::serialize(*body));
}

result<http::request> make_report_update_request(const origin& station, const secret& token,
                                                 const report& what) {
  if (what.id.empty())
    return fail(ec::invalid_argument, "a report is changed by its id");
  auto body = report_to_json(what);
  if (!body)
    return body.error();
  (*body)["id"] = what.id;
  return make_json_request(station, token, "PUT", report_path(what.id, ""), bj::serialize(*body));
}

http::request make_report_delete_request(const origin& station, const secret& token, std::string_view id) {
  return make_api_request(station, token, "DELETE", report_path(id, ""));
}

http::request make_report_details_request(const origin& station, const secret& token, std::string_view id,
                                          bool external) {
  std::string path = "/reports/" + percent::encode(id, percent::alphabet::path);
  path.append(query_writer().add("idType", external ? "external" : "internal").text());
  return make_api_request(station, token, "GET", path);
}

http::request make_report_look_up_request(const origin& station, const secret& token,
                                          std::string_view external_id, std::string_view enclave_id) {
  std::string path = "/reports/" + percent::encode(external_id, percent::alphabet::path);
  path.append(query_writer().add("idType", "external").add("enclaveIds", enclave_id).text());
  return make_api_request(station, token, "GET", path);
}

http::request make_report_status_request(const origin& station, const secret& token, std::string_view id) {
  return make_api_request(station, token, "GET",
                          "/reports/" + percent::encode(id, percent::alphabet::path) + "/status");
}

http::request make_report_tags_request(const origin& station, const secret& token, std::string_view id) {
  return make_api_request(station, token, "GET", report_path(id, "/tags"));
}

http::request make_alter_tags_request(const origin& station, const secret& token, std::string_view id,
                                      const std::vector<std::string>& added,
                                      const std::vector<std::string>& removed) {
  bj::object body{{"addedTags", names_to_json(added)}, {"removedTags", names_to_json(removed)}};
  return make_json_request(station, token, "POST", report_path(id, "/alter-tags"), bj::serialize(body));
}

http::request make_report_indicators_request(const origin& station, const secret& token, std::string_view id,
                                             std::uint32_t page_number, std::uint32_t page_size) {
  std::string path = "/reports/" + percent::encode(id, percent::alphabet::path) + "/indicators";
  return make_api_request(station, token, "GET", path.append(page_query(page_number, page_size)));
}

result<http::request> make_correlated_reports_request(const origin& station, const secret& token,
                                                      const std::vector<std::string>& values,
                                                      const std::vector<std::string>& enclave_ids,
                                                      std::uint32_t page_number, std::uint32_t page_size) {
  if (values.empty())
    return fail(ec::invalid_argument, "correlation needs a value");
  if (values.size() > max_correlated_values)
    return fail(ec::too_large, "correlation of more than 25 values in one call", "ask in parts");
  query_writer query;
  query.add("indicators", values).add("enclaveIds", enclave_ids);
  query.add("pageNumber", std::uint64_t{page_number}).add("pageSize", std::uint64_t{page_size});
  return make_api_request(station, token, "GET", "/reports/correlated" + query.text());
}

http::request make_whitelist_request(const origin& station, const secret& token, std::uint32_t page_number,
                                     std::uint32_t page_size) {
  return make_api_request(station, token, "GET", "/whitelist" + page_query(page_number, page_size));
}

} // namespace isacbot::trustar
