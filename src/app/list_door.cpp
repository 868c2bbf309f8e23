#include "app/list_door.hpp"

#include "app/ask_actor.hpp"

#include <memory>
#include <utility>

namespace isacbot::app {

namespace {

constexpr seconds patience{30};
constexpr seconds closing_patience{600}; // looks up every value of the list

} // namespace

list_door make_list_door(caf::actor_system& system, actors::outbox_actor outbox) {
  list_door door;
  door.open = [&system, outbox](domain::submission what) {
    return ask_actor<std::string>(system, outbox, patience, atom::open_v,
                                  actors::list_opening{std::move(what)});
  };
  door.add = [&system, outbox](const std::string& id,
                               std::vector<domain::list_item>&& items) -> result<void> {
    auto shared = std::make_shared<std::vector<domain::list_item>>(std::move(items));
    auto added = ask_actor<atom::done>(system, outbox, closing_patience, atom::add_v, id,
                                       actors::list_items(std::move(shared)));
    return added ? result<void>{} : added.error();
  };
  door.close = [&system, outbox](const std::string& id) -> result<domain::intake_totals> {
    auto totals = ask_actor<actors::list_totals>(system, outbox, closing_patience, atom::close_v, id);
    if (!totals)
      return totals.error();
    return **totals;
  };
  door.accept = [&system, outbox](const std::string& id, bool again) {
    actors::list_agreement agreement;
    agreement.again = again;
    return ask_actor<actors::acceptance_outcome>(system, outbox, closing_patience, atom::accept_v, id,
                                                 std::move(agreement));
  };
  door.abandon = [outbox](const std::string& id) { caf::anon_send(outbox, atom::abandon_v, id); };
  door.append = [&system, outbox](actors::acceptance what) {
    return ask_actor<actors::acceptance_outcome>(system, outbox, patience, atom::append_v, std::move(what));
  };
  return door;
}

} // namespace isacbot::app
