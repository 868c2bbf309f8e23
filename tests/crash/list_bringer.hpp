/// Brings a large list to the OUTBOX item by item, as `isacbot submit` and the file of a dialog do.
#pragma once

#include "actors/interfaces.hpp"
#include "crash/crash_points.hpp"
#include "domain/list_item.hpp"
#include "domain/model.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::test {

/// How far the bringing of one list has come.
struct bringing_record {
  bool accepted = false;
  bool failed = false;
};

/// Runs in an actor of the bot's system, so that it ends with it. Each answer that arrives is a step.
class list_bringer : public std::enable_shared_from_this<list_bringer> {
 public:
  list_bringer(caf::event_based_actor& self, actors::outbox_actor outbox, crash_points& points,
               std::vector<domain::list_item> items, bool send_special)
      : self_(self),
        outbox_(std::move(outbox)),
        points_(points),
        items_(std::move(items)),
        send_special_(send_special) {}

  void start(domain::submission what, std::shared_ptr<bringing_record> record) {
    record_ = std::move(record);
    actors::list_opening opening{std::move(what)};
    self_.request(outbox_, patience, atom::open_v, std::move(opening))
        .then(
            [me = shared_from_this()](const std::string& id) {
              if (me->points_.pass("a list is opened", [&] { me->id_ = id; }))
                me->add();
            },
            failure());
  }

 private:
  static constexpr seconds patience{60};
  static constexpr std::size_t at_once = 8;

  void add() {
    if (next_ == items_.size())
      return accept();
    const std::size_t end = std::min(next_ + at_once, items_.size());
    auto piece =
        std::make_shared<std::vector<domain::list_item>>(items_.begin() + static_cast<std::ptrdiff_t>(next_),
                                                         items_.begin() + static_cast<std::ptrdiff_t>(end));
    next_ = end;
    self_.request(outbox_, patience, atom::add_v, id_, actors::list_items(std::move(piece)))
        .then(
            [me = shared_from_this()](atom::done) {
              if (me->points_.pass("items are taken", [] {}))
                me->add();
            },
            failure());
  }

  void accept() {
    actors::list_agreement agreement;
    agreement.overridden.special_address = send_special_;
    self_.request(outbox_, patience, atom::accept_v, id_, std::move(agreement))
        .then(
            [me = shared_from_this()](const actors::acceptance_outcome&) {
              // The same content is this list, too: nobody else hands it in.
              me->points_.pass("a list is accepted", [&] { me->record_->accepted = true; });
            },
            failure());
  }

  std::function<void(caf::error&)> failure() {
    return [me = shared_from_this()](caf::error&) {
      me->points_.pass("a list is not accepted", [&] { me->record_->failed = true; });
    };
  }

  caf::event_based_actor& self_;
  actors::outbox_actor outbox_;
  crash_points& points_;
  std::vector<domain::list_item> items_;
  bool send_special_;
  std::shared_ptr<bringing_record> record_;
  std::string id_;
  std::size_t next_ = 0;
};

} // namespace isacbot::test
