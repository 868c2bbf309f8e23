/// A browser in front of a Station in memory: keeps its cookie, follows nothing by itself.
#pragma once

#include "protocol/form.hpp"
#include "station/report_fixture.hpp"

#include <string>

namespace isacbot::test {

struct page_fixture : report_fixture {
  std::string cookie;

  http::response get(const std::string& path, http::fields headers = {}) {
    if (!cookie.empty())
      headers.add("Cookie", cookie);
    return send("GET", path, std::move(headers));
  }
  http::response post(const std::string& path, const form::fields& what, http::fields headers = {}) {
    if (!cookie.empty())
      headers.add("Cookie", cookie);
    headers.add("Content-Type", "application/x-www-form-urlencoded");
    return send("POST", path, std::move(headers), form::encode(what));
  }
  http::response log_in(const station::api_credentials& who, const std::string& next = "/") {
    auto answer =
        post("/login", {{"key", who.key}, {"secret", std::string(who.secret.reveal())}, {"next", next}});
    if (auto set = answer.headers.find("Set-Cookie"))
      cookie = set->substr(0, set->find(';'));
    return answer;
  }
  static bool shows(const http::response& page, std::string_view text) {
    return page.body.find(text) != std::string::npos;
  }
};

} // namespace isacbot::test
