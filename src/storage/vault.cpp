#include "storage/vault.hpp"

#include "core/bytes.hpp"
#include "storage/keys.hpp"
#include "storage/master_key.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>

namespace isacbot::storage {

namespace {

constexpr char format_version = 1;
constexpr std::size_t key_id_bytes = 4;
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t max_step = std::size_t{1} << 30U; // OpenSSL counts in int

struct free_context {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, free_context>;

struct free_cipher {
  void operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
};

unsigned char* as_unsigned(char* bytes) {
  return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* as_unsigned(const char* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

/// A cryptographic library that fails here leaves nothing safe to do, as with a missing random generator.
void must(int openssl_result) {
  if (openssl_result != 1)
    std::abort();
}

std::string associated_data(table t, std::string_view key) {
  std::string data{format_version, static_cast<char>(t)};
  data.append(key);
  return data;
}

/// Runs the cipher over `in` in steps; `encrypt` tells the direction the context was started for.
void run_cipher(EVP_CIPHER_CTX* context, bool encrypt, std::string_view in, char* out) {
  while (!in.empty()) {
    std::size_t step = std::min(in.size(), max_step);
    int written = 0;
    auto run = encrypt ? EVP_EncryptUpdate : EVP_DecryptUpdate;
    must(run(context, as_unsigned(out), &written, as_unsigned(in.data()), static_cast<int>(step)));
    in.remove_prefix(step);
    out += step;
  }
}

void add_associated_data(EVP_CIPHER_CTX* context, bool encrypt, std::string_view data) {
  int written = 0;
  auto run = encrypt ? EVP_EncryptUpdate : EVP_DecryptUpdate;
  must(run(context, nullptr, &written, as_unsigned(data.data()), static_cast<int>(data.size())));
}

error damaged(table t) {
  return fail(ec::corrupted,
              "a sealed row of table " + std::to_string(static_cast<int>(t)) + " fails its check",
              "restore the last backup");
}

std::string check_key() {
  return keys::meta("vault");
}

result<bool> has_rows(const kv_store& store) {
  bool found = false;
  for (unsigned number = 1; number <= 0xFF && !found; ++number) { // all but meta
    result<void> scanned = store.scan(static_cast<table>(number), {}, {}, [&](auto, auto) {
      found = true;
      return false;
    });
    if (!scanned)
      return scanned.error();
  }
  return found;
}

/// While the master key changes: the next key sealed under the one before, and the other way round.
std::string next_row() {
  return keys::meta("vault_next");
}
std::string previous_row() {
  return keys::meta("vault_previous");
}

} // namespace

/// A copy of the keys is taken for each use: a change of keys never waits for a long value, and is rare.
struct vault::ring {
  mutable std::mutex mutex;
  std::shared_ptr<const std::vector<sealing_key>> keys;
  rotation_phase phase = rotation_phase::none;
  /// Looked up once: OpenSSL would do it with every value, under a lock.
  std::unique_ptr<EVP_CIPHER, free_cipher> cipher{EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
};

vault::vault(std::vector<sealing_key> keys, random_source& random)
    : ring_(std::make_shared<ring>()),
      random_(&random) {
  must(ring_->cipher ? 1 : 0);
  ring_->keys = std::make_shared<const std::vector<sealing_key>>(std::move(keys));
}

vault::sealing_key vault::derive(const secret& master) {
  return {hmac_sha256(master.reveal(), "isacbot key id").substr(0, key_id_bytes),
          secret(hmac_sha256(master.reveal(), "isacbot seal")), master};
}

std::shared_ptr<const std::vector<vault::sealing_key>> vault::keys() const {
  std::lock_guard lock(ring_->mutex);
  return ring_->keys;
}

result<bool> vault::learn(const kv_store& store, const std::string& row, bool seals) {
  result<std::optional<std::string>> stored = store.get(tables::meta, row);
  if (!stored)
    return stored.error();
  if (!*stored)
    return false;
  result<secret> master = unseal(tables::meta, row, **stored);
  if (!master && master.error().code == ec::wrong_key)
    return false; // the half of the pair that another key opens
  if (!master)
    return master.error();
  if (master->size() != master_key_bytes)
    return damaged(tables::meta);
  std::vector<sealing_key> known = *keys();
  known.insert(seals ? known.begin() : known.end(), derive(*master));
  ring_->keys = std::make_shared<const std::vector<sealing_key>>(std::move(known));
  return true;
}

result<vault> vault::open(kv_store& store, const std::vector<secret>& keys, random_source& random) {
  if (keys.empty())
    return fail(ec::invalid_argument, "no master key");
  std::vector<sealing_key> known;
  for (const secret& key : keys) {
    if (key.size() != master_key_bytes)
      return fail(ec::invalid_argument, "a master key has to have 32 bytes");
    known.push_back(derive(key));
  }
  vault opened(std::move(known), random);

  // A change of keys: with the old key the row "next" opens, with the new one the row "previous".
  result<bool> next = opened.learn(store, next_row(), true);
  result<bool> previous = next && !*next ? opened.learn(store, previous_row(), false) : next;
  if (!previous)
    return previous.error();
  result<std::optional<std::string>> under_way = store.get(tables::meta, next_row());
  if (!under_way)
    return under_way.error();
  if (*previous)
    opened.ring_->phase = *under_way ? rotation_phase::under_way : rotation_phase::leftovers;

  // The row "vault" holds the fingerprint key, sealed. That it opens proves the master key.
  result<std::optional<std::string>> stored = store.get(tables::meta, check_key());
  if (!stored)
    return stored.error();
  if (*stored) {
    result<secret> key = opened.unseal(tables::meta, check_key(), **stored);
    if (!key && key.error().code == ec::wrong_key)
      return fail(ec::wrong_key, "the database was made with another master key",
                  "point storage.master_key at the file used so far; nothing has been changed");
    if (!key)
      return key.error();
    if (key->size() != master_key_bytes)
      return damaged(tables::meta);
    opened.fingerprint_key_ = std::move(*key);
    opened.fingerprint_.emplace(opened.fingerprint_key_);
    return opened;
  }
  result<bool> used = has_rows(store);
  if (!used)
    return used.error();
  if (*used)
    return fail(ec::corrupted, "the database has rows but no key check value", "restore the last backup");
  std::string fresh(master_key_bytes, '\0');
  random.fill(std::as_writable_bytes(std::span(fresh)));
  opened.fingerprint_key_ = secret(std::move(fresh));
  opened.fingerprint_.emplace(opened.fingerprint_key_);
  write_batch batch;
  batch.expect(tables::meta, check_key(), std::nullopt);
  batch.put(tables::meta, check_key(),
            opened.seal(tables::meta, check_key(), opened.fingerprint_key_.reveal()));
  if (result<void> written = store.write(batch, sync::yes); !written)
    return written.error();
  return opened;
}

std::string vault::seal(table t, std::string_view key, std::string_view plain) const {
  return seal_with(keys()->front(), t, key, plain);
}

std::string vault::seal_with(const sealing_key& with, table t, std::string_view key,
                             std::string_view plain) const {
  std::string sealed(overhead + plain.size(), '\0');
  char* at = sealed.data();
  *at++ = format_version;
  at = std::copy(with.id.begin(), with.id.end(), at);
  char* nonce = at;
  random_->fill(std::as_writable_bytes(std::span(nonce, nonce_bytes)));
  at += nonce_bytes;

  cipher_context context(EVP_CIPHER_CTX_new());
  must(context != nullptr);
  must(EVP_EncryptInit_ex(context.get(), ring_->cipher.get(), nullptr,
                          as_unsigned(with.bytes.reveal().data()),
                          as_unsigned(nonce))); // GCM's default nonce is 12 bytes long
  add_associated_data(context.get(), true, associated_data(t, key));
  run_cipher(context.get(), true, plain, at);
  at += plain.size();
  int written = 0;
  must(EVP_EncryptFinal_ex(context.get(), as_unsigned(at), &written));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, at));
  return sealed;
}

result<secret> vault::unseal(table t, std::string_view key, std::string_view sealed) const {
  if (sealed.size() < overhead || sealed.front() != format_version)
    return damaged(t);
  std::string_view key_id = sealed.substr(1, key_id_bytes);
  auto known = keys(); // holds what `with` points to
  auto with =
      std::find_if(known->begin(), known->end(), [&](const sealing_key& k) { return k.id == key_id; });
  if (with == known->end())
    return fail(ec::wrong_key,
                "a row of table " + std::to_string(static_cast<int>(t)) + " is sealed under another key");
  std::string_view nonce = sealed.substr(1 + key_id_bytes, nonce_bytes);
  std::string_view body = sealed.substr(overhead - tag_bytes, sealed.size() - overhead);
  std::string tag(sealed.substr(sealed.size() - tag_bytes));

  cipher_context context(EVP_CIPHER_CTX_new());
  must(context != nullptr);
  must(EVP_DecryptInit_ex(context.get(), ring_->cipher.get(), nullptr,
                          as_unsigned(with->bytes.reveal().data()), as_unsigned(nonce.data())));
  add_associated_data(context.get(), false, associated_data(t, key));
  std::string plain(body.size(), '\0');
  run_cipher(context.get(), false, body, plain.data());
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()));
  secret opened(std::move(plain)); // wiped also when the tag says no
  unsigned char nothing = 0;
  int written = 0;
  if (EVP_DecryptFinal_ex(context.get(), &nothing, &written) != 1)
    return damaged(t);
  return opened;
}

std::string vault::fingerprint(std::string_view purpose,
                               std::initializer_list<std::string_view> parts) const {
  return mac(purpose, parts).substr(0, fingerprint_bytes);
}

std::string vault::mac(std::string_view purpose, std::initializer_list<std::string_view> parts) const {
  key_builder message;
  message.text(purpose);
  for (std::string_view part : parts)
    message.text(part);
  return (*fingerprint_)(message.take());
}

// -- changing the master key -------------------------------------------------------------------------------

vault::rotation_phase vault::phase() const {
  std::lock_guard lock(ring_->mutex);
  return ring_->phase;
}

bool vault::seals_under(const secret& master) const {
  return keys()->front().master == master;
}

bool vault::is_outdated(std::string_view sealed) const {
  return sealed.size() >= overhead && sealed.substr(1, key_id_bytes) != keys()->front().id;
}

void vault::add_rotation(write_batch& batch, const secret& next) const {
  sealing_key coming = derive(next);
  auto known = keys();
  const sealing_key& present = known->front();
  batch.expect(tables::meta, next_row(), std::nullopt);
  batch.put(tables::meta, next_row(), seal_with(present, tables::meta, next_row(), coming.master.reveal()));
  batch.put(tables::meta, previous_row(),
            seal_with(coming, tables::meta, previous_row(), present.master.reveal()));
}

void vault::seal_under(const secret& next) {
  std::vector<sealing_key> known = *keys();
  known.insert(known.begin(), derive(next));
  std::lock_guard lock(ring_->mutex);
  ring_->keys = std::make_shared<const std::vector<sealing_key>>(std::move(known));
  ring_->phase = rotation_phase::under_way;
}

void vault::add_rotation_end(write_batch& batch) const {
  batch.put(tables::meta, check_key(), seal(tables::meta, check_key(), fingerprint_key_.reveal()));
  batch.erase(tables::meta, next_row());
}

void vault::end_rotation() {
  std::lock_guard lock(ring_->mutex);
  ring_->phase = rotation_phase::leftovers;
}

void vault::add_leftovers_end(write_batch& batch) {
  batch.erase(tables::meta, previous_row());
}

void vault::end_leftovers() {
  std::lock_guard lock(ring_->mutex);
  ring_->phase = rotation_phase::none;
}

} // namespace isacbot::storage
