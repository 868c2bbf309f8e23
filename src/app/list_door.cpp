#include "app/list_door.hpp"

#include "app/ask_actor.hpp"
#include "domain/operator_member.hpp"

#include <memory>
#include <utility>

namespace isacbot::app {

namespace {

constexpr seconds patience{30};
constexpr milliseconds safelist_deadline{10'000};
constexpr seconds closing_patience{600}; // looks up every value of the list

/// One page at a time, within the limits, without waiting for them.
result<actors::safelist_ptr> read_safelist(caf::actor_system& system, const actors::bot_system& bot,
                                           const domain::api_credentials& account, const clock& time) {
  if (auto remembered = bot.safelists()->find(account, time.steady_now()))
    return remembered;
  actors::acquire_request wanted;
  wanted.who = domain::operator_member();
  wanted.credential = bot.accounts()(account);
  wanted.may_wait = false;
  auto values = std::make_shared<domain::safelist>();
  for (std::uint32_t page = 0; page < actors::max_safelist_pages; ++page) {
    auto allowed =
        ask_actor<actors::acquire_answer>(system, bot.limiter(), patience, atom::acquire_v, wanted);
    if (!allowed || allowed->granted == 0)
      return allowed ? fail(ec::rate_limited, "no call to Station is left for the safelist")
                     : allowed.error();
    auto call = actors::safelist_call(account, page, safelist_deadline);
    call.who = wanted.who;
    auto response =
        ask_actor<actors::http_response_ptr>(system, bot.pool(), patience, atom::call_v, std::move(call));
    auto more = response ? actors::add_safelist_page(*values, **response) : response.error();
    if (!more)
      return more.error();
    if (!*more) {
      bot.safelists()->put(account, values, time.steady_now());
      return actors::safelist_ptr{values};
    }
  }
  return fail(ec::too_large, "the safelist is too long to be read");
}

} // namespace

list_door make_list_door(caf::actor_system& system, const actors::bot_system& bot,
                         const domain::api_credentials& account, const clock& time) {
  list_door door;
  const auto& outbox = bot.outbox();
  door.safelist = [&system, &bot, account, &time] { return read_safelist(system, bot, account, time); };
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
