/// `/trustar-search`: indicators and reports that match a term, for the member only.
#pragma once

#include "actors/tasks/command_task.hpp"
#include "domain/answers.hpp"
#include "domain/search_term.hpp"

#include <map>
#include <string>
#include <vector>

namespace isacbot::actors {

///     allowance (4 calls) --> indicators/search + reports/search --> metadata + summaries of the hits -->
///     answer
class search_task final : public command_task {
 public:
  /// @param typed  the term as typed; kept so that it can run again after a registration
  search_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target, std::string typed);

 protected:
  void run(const slack::request& request) override;

 private:
  void ask_to_register();
  void search(const domain::api_credentials& account);
  void look_closer(const domain::api_credentials& account);
  void add_metadata(const result<http_response_ptr>& response);
  void add_summaries(const result<http_response_ptr>& response);
  void show();
  [[nodiscard]] std::vector<std::string> names_of(const std::vector<std::string>& enclave_ids) const;
  trustar_call call_for(const domain::api_credentials& account, telemetry::label endpoint,
                        decltype(trustar_call::make) make) const;

  std::string typed_;
  domain::search_term term_;
  domain::answers::search_findings findings_;
  struct severity_of_source {
    int severity = 0;
    std::string source;
  };
  std::vector<trustar::indicator> hits_;
  std::vector<trustar::enclave> enclaves_;
  std::map<std::string, severity_of_source> severities_; ///< the worst that any feed says, by value
  int waiting_for_ = 0;
  bool shown_ = false;
};

} // namespace isacbot::actors
