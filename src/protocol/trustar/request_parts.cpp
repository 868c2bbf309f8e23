#include "protocol/trustar/request_parts.hpp"

#include <utility>

namespace isacbot::trustar {

namespace {

constexpr std::string_view api_base = "/api/1.3";

} // namespace

std::string absolute(const origin& station, std::string_view path) {
  std::string target = station.url;
  while (target.ends_with('/'))
    target.pop_back();
  return target.append(path);
}

http::request make_api_request(const origin& station, const secret& token, std::string method,
                               std::string_view path) {
  http::request request;
  request.method = std::move(method);
  request.target = absolute(station, std::string(api_base).append(path));
  request.headers.add("Authorization", std::string("Bearer ").append(token.reveal()));
  request.headers.add("Accept", "*/*");
  request.headers.add("Client-Type", "API");
  request.headers.add("Client-Version", station.client_version);
  request.headers.add("Client-Metatag", "isacbot");
  return request;
}

http::request make_json_request(const origin& station, const secret& token, std::string method,
                                std::string_view path, std::string body) {
  http::request request = make_api_request(station, token, std::move(method), path);
  request.headers.add("Content-Type", "application/json");
  request.body = std::move(body);
  return request;
}

boost::json::array texts_to_json(const std::vector<std::string>& texts) {
  boost::json::array list;
  list.reserve(texts.size());
  for (const std::string& text : texts)
    list.emplace_back(text);
  return list;
}

} // namespace isacbot::trustar
