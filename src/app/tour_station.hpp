/// Station as the tour sees it: over its HTTP API, with an account of its own.
#pragma once

#include "app/demo_house.hpp"
#include "ports/http.hpp"
#include "protocol/trustar/model.hpp"
#include "protocol/trustar/requests.hpp"

#include <functional>
#include <string>
#include <vector>

namespace isacbot::app {

/// Blocks; one call at a time.
class tour_station {
 public:
  tour_station(ports::http_client& http, std::string url, const demo_account& account,
               milliseconds patience = seconds{20});

  /// Puts a little intelligence in, as another member of the community would have.
  result<void> submit(const std::string& enclave_id, const std::vector<trustar::submitted_row>& rows,
                      const std::vector<std::string>& tags);
  result<void> report(const std::string& enclave_id, const std::string& title, const std::string& body);
  /// What Station knows of these values (at most 1,000).
  result<std::vector<trustar::indicator>> look_up(const std::vector<std::string>& values);
  /// Reports that hold the words, without bodies.
  result<std::vector<trustar::report>> find_reports(const std::string& words);
  result<trustar::report> read_report(const std::string& id);
  /// @error ec::not_found
  result<trustar::report> find_by_external_id(const std::string& external_id);
  result<std::vector<trustar::tag>> report_tags(const std::string& id);

 private:
  using maker = std::function<result<http::request>(const trustar::origin&, const secret& token)>;
  result<http::response> call(const maker& make);
  result<http::response> send(http::request request);

  ports::http_client& http_;
  trustar::origin station_;
  const demo_account& account_;
  milliseconds patience_;
};

} // namespace isacbot::app
