#include "app/tour_station.hpp"

#include "protocol/trustar/answers.hpp"

#include <future>
#include <memory>
#include <utility>

namespace isacbot::app {

tour_station::tour_station(ports::http_client& http, std::string url, const demo_account& account,
                           milliseconds patience)
    : http_(http),
      station_{std::move(url), "tour"},
      account_(account),
      patience_(patience) {}

result<http::response> tour_station::send(http::request request) {
  auto answer = std::make_shared<std::promise<result<http::response>>>();
  auto arrived = answer->get_future();
  http_.send(std::move(request), patience_,
             [answer](result<http::response> r) { answer->set_value(std::move(r)); });
  return arrived.get();
}

result<http::response> tour_station::call(const maker& make) {
  auto signed_in = send(trustar::make_token_request(station_, account_.key, account_.key_secret));
  if (!signed_in)
    return signed_in;
  auto token = trustar::parse_token(*signed_in);
  if (!token)
    return token.error();
  auto request = make(station_, token->token);
  if (!request)
    return request.error();
  return send(std::move(*request));
}

result<void> tour_station::submit(const std::string& enclave_id,
                                  const std::vector<trustar::submitted_row>& rows,
                                  const std::vector<std::string>& tags) {
  trustar::indicator_submission what;
  what.enclave_ids = {enclave_id};
  for (const auto& name : tags)
    what.tags.push_back({name, enclave_id, {}});
  what.content = rows;
  auto answer = call([&](const trustar::origin& station, const secret& token) {
    return trustar::make_submission_request(station, token, what, "");
  });
  if (!answer)
    return answer.error();
  return trustar::classify(*answer);
}

result<void> tour_station::report(const std::string& enclave_id, const std::string& title,
                                  const std::string& body) {
  trustar::report what;
  what.title = title;
  what.body = body;
  what.enclave_ids = {enclave_id};
  auto answer = call([&](const trustar::origin& station, const secret& token) {
    return trustar::make_report_request(station, token, what);
  });
  if (!answer)
    return answer.error();
  return trustar::classify(*answer);
}

result<std::vector<trustar::indicator>> tour_station::look_up(const std::vector<std::string>& values) {
  std::vector<trustar::indicator_key> keys;
  for (const auto& value : values)
    keys.push_back({value, {}});
  auto answer = call([&](const trustar::origin& station, const secret& token) {
    return trustar::make_metadata_request(station, token, keys, {});
  });
  if (!answer)
    return answer.error();
  return trustar::parse_indicators(*answer);
}

result<std::vector<trustar::report>> tour_station::find_reports(const std::string& words) {
  trustar::search what;
  what.term = words;
  auto answer = call([&](const trustar::origin& station, const secret& token) {
    return trustar::make_report_search_request(station, token, what);
  });
  if (!answer)
    return answer.error();
  auto page = trustar::parse_report_page(*answer);
  if (!page)
    return page.error();
  return std::move(page->items);
}

result<trustar::report> tour_station::read_report(const std::string& id) {
  auto answer = call([&](const trustar::origin& station, const secret& token) -> result<http::request> {
    return trustar::make_report_details_request(station, token, id, false);
  });
  if (!answer)
    return answer.error();
  return trustar::parse_report(*answer);
}

result<trustar::report> tour_station::find_by_external_id(const std::string& external_id) {
  auto answer = call([&](const trustar::origin& station, const secret& token) -> result<http::request> {
    return trustar::make_report_details_request(station, token, external_id, true);
  });
  if (!answer)
    return answer.error();
  return trustar::parse_report(*answer);
}

result<std::vector<trustar::tag>> tour_station::report_tags(const std::string& id) {
  auto answer = call([&](const trustar::origin& station, const secret& token) -> result<http::request> {
    return trustar::make_report_tags_request(station, token, id);
  });
  if (!answer)
    return answer.error();
  return trustar::parse_tags(*answer);
}

} // namespace isacbot::app
