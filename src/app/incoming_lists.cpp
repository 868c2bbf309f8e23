#include "app/incoming_lists.hpp"

#include "domain/lists/list_file_reader.hpp"
#include "domain/report.hpp"
#include "domain/report_file.hpp"

#include <utility>
#include <vector>

namespace isacbot::app {

namespace {

constexpr std::size_t items_at_once = 1'000;

} // namespace

struct incoming_lists::incoming {
  std::mutex mutex; ///< of everything below
  std::string id;
  opening what;
  std::unique_ptr<domain::list_file_reader> reader; ///< of a list
  std::vector<domain::list_item> items;             ///< read, not handed on yet
  std::string text;                                 ///< of a report
  std::uint64_t pieces = 0;
  std::uint64_t item_count = 0;
  std::optional<summary> closed;
  steady_time touched{};
};

incoming_lists::incoming_lists(list_door door, observables::known_names names, const clock& time)
    : door_(std::move(door)),
      names_(std::move(names)),
      time_(time) {}

incoming_lists::~incoming_lists() = default;

result<std::string> incoming_lists::open(opening what) {
  drop_old();
  auto list = std::make_shared<incoming>();
  const bool is_report = what.submission.kind == domain::submission_kind::report;
  if (is_report) {
    list->id = "report " + what.submission.request_key;
  } else {
    auto opened = door_.open(what.submission);
    if (!opened)
      return opened;
    list->id = *opened;
    domain::indicator_list_options options;
    options.tlds = names_.tlds;
    options.malware = names_.malware;
    options.send_special = what.send_special;
    auto hand_on = [this, into = list.get()](domain::list_item&& item) -> result<void> {
      ++into->item_count;
      into->items.push_back(std::move(item));
      return into->items.size() < items_at_once ? result<void>{}
                                                : door_.add(into->id, std::exchange(into->items, {}));
    };
    list->reader = std::make_unique<domain::list_file_reader>(std::move(options), std::move(hand_on));
  }
  list->what = std::move(what);
  list->touched = time_.steady_now();
  std::lock_guard lock(mutex_);
  if (lists_.size() >= max_incoming_lists) {
    if (!is_report)
      door_.abandon(list->id);
    return fail(ec::overloaded, "too many lists are being handed in", "try again in a minute");
  }
  lists_.emplace(list->id, list);
  return list->id;
}

result<std::shared_ptr<incoming_lists::incoming>> incoming_lists::find(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = lists_.find(id);
  if (found == lists_.end())
    return fail(ec::not_found, "no list " + id.substr(0, 60) + " is on its way in", "hand the file in again");
  return found->second;
}

void incoming_lists::forget(const std::string& id) {
  std::lock_guard lock(mutex_);
  lists_.erase(id);
}

/// Whoever brought them has gone. One that is being read is left to its end.
void incoming_lists::drop_old() {
  std::lock_guard lock(mutex_);
  std::erase_if(lists_, [&](const auto& entry) {
    std::unique_lock reading(entry.second->mutex, std::try_to_lock);
    return reading && time_.steady_now() - entry.second->touched > incoming_patience;
  });
}

result<std::uint64_t> incoming_lists::add(const std::string& id, std::uint64_t piece,
                                          std::string_view bytes) {
  auto found = find(id);
  if (!found)
    return found.error();
  auto& list = **found;
  std::lock_guard lock(list.mutex);
  list.touched = time_.steady_now();
  if (list.closed || piece > list.pieces || bytes.size() > max_piece)
    return fail(ec::conflict, "a piece of a file that does not fit the others", "hand the file in again");
  if (piece < list.pieces)
    return list.item_count; // its answer was lost
  ++list.pieces;
  result<void> taken;
  if (list.reader)
    taken = list.reader->feed(bytes);
  else if (list.text.size() + bytes.size() > max_report_text)
    taken = fail(ec::too_large, "a report of more than 32 MiB", "hand it in as several reports");
  else
    list.text.append(bytes);
  if (taken)
    return list.item_count;
  abandon(id);
  return taken.error();
}

result<incoming_lists::summary> incoming_lists::close(const std::string& id) {
  auto found = find(id);
  if (!found)
    return found.error();
  auto& list = **found;
  std::lock_guard lock(list.mutex);
  list.touched = time_.steady_now();
  if (list.closed)
    return *list.closed;
  if (!list.reader) {
    auto text = domain::read_text_file(list.text);
    if (!text) {
      forget(id);
      return text.error();
    }
    list.text = std::move(*text);
    return *(list.closed = summary{{1, 1, 0, 0, 0}, "a report"});
  }
  auto done = list.reader->finish();
  if (done && !list.items.empty())
    done = door_.add(id, std::exchange(list.items, {}));
  auto totals = done ? door_.close(id) : result<domain::intake_totals>{done.error()};
  if (!totals) {
    abandon(id);
    return totals.error();
  }
  const auto format = list.reader->format().value_or(domain::list_format::text);
  list.closed = summary{totals->counts, std::string(domain::to_string(format))};
  return *list.closed;
}

result<actors::acceptance_outcome> incoming_lists::accept(const std::string& id, bool again) {
  if (auto closed = close(id); !closed)
    return closed.error();
  auto found = find(id);
  if (!found)
    return found.error();
  auto& list = **found;
  std::lock_guard lock(list.mutex);
  list.touched = time_.steady_now();
  auto outcome = list.reader ? door_.accept(id, again) : accept_report(list, again);
  if (outcome && !outcome->same_content)
    forget(id);
  return outcome;
}

result<actors::acceptance_outcome> incoming_lists::accept_report(incoming& list, bool again) {
  actors::acceptance what;
  what.submission = list.what.submission;
  what.report = domain::report_content{list.what.title, list.text, {}, {}};
  what.submission.content_key = domain::make_report_key(what.submission.who, what.submission.enclave,
                                                        what.submission.tags, *what.report);
  auto observables = domain::find_observables(*what.report, names_);
  what.list.counts.handed_in = what.list.counts.accepted = 1;
  what.list.rows = std::move(observables.rows);
  what.list.types = std::move(observables.types);
  what.again = again;
  return door_.append(std::move(what));
}

void incoming_lists::abandon(const std::string& id) {
  auto found = find(id);
  if (!found)
    return;
  if ((*found)->what.submission.kind == domain::submission_kind::indicators)
    door_.abandon(id);
  forget(id);
}

} // namespace isacbot::app
