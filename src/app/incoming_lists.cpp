#include "app/incoming_lists.hpp"

#include "actors/report_acceptance.hpp"
#include "domain/lists/list_file_reader.hpp"
#include "domain/report_file.hpp"

#include <utility>
#include <vector>

namespace isacbot::app {

namespace {

constexpr std::size_t items_at_once = 1'000;

error no_such_list(const std::string& id) {
  return fail(ec::not_found, "no list " + id.substr(0, 60) + " is on its way in", "hand the file in again");
}

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
  bool gone = false; ///< accepted or given up while somebody waited for the lock
  steady_time touched{};
};

class incoming_lists::locked_list {
 public:
  explicit locked_list(std::shared_ptr<incoming> list) : list_(std::move(list)), lock_(list_->mutex) {}
  incoming* operator->() const noexcept { return list_.get(); }
  incoming& operator*() const noexcept { return *list_; }

 private:
  std::shared_ptr<incoming> list_;
  std::unique_lock<std::mutex> lock_;
};

incoming_lists::incoming_lists(list_door door, intake_rules rules, const clock& time)
    : door_(std::move(door)),
      rules_(std::move(rules)),
      time_(time) {}

incoming_lists::~incoming_lists() = default;

domain::indicator_list_options incoming_lists::options_for(const opening& what, opened& out) const {
  domain::indicator_list_options options;
  options.tlds = rules_.names.tlds;
  options.malware = rules_.names.malware;
  options.send_special = what.send_special || !rules_.withhold.special_address;
  if (what.send_safelisted || !rules_.withhold.safelisted)
    return options;
  auto values = door_.safelist();
  out.safelist_checked = values.has_value();
  if (values && (*values)->size() > 0)
    options.safelisted = std::move(*values);
  return options;
}

result<incoming_lists::opened> incoming_lists::open(opening what) {
  drop_old();
  {
    std::lock_guard lock(mutex_);
    if (lists_.size() + opening_ >= max_incoming_lists)
      return fail(ec::overloaded, "too many lists are being handed in", "try again in a minute");
    ++opening_;
  }
  auto list = std::make_shared<incoming>();
  opened out;
  result<std::string> id = "report " + what.submission.request_key;
  if (what.submission.kind == domain::submission_kind::indicators) {
    auto options = options_for(what, out);
    id = door_.open(what.submission);
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
  --opening_;
  if (!id)
    return id.error();
  out.id = list->id = *id;
  lists_.emplace(list->id, list);
  return out;
}

result<std::shared_ptr<incoming_lists::incoming>> incoming_lists::find(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = lists_.find(id);
  if (found == lists_.end())
    return no_such_list(id);
  return found->second;
}

result<incoming_lists::locked_list> incoming_lists::lock(const std::string& id) {
  auto found = find(id);
  if (!found)
    return found.error();
  locked_list list(std::move(*found));
  if (list->gone)
    return no_such_list(id);
  list->touched = time_.steady_now();
  return list;
}

void incoming_lists::forget(incoming& list) {
  list.gone = true;
  std::lock_guard lock(mutex_);
  lists_.erase(list.id);
}

void incoming_lists::give_up(incoming& list) {
  if (list.reader)
    door_.abandon(list.id);
  forget(list);
}

/// Whoever brought them has gone. One that is being read is left to its end; the door forgets by itself.
void incoming_lists::drop_old() {
  std::lock_guard lock(mutex_);
  std::erase_if(lists_, [&](const auto& entry) {
    std::unique_lock reading(entry.second->mutex, std::try_to_lock);
    if (!reading || time_.steady_now() - entry.second->touched <= incoming_patience)
      return false;
    entry.second->gone = true;
    return true;
  });
}

result<std::uint64_t> incoming_lists::add(const std::string& id, std::uint64_t piece,
                                          std::string_view bytes) {
  auto list = lock(id);
  if (!list)
    return list.error();
  auto& l = **list;
  if (l.closed || piece > l.pieces || bytes.size() > max_piece)
    return fail(ec::conflict, "a piece of a file that does not fit the others", "hand the file in again");
  if (piece < l.pieces)
    return l.item_count; // its answer was lost
  ++l.pieces;
  if (auto taken = take(l, bytes); !taken) {
    give_up(l);
    return taken.error();
  }
  return l.item_count;
}

result<void> incoming_lists::take(incoming& list, std::string_view bytes) {
  if (list.reader)
    return list.reader->feed(bytes);
  if (list.text.size() + bytes.size() > max_report_text)
    return fail(ec::too_large, "a report of more than 32 MiB", "hand it in as several reports");
  list.text.append(bytes);
  return {};
}

result<incoming_lists::summary> incoming_lists::close(const std::string& id) {
  auto list = lock(id);
  if (!list)
    return list.error();
  return close(**list);
}

result<incoming_lists::summary> incoming_lists::close(incoming& list) {
  if (list.closed)
    return *list.closed;
  auto gone = [&](const error& why) {
    give_up(list);
    return why;
  };
  if (!list.reader) {
    auto text = domain::read_text_file(list.text);
    if (!text)
      return gone(text.error());
    list.text = std::move(*text);
    return *(list.closed = summary{{1, 1, 0, 0, 0}, "a report"});
  }
  auto done = list.reader->finish();
  if (done && !list.items.empty())
    done = door_.add(list.id, std::exchange(list.items, {}));
  if (!done)
    return gone(done.error());
  auto totals = door_.close(list.id);
  if (!totals)
    return gone(totals.error());
  const auto format = list.reader->format().value_or(domain::list_format::text);
  return *(list.closed = summary{totals->counts, std::string(domain::to_string(format))});
}

result<actors::acceptance_outcome> incoming_lists::accept(const std::string& id, bool again) {
  auto list = lock(id);
  if (!list)
    return list.error();
  if (auto closed = close(**list); !closed)
    return closed.error();
  auto outcome = (*list)->reader ? door_.accept(id, again) : accept_report(**list, again);
  if (outcome && !outcome->same_content)
    forget(**list);
  return outcome;
}

result<actors::acceptance_outcome> incoming_lists::accept_report(incoming& list, bool again) {
  auto what = actors::make_report_acceptance(list.what.submission, {list.what.title, list.text, {}, {}},
                                             rules_.report_limits, rules_.names);
  if (!what)
    return what.error();
  what->again = again;
  return door_.append(std::move(*what));
}

void incoming_lists::abandon(const std::string& id) {
  if (auto list = lock(id))
    give_up(**list);
}

} // namespace isacbot::app
