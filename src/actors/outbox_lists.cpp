// The OUTBOX: large lists on their way in, each with a LIST RECEIVER of its own.
#include "actors/outbox.hpp"
#include "storage/sortable_id.hpp"

#include <utility>

namespace isacbot::actors {

result<std::string> outbox::open_list(list_opening what) {
  if (state.draining)
    return fail(ec::cancelled, "the service is stopping", "submit again in a minute");
  if (state.lists.size() >= config_.max_lists)
    return fail(ec::overloaded, "too many lists are being read", "try again in a minute");
  auto config = config_.lists;
  config.stage.limits = config_.limits;
  auto& submission = what.submission;
  submission.kind = domain::submission_kind::indicators;
  submission.id = submission_id{storage::make_sortable_id(env_.time.now(), env_.random)};
  std::string id = submission.id.value;
  auto self = caf::actor_cast<outbox_actor>(this);
  auto receiver =
      config_.detached_lists
          ? spawn<list_receiver, caf::detached>(std::move(config), std::move(submission),
                                                std::cref(parts_.table), parts_.writer, self, env_)
          : spawn<list_receiver>(std::move(config), std::move(submission), std::cref(parts_.table),
                                 parts_.writer, self, env_);
  monitor(receiver);
  state.lists.emplace(id, std::move(receiver));
  return id;
}

result<list_receiver_actor> outbox::find_list(const std::string& id) const {
  auto found = state.lists.find(id);
  if (found == state.lists.end())
    return fail(ec::not_found, "no list " + id.substr(0, 60) + " is on its way in", "hand the list in again");
  return found->second;
}

} // namespace isacbot::actors
