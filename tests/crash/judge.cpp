#include "crash/judge.hpp"

#include "crash/station_reports.hpp"
#include "domain/batch_planner.hpp"
#include "station/submission_log.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace isacbot::test {

namespace {

std::size_t count_messages(const fake_slack& slack, const std::string& id, const std::string& phrase) {
  return static_cast<std::size_t>(
      std::count_if(slack.messages().begin(), slack.messages().end(), [&](const seen_message& m) {
        return m.text.find(id) != std::string::npos && m.text.find(phrase) != std::string::npos;
      }));
}

std::string last_steps(const crash_points& points) {
  constexpr std::uint64_t most = 20;
  std::string text;
  for (std::uint64_t i = points.steps() > most ? points.steps() - most + 1 : 1; i <= points.steps(); ++i)
    text += "\n  " + points.name(i);
  return text;
}

void judge_values(const world& w, std::vector<violation>& found) {
  std::map<std::string, std::uint64_t> expected;
  for (const auto& member : w.members())
    for (const auto& list : member->lists()) {
      for (const auto& value : list.values)
        expected[value] += list.accepted ? 1 : 0;
      for (const auto& value : list.withheld)
        expected[value] += 0;
    }
  for (const auto& [value, times] : expected) {
    auto seen = w.station().sightings(value);
    auto detail = value + ": handed in " + std::to_string(times) + ", seen " + std::to_string(seen);
    if (seen < times)
      found.push_back({breach::lost, detail});
    if (seen > times)
      found.push_back({breach::doubled, detail});
  }
}

/// "Lantern Moth" of "Lantern Moth (part 2 of 3)".
std::string whole_title(const std::string& title) {
  return title.substr(0, title.find(" (part "));
}

/// What a member handed in as a report, and the reports at Station with its title, in the order of their
/// parts.
void judge_report(const handed_list& handed, const std::map<std::string, trustar::report>& at_station,
                  std::size_t copies, std::vector<violation>& found) {
  auto detail = handed.title + ": " + std::to_string(copies) + " at Station";
  const std::size_t wanted = handed.accepted ? handed.parts : 0;
  if (copies > wanted)
    found.push_back({breach::doubled, detail});
  if (copies < wanted)
    found.push_back({breach::lost, detail});
  std::string text;
  for (const auto& [external_id, report] : at_station)
    text += report.body.value_or("");
  if (handed.accepted && copies == wanted && text != handed.text)
    found.push_back({breach::lost, handed.title + " has another body"});
}

/// @param arrivals  of one submission: when its parts came to Station, and their numbers
void judge_order(const std::string& id, std::vector<std::pair<std::uint64_t, std::string>> arrivals,
                 std::vector<violation>& found) {
  std::sort(arrivals.begin(), arrivals.end());
  const auto wrong = std::adjacent_find(arrivals.begin(), arrivals.end(), [](const auto& a, const auto& b) {
    return a.first < b.first && domain::part_number_less(b.second, a.second);
  });
  if (wrong != arrivals.end())
    found.push_back(
        {breach::out_of_order, id + ": part " + wrong->second + " before part " + std::next(wrong)->second});
}

/// Reports as Station has them: each part that was accepted once, whole, with its tags, under its
/// submission's id and its number.
void judge_reports(const world& w, std::vector<violation>& found) {
  std::map<std::string, std::map<std::string, trustar::report>> at_station; // by title and external id
  std::map<std::string, std::size_t> copies;                                // by title
  std::map<std::string, std::vector<std::pair<std::uint64_t, std::string>>> arrivals; // by submission
  for (const auto& stored : read_reports(w.station())) {
    const auto& r = stored.what;
    const std::string external_id = r.external_id.value_or("");
    at_station[whole_title(r.title)].emplace(external_id, r);
    ++copies[whole_title(r.title)];
    auto colon = external_id.find(':');
    const std::string number = colon == std::string::npos ? "1" : external_id.substr(colon + 1);
    if (r.created)
      arrivals[external_id.substr(0, colon)].emplace_back(static_cast<std::uint64_t>(to_epoch_ms(*r.created)),
                                                          number);
    auto receipt = w.tables().outbox.find(submission_id{external_id.substr(0, colon)}).value();
    if (!receipt) {
      found.push_back({breach::unknown_batch, "a report without a submission: " + r.title});
      continue;
    }
    if (std::none_of(receipt->parts.begin(), receipt->parts.end(), [&](const domain::part& p) {
          return p.number == number && p.station_submission_id == r.id;
        }))
      found.push_back({breach::miscounted, "the receipt names another report than " + r.title});
    if (std::set<std::string>(stored.tags.begin(), stored.tags.end()) !=
        std::set<std::string>(receipt->submission.tags.begin(), receipt->submission.tags.end()))
      found.push_back({breach::lost, "tags of " + r.title});
  }
  for (auto& [id, parts] : arrivals)
    judge_order(id, std::move(parts), found);
  for (const auto& member : w.members())
    for (const auto& list : member->lists())
      if (!list.title.empty())
        judge_report(list, at_station[list.title], copies[list.title], found);
}

/// Applied batches by the submission that their key names; unnamed ones under "".
std::map<std::string, std::vector<station::submission_record>> batches_by_submission(const world& w) {
  std::map<std::string, std::vector<station::submission_record>> batches;
  for (auto& record : station::list_submissions(w.station().store()).value()) {
    auto id = record.idempotency_key.substr(0, record.idempotency_key.find('/'));
    batches[id].push_back(std::move(record));
  }
  return batches;
}

void judge_receipt(const world& w, const domain::receipt& receipt,
                   const std::vector<station::submission_record>& batches, const handed_list* list,
                   std::vector<violation>& found) {
  const auto& id = receipt.submission.id.value;
  auto say = [&](breach what, const std::string& detail) { found.push_back({what, id + ": " + detail}); };
  if (!receipt.counts.add_up())
    say(breach::miscounted, "the receipt does not add up");
  std::set<std::string> keys;
  std::uint64_t applied = 0;
  for (const auto& batch : batches) {
    applied += batch.accepted + batch.skipped.size();
    if (!keys.insert(batch.idempotency_key).second)
      say(breach::doubled, "batch " + batch.idempotency_key + " was applied twice");
  }
  bool is_report = receipt.submission.kind == domain::submission_kind::report;
  std::uint64_t settled = 0;
  for (const auto& part : receipt.parts) {
    settled += is_report ? 0 : part.rows;
    if (part.state != domain::part_state::settled)
      say(breach::undelivered, "part " + part.number + " is not settled: " + part.last_error);
    bool at_station = std::any_of(batches.begin(), batches.end(), [&](const auto& batch) {
      return batch.idempotency_key == part.idempotency_key() && batch.id == part.station_submission_id;
    });
    if (part.rows > 0 && !at_station && !is_report)
      say(breach::undelivered, "part " + part.number + " is not in Station's log");
  }
  std::vector<std::pair<std::uint64_t, std::string>> arrivals;
  for (const auto& batch : batches)
    if (auto slash = batch.idempotency_key.find('/'); slash != std::string::npos)
      arrivals.emplace_back(batch.order, batch.idempotency_key.substr(slash + 1));
  judge_order(id, std::move(arrivals), found);
  if (applied != settled)
    say(breach::miscounted,
        "Station applied " + std::to_string(applied) + " rows, the receipt has " + std::to_string(settled));
  auto tell = [&](const char* phrase, std::size_t most) {
    auto told = count_messages(w.slack(), id, phrase);
    if (told == 0)
      say(breach::unanswered, std::string("nobody was told that it ") + phrase);
    if (told > most)
      say(breach::answered_twice, std::to_string(told) + " times: it " + phrase);
  };
  auto repeats = w.crashes() + w.points().failed_actors(); // between sending and recording
  if (list == nullptr || !list->staged)                    // otherwise whoever brought it has its answer
    tell("is accepted", (list == nullptr ? 1 : list->agreements) + repeats);
  tell("is processed", 1 + repeats);
}

} // namespace

std::string to_string(const std::vector<violation>& all) {
  static constexpr const char* names[] = {"lost",          "undelivered",    "doubled",
                                          "unknown batch", "miscounted",     "out of order",
                                          "unanswered",    "answered twice", "never quiet"};
  std::string text;
  for (const auto& v : all)
    text += std::string(names[static_cast<std::size_t>(v.what)]) + ": " + v.detail + "\n";
  return text;
}

bool has(const std::vector<violation>& all, breach what) {
  return std::any_of(all.begin(), all.end(), [&](const violation& v) { return v.what == what; });
}

std::vector<violation> judge(const world& w, bool became_quiet) {
  std::vector<violation> found;
  if (!became_quiet)
    found.push_back({breach::never_quiet, "after " + std::to_string(w.points().steps()) +
                                              " steps; the last were" + last_steps(w.points())});
  judge_values(w, found);
  judge_reports(w, found);

  auto batches = batches_by_submission(w);
  std::size_t lists = 0;
  std::multiset<std::uint64_t> handed_in;
  for (const auto& member : w.members())
    for (const auto& list : member->lists()) {
      lists += list.accepted ? 1 : 0;
      handed_in.insert(list.lines);
    }
  auto ids = w.tables().outbox.recent(1'000).value();
  if (ids.size() != lists)
    found.push_back(
        {ids.size() < lists ? breach::lost : breach::doubled,
         std::to_string(lists) + " lists accepted, " + std::to_string(ids.size()) + " submissions"});
  std::multiset<std::uint64_t> receipted;
  std::map<std::string, std::size_t> lists_of; // a member's submissions come in the order of his lists
  std::reverse(ids.begin(), ids.end());
  for (const auto& id : ids) {
    auto receipt = w.tables().outbox.find(id).value().value();
    receipted.insert(receipt.counts.handed_in);
    const auto& who = receipt.submission.who;
    const handed_list* list = nullptr;
    for (const auto& member : w.members())
      if (member->who() == who && lists_of[who.user.value] < member->lists().size())
        list = &member->lists()[lists_of[who.user.value]++];
    judge_receipt(w, receipt, batches[id.value], list, found);
    batches.erase(id.value);
  }
  if (became_quiet && receipted != handed_in)
    found.push_back({breach::miscounted, "receipts tell other numbers of lines than were handed in"});
  for (const auto& [id, applied] : batches)
    found.push_back({breach::unknown_batch, std::to_string(applied.size()) + " of submission '" + id + "'"});
  return found;
}

} // namespace isacbot::test
