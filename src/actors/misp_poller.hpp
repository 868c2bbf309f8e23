/// A MISP POLLER: one MISP server. Lists what was published, queues it durably, fetches it event by event and
/// hands each to the MISP DELIVERY. One thing at a time, one request at a time; everything it needs after a
/// crash is on disk. What to list, what to queue and when to give up is decided by domain/misp/poll_*.
///
///   ┌► poll due? ── list a window ── commit queue + checkpoint ──┐   too large: halve the window
///   │                                                            │
///   ├► entry due? ── fetch ── map ── MISP DELIVERY ── (on disk) ─┤   absent: drop; failed: count, later
///   │                                                            │
///   └──────────────────────── what is due next ◄─────────────────┘
///
/// MISP or Station down: everything waits, nothing is counted against an event.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "actors/misp_delivery.hpp"
#include "domain/misp/poll_retry.hpp"
#include "domain/misp/poll_rows.hpp"
#include "protocol/misp/answers.hpp"
#include "protocol/misp/requests.hpp"
#include "storage/misp_table.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::actors {

struct misp_poller_config {
  std::string name; ///< of the server in the configuration
  misp::server server;
  enclave_id enclave;
  domain::api_credentials account;
  domain::poll_settings poll;
  domain::delivery_rules rules;
  domain::mapping_settings mapping;
  domain::poll_retry_policy retry;
  milliseconds interval{900'000};
  milliseconds jitter{30'000}; ///< each poll is so much earlier or later, at most
  milliseconds timeout{60'000};
  /// After a refused key or a wrong address: so many intervals until the next look.
  std::uint32_t intervals_after_refusal = 4;
  /// Nothing happens by itself: for a process that lives for one command.
  bool on_request_only = false;
  misp_sabotage sabotage;
};

struct misp_poller_parts {
  storage_writer_actor writer;
  misp_delivery_actor delivery;
  const storage::misp_table& table;
  ports::http_client& http; ///< of this server: its own authorities, certificate, proxy
};

/// A poll and the work behind it, for whoever asked.
struct misp_pull_job {
  misp_pull what;
  misp_summary summary;
  std::vector<caf::typed_response_promise<misp_summary>> asked_by;
};

struct misp_poller_state {
  bool loaded = false;
  bool busy = false;                              ///< an exchange, a write or a delivery is under way
  domain::event_queue queue;                      ///< as on disk
  std::optional<domain::poll_checkpoint> reached; ///< as on disk
  std::vector<domain::poll_window> windows;       ///< still to be listed, the next one last
  std::optional<domain::event_queue> trial;       ///< of a dry run: what it would work through
  misp_pull_job current;                          ///< the poll under way or last done
  std::vector<caf::typed_response_promise<misp_summary>> next_pull; ///< asked for during the current one
  std::vector<caf::typed_response_promise<misp_summary>> next_dry_run;

  steady_time next_poll{};         ///< the epoch: at once
  steady_time misp_pause{};        ///< MISP is not asked before
  steady_time station_pause{};     ///< nothing is delivered before
  std::uint32_t misp_failures = 0; ///< in a row
  std::uint32_t station_failures = 0;
  std::string trouble;
  bool json_listing = false; ///< this server does not answer CSV
  bool deprecation_told = false;

  std::uint64_t ticket = 0; ///< of the exchange under way
  std::uint64_t timer = 0;  ///< generation; older ones are ignored
  std::function<void(const result<http::response>&)> on_answer;
  static inline const char* name = "misp_poller";
};

class misp_poller : public misp_poller_actor::stateful_base<misp_poller_state> {
 public:
  using super = misp_poller_actor::stateful_base<misp_poller_state>;
  using answer_handler = std::function<void(const result<http::response>&)>;

  misp_poller(caf::actor_config& cfg, misp_poller_config config, misp_poller_parts parts, environment env);

  behavior_type make_behavior() override;

 private:
  // misp_poller.cpp: what is next
  bool load();
  void go_on();
  void arm();
  void finish_pull();
  void answer_waiting();
  bool poll_due(steady_time now) const;
  const domain::queued_event* entry_due(steady_time now) const;
  void pause_misp(milliseconds how_long, std::string cause);
  void pause_station(milliseconds at_least, std::string cause);
  void misp_is_well();
  /// Waits as the fault asks for; not counted against any event.
  void on_misp_fault(const error& fault);
  void exchange(http::request request, answer_handler then);
  /// @param then  when it is on disk; otherwise everything is read again from there after a pause
  void write(storage::write_batch batch, std::function<void()> then);
  misp_status status() const;
  domain::event_queue& work() { return state.trial ? *state.trial : state.queue; }

  // misp_poller_listing.cpp: windows, rows, checkpoint
  misp::index_query query_for(const domain::poll_window& window) const;
  void begin_poll(bool dry_run);
  void list_next();
  void on_listing(const domain::poll_window& window, misp::index_form form,
                  const result<http::response>& answer);
  void on_listing_fault(const domain::poll_window& window, const error& fault, domain::misp_time server_now);
  void queue_rows(std::vector<domain::listed_event> rows, domain::misp_time server_now);
  void end_listing();
  void read_headers(const http::response& answer);

  // misp_poller_events.cpp: fetch, map, deliver
  void fetch(const domain::queued_event& entry, int reduction);
  void on_fetched(const domain::queued_event& entry, int reduction, const result<http::response>& answer);
  void on_fetch_fault(const domain::queued_event& entry, int reduction, const error& fault,
                      domain::event_fault kind);
  void deliver(const domain::queued_event& entry, const misp::event& event);
  void on_delivered(const domain::queued_event& entry, const domain::mapped_report& mapped,
                    const std::string& title, const misp_delivery_outcome& outcome);
  void compare_only(const domain::queued_event& entry, const domain::mapped_report& mapped,
                    const domain::event_version& version);
  void count(misp_delivery_kind kind);
  void drop(const domain::queued_event& entry);
  void fail_event(const domain::queued_event& entry, domain::event_fault kind, std::string cause,
                  const std::string& title);
  void bury(domain::queued_event entry, std::string cause, const std::string& title);
  void leave(const domain::queued_event& entry);

  misp_poller_config config_;
  misp_poller_parts parts_;
  environment env_;
};

} // namespace isacbot::actors
