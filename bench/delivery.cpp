// rooms: actors io station storage domain protocol ports telemetry core
/// Rows a second from the outbox to Station: the real actors, the real client, loopback, and a Station with a
/// database, threads and a listener of its own. Beside it a bare loop that posts the very same bodies, one
/// after another over one keep-alive connection, to a second Station that is as fresh. Both begin with asking
/// for a token. And the number of calls beside the smallest possible: each list's rows and bytes divided by
/// what a call may carry.
///
/// Usage: delivery [--rows N] [directory]   (200,000 rows in four lists; the fourth has long notes)
#include "actors/actor_system.hpp"
#include "actors/bot_system.hpp"
#include "domain/batch_planner.hpp"
#include "io/http_server.hpp"
#include "io/https_client.hpp"
#include "io/io_context_pool.hpp"
#include "io/worker_pool_service.hpp"
#include "protocol/trustar/requests.hpp"
#include "station/accounts.hpp"
#include "station/keys.hpp"
#include "station/service.hpp"
#include "storage/bot_database.hpp"
#include "storage/rocksdb_store.hpp"
#include "support/count_rows.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace isacbot;
using steady = std::chrono::steady_clock;

void must(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "delivery: %s failed\n", what);
  std::exit(1);
}

template <class T>
T need(result<T> r, const char* what) {
  if (!r)
    std::fprintf(stderr, "%s\n", to_string(r.error()).c_str());
  must(r.has_value(), what);
  return std::move(*r);
}

double seconds_since(steady::time_point begin) {
  return std::chrono::duration<double>(steady::now() - begin).count();
}

constexpr std::size_t max_body_bytes = std::size_t{32} << 20U; // as the embedded Station takes

/// What both sides share, and outlives both.
struct surroundings {
  io::io_context_pool io{2};
  system_clock time;
  system_random random;
  telemetry::metrics metrics;

  io::environment env() { return {io, time, random, metrics, {}}; }
};

/// A Station as it is after its first user was added, with workers, a thread that indexes, and a listener.
struct fresh_station {
  fresh_station(surroundings& s, const std::filesystem::path& path) {
    storage::rocksdb_options options;
    options.path = path;
    options.cache_bytes = std::size_t{48} << 20U;
    store = need(storage::rocksdb_store::open(options), "opening a Station's database");
    station::service_settings settings;
    settings.calls_per_minute = 0;
    settings.max_body_bytes = max_body_bytes;
    service = std::make_unique<station::service>(*store, s.time, s.random, settings);
    workers = std::make_unique<io::worker_pool_service>(
        io::worker_pool_settings{},
        [this](const http::request& request, const ports::http_exchange&) {
          return service->handle(request);
        },
        telemetry::logger{});
    indexing = std::thread([this] {
      while (!stopping)
        if (!need(service->index_some(), "indexing"))
          std::this_thread::sleep_for(milliseconds{2});
    });
    io::http_server_settings listen;
    listen.name = "station";
    listen.max_body_bytes = max_body_bytes;
    listen.answer_deadline = milliseconds{60'000};
    server = need(io::http_server::open(listen, *workers, s.env()), "listening");
    station::accounts people(*store, s.time, s.random);
    enclave = need(people.add_enclave("Example ISAC", "INTERNAL"), "adding an enclave").id;
    auto user = need(people.add_user("Ana", "Example ISAC"), "adding a user");
    must(people.grant(user.key, enclave, station::access::full).has_value(), "granting");
    account.key = secret{user.key};
    account.key_secret = std::move(user.secret);
  }
  ~fresh_station() {
    server->stop(milliseconds{500});
    workers->stop();
    stopping = true;
    indexing.join();
  }
  [[nodiscard]] std::string origin() const { return "http://127.0.0.1:" + std::to_string(server->port()); }
  /// Until everything that was accepted is indexed.
  void settle() const {
    while (test::count_rows(*store, station::tables::pending_submissions) > 0)
      std::this_thread::sleep_for(milliseconds{5});
  }
  [[nodiscard]] std::size_t batches() const { return test::count_rows(*store, station::tables::submissions); }

  std::unique_ptr<storage::rocksdb_store> store;
  std::unique_ptr<station::service> service;
  std::unique_ptr<io::worker_pool_service> workers;
  std::unique_ptr<io::http_server> server;
  std::thread indexing;
  std::atomic<bool> stopping{false};
  std::string enclave;
  domain::api_credentials account;
};

/// In front of the real client: keeps what is posted, and counts.
class watching_client final : public ports::http_client {
 public:
  explicit watching_client(ports::http_client& real) : real_(real) {}

  void send(http::request request, milliseconds deadline, completion done) override {
    {
      const std::lock_guard lock(mutex_);
      if (request.method == "POST" && request.target.ends_with("/indicators"))
        batches_.push_back(request);
      else
        ++others_;
    }
    real_.send(std::move(request), deadline, std::move(done));
  }
  [[nodiscard]] std::vector<http::request> batches() const {
    const std::lock_guard lock(mutex_);
    return batches_;
  }
  [[nodiscard]] std::size_t others() const {
    const std::lock_guard lock(mutex_);
    return others_;
  }

 private:
  ports::http_client& real_;
  mutable std::mutex mutex_;
  std::vector<http::request> batches_;
  std::size_t others_ = 0;
};

constexpr int lists = 4;

std::vector<domain::indicator_row> make_rows(int list, std::size_t count) {
  std::vector<domain::indicator_row> rows(count);
  for (std::size_t i = 0; i < count; ++i) {
    domain::indicator_row& row = rows[i];
    row.line = static_cast<std::uint32_t>(i + 1);
    const std::string name = std::to_string(list) + "-" + std::to_string(i * 2'654'435'761U % 4'294'967'291U);
    row.type = i % 3 == 0 ? "EMAIL_ADDRESS" : "URL";
    row.value =
        i % 3 == 0 ? "mail" + name + "@sender.example.com" : "http://host" + name + ".example.com/path";
    if (list == lists - 1)
      row.notes = "seen in mail " + name + ", " + std::string(600, 'n');
  }
  return rows;
}

/// Accepts the lists, as durably as the bot does.
void accept_lists(surroundings& s, storage::bot_database& database, const actors::bot_tables& tables,
                  const fresh_station& there, const domain::batch_limits& limits, std::size_t rows) {
  const member who{team_id{"T1"}, user_id{"U1"}};
  storage::write_batch account;
  tables.credentials.put(account, who, {there.account, s.time.now()});
  must(database.store->write(account, storage::sync::yes).has_value(), "keeping credentials");
  for (int list = 0; list < lists; ++list) {
    domain::receipt receipt;
    receipt.submission.id = submission_id{"list" + std::to_string(list)};
    receipt.submission.who = who;
    receipt.submission.enclave = enclave_id{there.enclave};
    receipt.submission.created = s.time.now();
    const std::size_t count = rows / lists;
    receipt.counts = {count, count, 0, 0, 0};
    storage::write_batch batch;
    must(tables.outbox
             .append(batch, receipt,
                     domain::plan_batches(receipt.submission.id, make_rows(list, count), limits))
             .has_value(),
         "making an acceptance");
    must(database.store->write(batch, storage::sync::yes).has_value(), "accepting");
  }
}

/// Stands where what becomes of a submission is followed: nobody waits for it here.
actors::follower_actor::behavior_type follow_nothing(int) {
  return {[](atom::follow, const domain::receipt&) {}, [](atom::internal) {}};
}

/// @returns seconds from the start of the actors until the outbox is empty
double deliver(surroundings& s, const fresh_station& there, const std::filesystem::path& path,
               const domain::batch_limits& limits, std::size_t rows, std::vector<http::request>& sent,
               std::size_t& others) {
  storage::rocksdb_options options;
  options.path = path;
  auto database = need(storage::open_bot_database(options, {secret(std::string(32, 'k'))}, s.random),
                       "opening the bot's database");
  actors::bot_tables tables(*database.store, database.sealer, s.random);
  accept_lists(s, database, tables, there, limits, rows);

  auto client = need(io::https_client::open({}, s.env()), "opening the client");
  watching_client watched(*client);
  actors::health_board health;
  actors::system_config actor_config;
  caf::actor_system system(actor_config);
  actors::environment env{s.time, s.random, watched, s.metrics, {}, health, actors::account_names{"bench"}};
  actors::rate_limiter_config limits_config;
  actors::trustar_pool_config pool_config;
  pool_config.worker.station = {there.origin(), "bench"};
  pool_config.worker.tokens = std::make_shared<actors::token_cache>();
  actors::outbox_config config;
  config.limits = limits;
  const auto begin = steady::now();
  auto writer = system.spawn<actors::storage_writer, caf::detached>(actors::storage_writer_config{},
                                                                    std::ref(tables.store), env);
  auto limiter = system.spawn<actors::rate_limiter>(
      limits_config, std::make_shared<actors::rate_limiter_memory>(limits_config, &tables.limits, env),
      writer, env);
  pool_config.limiter = limiter;
  auto pool = system.spawn<actors::trustar_pool>(pool_config, env);
  actors::follower_actor nobody_follows = system.spawn(follow_nothing, 0);
  auto outbox = system.spawn<actors::outbox>(config,
                                             actors::outbox_parts{writer,
                                                                  limiter,
                                                                  pool,
                                                                  {},
                                                                  nobody_follows,
                                                                  tables.outbox,
                                                                  tables.credentials,
                                                                  tables.drafts,
                                                                  tables.journal},
                                             env);
  while (need(tables.outbox.depth(), "reading the queue").due > 0)
    std::this_thread::sleep_for(milliseconds{2});
  const double took = seconds_since(begin);
  sent = watched.batches();
  others = watched.others();
  caf::anon_send_exit(outbox, caf::exit_reason::kill);
  caf::anon_send_exit(pool, caf::exit_reason::kill);
  caf::anon_send_exit(limiter, caf::exit_reason::kill);
  caf::anon_send_exit(nobody_follows, caf::exit_reason::kill);
  caf::anon_send_exit(writer, caf::exit_reason::kill);
  client->stop(milliseconds{0});
  return took;
}

/// One connection, one request after another, with nothing around it.
class bare_connection {
 public:
  explicit bare_connection(std::uint16_t port) : stream_(context_) {
    stream_.connect(boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(), port});
    stream_.socket().set_option(boost::asio::ip::tcp::no_delay{true});
  }

  std::string post(const http::request& what) {
    namespace beast = boost::beast;
    const std::size_t path = what.target.find('/', std::string_view("http://").size());
    beast::http::request<beast::http::string_body> request{beast::http::verb::post, what.target.substr(path),
                                                           11};
    for (const auto& [name, value] : what.headers)
      request.set(name, value);
    request.set(beast::http::field::host, "127.0.0.1");
    request.body() = what.body;
    request.prepare_payload();
    beast::http::write(stream_, request);
    beast::http::response<beast::http::string_body> answer;
    beast::http::read(stream_, buffer_, answer);
    must(answer.result_int() == 200, "a bare post");
    return std::move(answer.body());
  }

 private:
  boost::asio::io_context context_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
};

/// @returns seconds
double post_all(const fresh_station& there, std::vector<http::request> batches,
                const std::string& old_enclave) {
  for (http::request& batch : batches) // prepared beforehand, but for the token
    for (std::size_t at = 0; (at = batch.body.find(old_enclave, at)) != std::string::npos;)
      batch.body.replace(at, old_enclave.size(), there.enclave);
  const auto begin = steady::now();
  bare_connection connection(there.server->port());
  const std::string answer = connection.post(trustar::make_token_request(
      {there.origin(), "bench"}, there.account.key.reveal(), there.account.key_secret));
  const std::string token(boost::json::parse(answer).at("access_token").as_string());
  for (http::request& batch : batches) {
    batch.headers.set("Authorization", "Bearer " + token);
    connection.post(batch);
  }
  return seconds_since(begin);
}

/// The fewest calls that could carry what was sent.
std::size_t fewest_calls(const std::vector<http::request>& sent, const domain::batch_limits& limits,
                         std::size_t rows) {
  std::map<std::string, std::size_t> bytes; // by submission
  for (const http::request& batch : sent) {
    const std::string key(batch.headers.find("Idempotency-Key").value_or(""));
    bytes[key.substr(0, key.find('/'))] += batch.body.size();
  }
  const auto pieces = [](std::size_t n, std::size_t most) { return (n + most - 1) / most; };
  std::size_t calls = 0;
  for (const auto& [submission, size] : bytes)
    calls += std::max(pieces(rows / lists, limits.max_rows), pieces(size, limits.max_body_bytes));
  return calls;
}

} // namespace

int main(int argc, char** argv) {
  std::size_t rows = 200'000;
  std::filesystem::path parent = std::filesystem::temp_directory_path();
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--rows" && i + 1 < argc)
      rows = static_cast<std::size_t>(std::atoll(argv[++i]));
    else
      parent = argv[i];
  }
  rows -= rows % lists;
  std::string pattern = (parent / "delivery-XXXXXX").string();
  must(mkdtemp(pattern.data()) != nullptr, "making a directory");
  const std::filesystem::path directory = pattern;
  const domain::batch_limits limits;
  {
    surroundings s;
    double ours = 0;
    double bare = 0;
    std::size_t calls = 0;
    std::size_t fewest = 0;
    std::size_t others = 0;
    std::size_t bytes = 0;
    constexpr int rounds = 2; // in turn; the quicker of each counts
    for (int round = 0; round < rounds; ++round) {
      const std::string suffix = std::to_string(round);
      std::vector<http::request> sent;
      std::string enclave;
      {
        const fresh_station there(s, directory / ("station" + suffix));
        const double took = deliver(s, there, directory / ("bot" + suffix), limits, rows, sent, others);
        ours = ours == 0 ? took : std::min(ours, took);
        must(there.batches() == sent.size(), "applying each batch once");
        there.settle();
        enclave = there.enclave;
      }
      calls = sent.size();
      fewest = fewest_calls(sent, limits, rows);
      bytes = 0;
      for (const http::request& batch : sent)
        bytes += batch.body.size();
      const fresh_station other(s, directory / ("other" + suffix));
      const double took = post_all(other, std::move(sent), enclave);
      bare = bare == 0 ? took : std::min(bare, took);
      other.settle();
    }
    std::printf("%zu rows in %d lists, %.1f MB of bodies\n", rows, lists, static_cast<double>(bytes) / 1e6);
    std::printf("%-36s %7.2f s, %9.0f rows/s\n", "outbox to Station", ours, static_cast<double>(rows) / ours);
    std::printf("%-36s %7.2f s, %9.0f rows/s\n", "bare posts of the same bodies", bare,
                static_cast<double>(rows) / bare);
    std::printf("ratio %.2f\n", bare / ours);
    std::printf("calls: %zu, the fewest possible %zu; besides %zu (token, status)\n", calls, fewest, others);
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  return 0;
}
