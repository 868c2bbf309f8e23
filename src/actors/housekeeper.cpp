#include "actors/housekeeper.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"
#include "storage/expiry.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds writer_patience{20};

} // namespace

housekeeper_actor::behavior_type housekeeper(housekeeper_actor::pointer self, housekeeper_config config,
                                             storage_writer_actor writer, const storage::kv_store* store,
                                             const storage::audit_table* audit, environment env) {
  log_exceptions(*self, env.log, "housekeeper");
  self->send(self, atom::internal_v);
  return {
      [=](atom::internal) {
        storage::write_batch batch;
        auto swept = storage::sweep_expired(*store, batch, env.time.now(), config.rows_at_once);
        auto chained = swept ? audit->chain(batch, config.rows_at_once) : swept;
        if (!chained) {
          env.log.error("housekeeper", "the database cannot be read",
                        {{"error", to_string(chained.error())}});
          self->delayed_send(self, config.interval, atom::internal_v);
          return;
        }
        bool more = *swept == config.rows_at_once || *chained == config.rows_at_once;
        auto again = more ? milliseconds{0} : config.interval;
        if (batch.empty()) {
          self->delayed_send(self, again, atom::internal_v);
          return;
        }
        self->request(writer, writer_patience, atom::write_v,
                      write_request{std::make_shared<const storage::write_batch>(std::move(batch)),
                                    storage::sync::no})
            .then(
                [=](atom::done) { self->delayed_send(self, again, atom::internal_v); },
                [=](caf::error& e) {
                  auto cause = from_caf_error(e);
                  if (cause.code !=
                      ec::precondition_failed) // somebody was quicker: the next round finds the rest
                    env.log.warning("housekeeper", "a sweep was not written", {{"error", to_string(cause)}});
                  self->delayed_send(self, config.interval, atom::internal_v);
                });
      },
  };
}

} // namespace isacbot::actors
