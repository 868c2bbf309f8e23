/// The typed handle of every actor, with a sentence per message. Callers know nothing else of an actor.
#pragma once

#include "actors/messages.hpp"

#include <caf/all.hpp>

namespace isacbot::actors {

/// The STORAGE WRITER: the only writer of the database; on a thread of its own.
using storage_writer_actor = caf::typed_actor<
    // Applies the batch, all or nothing; answered when it is written, and synced if asked for. Requests that
    // arrive during a write share the next sync.
    caf::replies_to<atom::write, write_request>::with<atom::done>,
    // INTERNAL: commit what has arrived.
    caf::reacts_to<atom::internal>,
    // INTERNAL: can the database be written again?
    caf::reacts_to<atom::deadline>>;

/// The RATE LIMITER: limits of user, TruSTAR account, workspace, address and company, and the line before
/// them.
using rate_limiter_actor = caf::typed_actor<
    // Takes the calls from all levels or from none. A person is answered at once: go, or a place in line with
    // the expected time of service, or that it would take too long. Bulk work is answered when its turn has
    // come, or after half a minute in vain.
    caf::replies_to<atom::acquire, acquire_request>::with<acquire_answer>,
    // The owner of a place in line waits for its turn; answered when it has come, or never will.
    caf::replies_to<atom::claim, std::uint64_t>::with<acquire_answer>,
    // The place is not wanted any more.
    caf::reacts_to<atom::cancel, std::uint64_t>,
    // What is left for a member and an account.
    caf::replies_to<atom::status, acquire_request>::with<standings>,
    // Station counts otherwise than we do: it is right.
    caf::reacts_to<atom::correct, station_count>,
    // Changed limits, from now on.
    caf::replies_to<atom::change, changed_limits>::with<atom::done>,
    // INTERNAL: somebody in line may go.
    caf::reacts_to<atom::internal, std::uint64_t>>;

/// The TRUSTAR POOL: a bounded queue in front of the workers.
using trustar_pool_actor = caf::typed_actor<
    // One call to Station, with a valid token. Answers the response when Station said 200, else the typed
    // error. ec::too_large, upstream_rejected and not_found are Station's verdict on this very call; whatever
    // else went wrong has another code.
    caf::replies_to<atom::call, trustar_call>::with<http_response_ptr>>;

/// A TRUSTAR WORKER: one exchange with Station at a time.
using trustar_worker_actor = caf::typed_actor<
    // Runs one call; the pool sends the next one when this is answered.
    caf::replies_to<atom::call, trustar_call>::with<http_response_ptr>,
    // INTERNAL: the port's answer.
    caf::reacts_to<atom::outcome, http_outcome>>;

/// The SLACK MESSENGER: everything that goes to Slack.
using slack_messenger_actor = caf::typed_actor<
    // Brings a message to one member by the first way that works; answered when it is there or nothing is
    // left to try.
    caf::replies_to<atom::deliver, slack_delivery>::with<atom::done>,
    // One Web API call, repeated as Slack's rules allow; answers the response when Slack said ok.
    caf::replies_to<atom::call, slack_call>::with<http_response_ptr>,
    // INTERNAL: the port's answer.
    caf::reacts_to<atom::outcome, http_outcome>,
    // INTERNAL: a pause that Slack asked for is over.
    caf::reacts_to<atom::resume, std::uint64_t>>;

/// The OUTBOX: accepted submissions on their way to Station.
using outbox_actor = caf::typed_actor<
    // Accepts a submission; answered after the synced write, never before.
    caf::replies_to<atom::append, acceptance>::with<acceptance_outcome>,
    // A large list, item by item (list_receiver.hpp): its id.
    caf::replies_to<atom::open, list_opening>::with<std::string>,
    // Its items; answered when more may come.
    caf::replies_to<atom::add, std::string, list_items>::with<atom::done>,
    // No more items: what it comes to.
    caf::replies_to<atom::close, std::string>::with<list_totals>,
    // Accepts it, as append.
    caf::replies_to<atom::accept, std::string, list_agreement>::with<acceptance_outcome>,
    // Forgets it.
    caf::reacts_to<atom::abandon, std::string>,
    // The member has new credentials: parts that waited for them go on.
    caf::reacts_to<atom::resume, std::string, std::string>,
    // The operator has parts of a submission sent again or given up; answered after the synced write.
    caf::replies_to<atom::change, storage::part_request>::with<storage::part_request_outcome>,
    // Sends nothing new; answered when no call is under way.
    caf::replies_to<atom::drain>::with<atom::done>,
    // INTERNAL: send what is due.
    caf::reacts_to<atom::internal>>;

/// A LIST RECEIVER: one large list on its way in. Only the OUTBOX speaks to it.
using list_receiver_actor = caf::typed_actor<
    // As the OUTBOX's messages of the same name.
    caf::replies_to<atom::add, list_items>::with<atom::done>, caf::replies_to<atom::close>::with<list_totals>,
    caf::replies_to<atom::accept, list_agreement>::with<acceptance_outcome>, caf::reacts_to<atom::abandon>,
    // INTERNAL: the next piece of closing.
    caf::reacts_to<atom::internal>,
    // INTERNAL: is anybody still there?
    caf::reacts_to<atom::deadline>>;

/// The FOLLOWER: tells submitters when Station has processed what they handed in.
using follower_actor = caf::typed_actor<
    // A submission has been delivered; the receipt says which.
    caf::reacts_to<atom::follow, domain::receipt>,
    // INTERNAL: look at what is due.
    caf::reacts_to<atom::internal>>;

/// The HOUSEKEEPER: sweeps what has expired, chains the audit log.
using housekeeper_actor = caf::typed_actor<
    // INTERNAL: one round.
    caf::reacts_to<atom::internal>>;

/// The SLACK DISPATCHER: acknowledges Slack's requests and starts a task for each.
using slack_dispatcher_actor = caf::typed_actor<
    // Answers the acknowledgement within Slack's three seconds; the work goes on in a task.
    caf::replies_to<atom::handle, slack_arrival>::with<http_response_ptr>,
    // Runs a search whose member has just registered.
    caf::reacts_to<atom::resume, waiting_search>,
    // INTERNAL: answer what a failure has left unanswered.
    caf::reacts_to<atom::internal>,
    // Refuses new requests; answered when every task has given its answer.
    caf::replies_to<atom::drain>::with<atom::done>>;

/// The SUPERVISOR: starts the others, and starts them again when they fail.
using supervisor_actor = caf::typed_actor<
    // INTERNAL: the pause after a failure of this child is over.
    caf::reacts_to<atom::restart, std::uint64_t>,
    // INTERNAL: this child may have lived long enough to be trusted.
    caf::reacts_to<atom::settle, std::uint64_t>>;

/// The MISP DELIVERY: makes Station hold what MISP servers publish; the single writer per enclave and event.
using misp_delivery_actor = caf::typed_actor<
    // Compares with what was delivered before, and creates, replaces or withdraws; answered when the outcome
    // is on disk. Another request for the same event waits behind this one.
    caf::replies_to<atom::deliver, misp_delivery_request>::with<misp_delivery_outcome>,
    // INTERNAL: a wait is over.
    caf::reacts_to<atom::step, std::uint64_t>>;

/// A MISP POLLER: one MISP server; lists, fetches, maps, one thing at a time.
using misp_poller_actor = caf::typed_actor<
    // Polls now; answered when the poll and the queue behind it have been worked through.
    caf::replies_to<atom::pull, misp_pull>::with<misp_summary>,
    // How it stands.
    caf::replies_to<atom::status>::with<misp_status>,
    // INTERNAL: go on with what is due.
    caf::reacts_to<atom::internal, std::uint64_t>,
    // INTERNAL: the port's answer.
    caf::reacts_to<atom::outcome, http_outcome>>;

/// A task: the steps of one command or dialog, until its one final answer.
using task_actor = caf::typed_actor<
    // Runs; answers the acknowledgement, and may go on afterwards.
    caf::replies_to<atom::handle, slack_arrival>::with<http_response_ptr>,
    // INTERNAL: the time for the whole command is over.
    caf::reacts_to<atom::deadline>,
    // INTERNAL: a wait within the command is over.
    caf::reacts_to<atom::step, std::uint64_t>>;

} // namespace isacbot::actors
