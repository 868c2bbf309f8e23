#include "actors/follower.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"
#include "actors/outbox.hpp"
#include "domain/answers.hpp"
#include "domain/operator_member.hpp"
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/types.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds writer_patience{20};
constexpr std::chrono::seconds limiter_patience{40}; // it answers after half a minute in vain
constexpr std::chrono::seconds messenger_patience{120};
constexpr std::size_t most_picked_up = 10'000;
constexpr std::size_t most_in_line = 32;
constexpr std::chrono::hours memory{48};

std::string follow_up_id(const submission_id& id) {
  return "follow-up/" + id.value;
}

std::vector<domain::type_count> count_types(const std::vector<domain::indicator_row>& rows) {
  std::vector<domain::type_count> types;
  for (const auto& row : rows) {
    auto found = std::find_if(types.begin(), types.end(), [&](const auto& t) { return t.type == row.type; });
    if (found == types.end())
      types.push_back({row.type, 1});
    else
      ++found->count;
  }
  return types;
}

} // namespace

std::vector<std::string> station_ids(const domain::receipt& receipt) {
  std::vector<std::string> ids;
  for (const auto& p : receipt.parts)
    if (p.state == domain::part_state::settled && !p.station_submission_id.empty())
      ids.push_back(p.station_submission_id);
  return ids;
}

void remember_for_follow_up(storage::write_batch& batch, const storage::drafts_table& drafts,
                            const domain::submission& submission,
                            std::span<const domain::indicator_row> rows) {
  auto first = rows.first(std::min(rows.size(), trustar::max_metadata_rows));
  auto bytes = storage::encode(std::vector<domain::indicator_row>(first.begin(), first.end()));
  drafts.put(batch, submission.who, follow_up_id(submission.id), bytes.reveal(), submission.created + memory);
}

follower::follower(caf::actor_config& cfg, follower_config config, follower_parts parts, environment env)
    : super(cfg),
      config_(std::move(config)),
      parts_(std::move(parts)),
      env_(env) {}

follower::behavior_type follower::make_behavior() {
  log_exceptions(*this, env_.log, state.name);
  pick_up();
  return {
      [this](atom::follow, domain::receipt& receipt) { watch(std::move(receipt)); },
      [this](atom::internal) { look(); },
  };
}

/// At the beginning and now and then: word of a delivery can be lost when an actor fails.
void follower::pick_up() {
  state.next_pick_up = env_.time.steady_now() + config_.pick_up_interval;
  delayed_send(this, config_.pick_up_interval, atom::internal_v);
  auto ids = parts_.table.unprocessed(most_picked_up);
  if (!ids)
    return env_.log.error("follower", "unprocessed submissions cannot be read",
                          {{"error", to_string(ids.error())}});
  for (const auto& id : *ids) {
    if (state.submissions.contains(id.value))
      continue;
    auto receipt = parts_.table.find(id);
    if (receipt && *receipt && (*receipt)->delivered)
      watch(std::move(**receipt));
  }
}

void follower::watch(domain::receipt receipt) {
  auto f = std::make_shared<followed>();
  f->next_look = env_.time.steady_now() + config_.first_look;
  f->pause = config_.first_look;
  auto id = receipt.submission.id.value;
  f->receipt = std::move(receipt);
  if (state.submissions.emplace(id, f).second)
    delayed_send(this, config_.first_look, atom::internal_v);
}

void follower::look() {
  auto now = env_.time.steady_now();
  if (now >= state.next_pick_up)
    pick_up();
  // Who stands in line for his member's allowance keeps nobody else from going.
  const auto busy = state.busy - std::min({state.in_line, state.busy, most_in_line});
  std::vector<followed_ptr> due;
  for (const auto& [id, f] : state.submissions)
    if (!f->busy && f->next_look <= now && busy + due.size() < config_.max_at_once)
      due.push_back(f);
  for (const auto& f : due)
    look_at(f);
}

void follower::look_at(const followed_ptr& f) {
  f->busy = true;
  ++state.busy;
  if (auto next = state.waiting.extract(f->receipt.submission.id.value))
    return next.mapped()();
  if (f->receipt.submission.kind == domain::submission_kind::report)
    return look_at_report(f);
  auto age = env_.time.now() - f->receipt.submission.created;
  auto ids = station_ids(f->receipt);
  ids.erase(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(std::min(f->parts_processed, ids.size())));
  if (ids.empty() || age > config_.give_up_after)
    return ask_known(f);
  ask_status(f, std::move(ids));
}

void follower::ask_status(const followed_ptr& f, std::vector<std::string> ids) {
  ask(
      f, "submission_status",
      [id = ids.front()](const trustar::origin& station, const secret& token) -> result<http::request> {
        return trustar::make_submission_status_request(station, token, id);
      },
      [this, f, ids](result<http_response_ptr> response) mutable {
        auto status = response ? trustar::parse_submission_status(**response)
                               : result<trustar::submission_status>{response.error()};
        bool unknown_here =
            !status && (status.error().code == ec::not_found || status.error().code == ec::upstream_rejected);
        bool processed = status && status->state != trustar::processing_state::processing;
        if (!unknown_here && !processed)
          return later(f, f->pause);
        if (processed)
          for (const auto& row : status->skipped)
            f->refused.push_back({0, row.value, domain::line_reason::refused_by_station});
        ++f->parts_processed;
        ids.erase(ids.begin());
        if (ids.empty())
          return ask_known(f);
        ask_status(f, std::move(ids));
      });
}

void follower::ask_known(const followed_ptr& f) {
  const auto& submission = f->receipt.submission;
  auto draft = parts_.drafts.get(submission.who, follow_up_id(submission.id), env_.time.now());
  auto rows = draft && *draft
                  ? storage::decode_rows((**draft).reveal())
                  : result<std::vector<domain::indicator_row>>{std::vector<domain::indicator_row>{}};
  ask_metadata(f, rows ? *rows : std::vector<domain::indicator_row>{});
}

void follower::ask_metadata(const followed_ptr& f, const std::vector<domain::indicator_row>& rows) {
  const auto& submission = f->receipt.submission;
  bool is_report = submission.kind == domain::submission_kind::report;
  auto go_on = [this, f, is_report](std::vector<std::string> known) {
    is_report ? ask_correlated(f, std::move(known)) : tell(f, std::move(known));
  };
  if (rows.empty())
    return go_on({});
  std::vector<trustar::indicator_key> keys;
  auto since = submission.created;
  for (const auto& row : rows) {
    if (keys.size() < trustar::max_metadata_rows)
      keys.push_back({trustar::wire_value(row.type, row.value), {}});
    // A report's values count from when it began, not from when it was handed in.
    if (is_report && row.first_seen)
      since = std::min(since, *row.first_seen);
  }
  ask(
      f, "metadata",
      [keys, enclave = submission.enclave.value](const trustar::origin& station, const secret& token) {
        return trustar::make_metadata_request(station, token, keys, {enclave});
      },
      [this, f, since, go_on](result<http_response_ptr> response) {
        auto known = response ? trustar::parse_indicators(**response)
                              : result<std::vector<trustar::indicator>>{response.error()};
        if (!known && is_transient(known.error().code) &&
            env_.time.now() - f->receipt.submission.created < config_.give_up_after)
          return later(f, f->pause);
        std::vector<std::string> before;
        if (known)
          for (const auto& indicator : *known)
            if (indicator.first_seen && *indicator.first_seen < since)
              before.push_back(indicator.value);
        go_on(std::move(before));
      });
}

void follower::ask(const followed_ptr& f, telemetry::label endpoint, decltype(trustar_call::make) make,
                   std::function<void(result<http_response_ptr>)> then) {
  const auto& who = f->receipt.submission.who;
  auto row = parts_.credentials.get(who);
  if (!row || !*row)
    return then(fail(ec::unauthorized, "no credentials are registered"));
  auto account = std::move((*row)->access);
  acquire_request wanted;
  wanted.who = who;
  wanted.credential = env_.accounts(account);
  wanted.bulk = true;
  wanted.brief = f->receipt.parts.size() == 1;
  ++state.in_line;
  request(parts_.limiter, limiter_patience, atom::acquire_v, std::move(wanted))
      .then(
          [this, f, endpoint, account, make = std::move(make), then](const acquire_answer& allowed) {
            --state.in_line;
            if (allowed.granted == 0) {
              state.waiting[f->receipt.submission.id.value] = [=, this] { ask(f, endpoint, make, then); };
              return look_again(f, allowed.admission.wait);
            }
            trustar_call call;
            call.endpoint = endpoint;
            call.who = f->receipt.submission.who;
            call.credentials = account;
            call.make = make;
            call.bulk = true;
            call.deadline = config_.call_deadline;
            request(parts_.pool, config_.call_deadline + std::chrono::seconds{10}, atom::call_v,
                    std::move(call))
                .then([then](http_response_ptr& r) { then(std::move(r)); },
                      [then](caf::error& e) { then(from_caf_error(e)); });
          },
          [this, f](caf::error&) {
            --state.in_line;
            later(f, std::chrono::seconds{1});
          });
}

void follower::tell(const followed_ptr& f, std::vector<std::string> known) {
  if (domain::is_operator(f->receipt.submission.who)) // not in Slack
    return done(f);
  domain::answers::processed_submission summary;
  summary.receipt = f->receipt;
  summary.known_before = std::move(known);
  summary.refused_by_station = f->refused;
  summary.station_url = config_.station_url;
  summary.correlated = f->correlated;
  summary.processing_failed = f->processing_failed;
  summary.processing_unknown = f->processing_unknown;
  summary.processing_error = f->processing_error;
  if (f->found)
    summary.types_at_station = count_types(*f->found);
  slack_delivery delivery;
  delivery.target.who = f->receipt.submission.who;
  delivery.target.request_id = f->receipt.submission.id.value;
  delivery.content = std::make_shared<const slack::message>(domain::answers::processed(summary));
  delivery.direct = true;
  delivery.final = false;
  // Told or not, it is recorded: a message that Slack does not take now it will not take later either.
  request(parts_.messenger, messenger_patience, atom::deliver_v, std::move(delivery))
      .then([this, f](atom::done) { done(f); },
            [this, f](caf::error& e) {
              if (failed_here(e))
                return later(f, f->pause);
              done(f);
            });
}

void follower::done(const followed_ptr& f) {
  const auto& submission = f->receipt.submission;
  storage::write_batch batch;
  auto marked = parts_.table.mark_processed(batch, submission.id, env_.time.now());
  if (!marked)
    return later(f, std::chrono::minutes{1});
  parts_.drafts.erase(batch, submission.who, follow_up_id(submission.id));
  request(parts_.writer, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::yes})
      .then(
          [this, f](atom::done) {
            env_.metrics.submission(kind_label(f->receipt.submission), "processed");
            --state.busy;
            state.submissions.erase(f->receipt.submission.id.value);
            look();
          },
          [this, f](caf::error&) { later(f, std::chrono::minutes{1}); });
}

void follower::later(const followed_ptr& f, std::chrono::nanoseconds pause) {
  f->pause = std::min(f->pause * 2, config_.longest_pause);
  look_again(f, pause);
}

void follower::look_again(const followed_ptr& f, std::chrono::nanoseconds pause) {
  f->busy = false;
  --state.busy;
  f->next_look = env_.time.steady_now() + pause;
  delayed_send(this, pause, atom::internal_v);
}

} // namespace isacbot::actors
