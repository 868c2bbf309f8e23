#include "storage/misp_table.hpp"

#include "storage/keys.hpp"
#include "storage/misp_values.hpp"

#include <utility>

namespace isacbot::storage {

template <class T>
void misp_table::put(write_batch& batch, table t, std::string key, const T& value) const {
  auto sealed = vault_->seal(t, key, encode(value).reveal());
  batch.put(t, std::move(key), std::move(sealed));
}

template <class T>
result<std::optional<T>> misp_table::get(table t, const std::string& key,
                                         result<T> (*decode)(std::string_view)) const {
  auto sealed = store_->get(t, key);
  if (!sealed)
    return sealed.error();
  if (!*sealed)
    return std::optional<T>{};
  auto plain = vault_->unseal(t, key, **sealed);
  if (!plain)
    return plain.error();
  auto value = decode(plain->reveal());
  if (!value)
    return value.error();
  return std::optional<T>{std::move(*value)};
}

template <class T>
result<std::vector<T>> misp_table::list(table t, std::string_view owner,
                                        result<T> (*decode)(std::string_view)) const {
  auto prefix = key_builder{}.text(owner).take();
  std::vector<T> values;
  std::optional<error> failed;
  auto scanned = store_->scan(t, prefix, end_of_prefix(prefix), [&](auto key, auto sealed) {
    auto plain = vault_->unseal(t, key, sealed);
    if (!plain) {
      failed = plain.error();
      return false;
    }
    auto value = decode(plain->reveal());
    if (!value) {
      failed = value.error();
      return false;
    }
    values.push_back(std::move(*value));
    return true;
  });
  if (!scanned)
    return scanned.error();
  if (failed)
    return *failed;
  return values;
}

result<std::optional<domain::poll_checkpoint>> misp_table::checkpoint(std::string_view server) const {
  return get(tables::checkpoints, key_builder{}.text(server).take(), decode_poll_checkpoint);
}

void misp_table::put_checkpoint(write_batch& batch, std::string_view server,
                                const domain::poll_checkpoint& x) const {
  put(batch, tables::checkpoints, key_builder{}.text(server).take(), x);
}

result<std::vector<domain::queued_event>> misp_table::queue(std::string_view server) const {
  return list(tables::misp_queue, server, decode_queued_event);
}

result<std::optional<domain::queued_event>> misp_table::queued(std::string_view server,
                                                               std::string_view uuid) const {
  return get(tables::misp_queue, keys::misp_event(server, uuid), decode_queued_event);
}

void misp_table::put_queued(write_batch& batch, std::string_view server,
                            const domain::queued_event& x) const {
  put(batch, tables::misp_queue, keys::misp_event(server, x.uuid), x);
}

result<bool> misp_table::erase_queued(write_batch& batch, std::string_view server, std::string_view uuid,
                                      const domain::event_version& fetched, domain::poll_order by) const {
  auto key = keys::misp_event(server, uuid);
  auto sealed = store_->get(tables::misp_queue, key);
  if (!sealed)
    return sealed.error();
  if (!*sealed)
    return true;
  auto plain = vault_->unseal(tables::misp_queue, key, **sealed);
  if (!plain)
    return plain.error();
  auto entry = decode_queued_event(plain->reveal());
  if (!entry)
    return entry.error();
  if (domain::order_time(entry->version, by) > domain::order_time(fetched, by))
    return false;
  batch.expect(tables::misp_queue, key, std::move(**sealed));
  batch.erase(tables::misp_queue, std::move(key));
  return true;
}

result<std::optional<domain::event_record>> misp_table::record(const enclave_id& enclave,
                                                               std::string_view uuid) const {
  return get(tables::misp_records, keys::misp_event(enclave.value, uuid), decode_event_record);
}

void misp_table::put_record(write_batch& batch, const enclave_id& enclave, std::string_view uuid,
                            const domain::event_record& x) const {
  put(batch, tables::misp_records, keys::misp_event(enclave.value, uuid), x);
}

result<void>
misp_table::records(const enclave_id& enclave,
                    const std::function<bool(const std::string&, const domain::event_record&)>& visit) const {
  auto prefix = key_builder{}.text(enclave.value).take();
  std::optional<error> failed;
  auto scanned =
      store_->scan(tables::misp_records, prefix, end_of_prefix(prefix), [&](auto key, auto sealed) {
        key_reader reader(key);
        (void)reader.text();
        auto uuid = reader.text();
        auto plain = vault_->unseal(tables::misp_records, key, sealed);
        if (!plain || !uuid) {
          failed = plain ? fail(ec::corrupted, "a key of the MISP records cannot be read") : plain.error();
          return false;
        }
        auto value = decode_event_record(plain->reveal());
        if (!value) {
          failed = value.error();
          return false;
        }
        return visit(*uuid, *value);
      });
  if (!scanned)
    return scanned.error();
  if (failed)
    return *failed;
  return {};
}

result<std::vector<domain::dead_event>> misp_table::dead(std::string_view server) const {
  return list(tables::misp_dead, server, decode_dead_event);
}

result<std::optional<domain::dead_event>> misp_table::dead(std::string_view server,
                                                           std::string_view uuid) const {
  return get(tables::misp_dead, keys::misp_event(server, uuid), decode_dead_event);
}

void misp_table::bury(write_batch& batch, std::string_view server, const domain::dead_event& x) const {
  put(batch, tables::misp_dead, keys::misp_event(server, x.entry.uuid), x);
  batch.erase(tables::misp_queue, keys::misp_event(server, x.entry.uuid));
}

result<std::size_t> misp_table::expire_dead(write_batch& batch, sys_time before, std::size_t limit) const {
  std::size_t erased = 0;
  std::optional<error> failed;
  auto scanned = store_->scan(tables::misp_dead, {}, {}, [&](std::string_view key, std::string_view sealed) {
    if (erased == limit)
      return false;
    auto plain = vault_->unseal(tables::misp_dead, key, sealed);
    auto value = plain ? decode_dead_event(plain->reveal()) : plain.error();
    if (!value) {
      failed = value.error();
      return false;
    }
    if (value->since < before) {
      batch.expect(tables::misp_dead, std::string(key), std::string(sealed));
      batch.erase(tables::misp_dead, std::string(key));
      ++erased;
    }
    return true;
  });
  if (!scanned)
    return scanned.error();
  if (failed)
    return *failed;
  return erased;
}

void misp_table::erase_dead(write_batch& batch, std::string_view server, std::string_view uuid) const {
  batch.erase(tables::misp_dead, keys::misp_event(server, uuid));
}

} // namespace isacbot::storage
