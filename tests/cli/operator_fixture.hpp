/// The operator's commands as a person types them, with and without a running service on the same databases.
#pragma once

#include "app/config_file.hpp"
#include "app/service.hpp"
#include "cli/run.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "domain/batch_planner.hpp"
#include "storage/bot_database.hpp"
#include "storage/credentials_table.hpp"
#include "storage/master_key.hpp"
#include "storage/outbox_table.hpp"

#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace isacbot::test {

inline const member ada{team_id{"T1"}, user_id{"U0ADA"}};

struct operator_fixture {
  temp_dir dir;
  system_clock time;
  system_random random;
  std::string config = (dir / "isacbot.toml").string();
  std::string key_file = (dir / "master_key").string();
  int status = -1;
  std::string err;
  std::unique_ptr<app::service> service;

  operator_fixture() {
    REQUIRE(storage::make_master_key(key_file, random));
    write_config(key_file);
  }

  void write_config(const std::string& key) const {
    std::ofstream(config) << "[admin]\nlisten = \"127.0.0.1:0\"\n[trustar]\norigin = \"http://127.0.0.1:1\"\n"
                          << "[station]\nenabled = true\nlisten = \"127.0.0.1:0\"\n[storage]\npath = \""
                          << (dir / "data").string() << "\"\nmaster_key = \"file:" << key << "\"\n";
  }

  app::settings settings() const {
    auto loaded = app::load_config_file(config);
    REQUIRE(loaded.value.has_value());
    return *loaded.value;
  }

  void serve() {
    auto started = app::service::start(settings(), {time, random, {}, {}, {}, false, "test"});
    INFO((started ? "" : to_string(started.error())));
    REQUIRE(started.has_value());
    service = std::move(*started);
  }

  std::string type(std::vector<std::string> words) {
    words.insert(words.begin(), "isacbot");
    words.insert(words.end(), {"--config", config});
    std::vector<const char*> pointers;
    for (const std::string& word : words)
      pointers.push_back(word.c_str());
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream errors;
    status = cli::run(static_cast<int>(pointers.size()), pointers.data(), {in, out, errors});
    err = errors.str();
    return out.str();
  }

  boost::json::object type_json(std::vector<std::string> words, int expected = 0) {
    words.emplace_back("--json");
    std::string out = type(std::move(words));
    INFO(out << err);
    REQUIRE(status == expected);
    boost::system::error_code code;
    auto value = boost::json::parse(out, code);
    REQUIRE_FALSE(code);
    return value.as_object();
  }

  storage::bot_database open_database() {
    std::filesystem::create_directories(dir / "data");
    storage::rocksdb_options options;
    options.path = dir / "data";
    auto key = storage::load_master_key(key_file);
    REQUIRE(key.has_value());
    auto opened = storage::open_bot_database(options, {*key}, random);
    INFO((opened ? "" : to_string(opened.error())));
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }

  /// Registers ada, and puts a submission of hers into the queue whose one part is in this state.
  /// @returns its id
  std::string seed(domain::part_state state) {
    auto database = open_database();
    storage::write_batch batch;
    storage::credentials_table(*database.store, database.sealer)
        .put(batch, ada, {{secret("planted-api-key-wxyz"), secret("planted-api-secret")}, time.now()});
    storage::outbox_table outbox(*database.store, database.sealer, random);
    domain::receipt receipt;
    receipt.submission.id = submission_id{"seeded-" + random_hex(random, 4)};
    receipt.submission.who = ada;
    receipt.submission.enclave = enclave_id{"E1"};
    receipt.submission.enclave_name = "Community";
    receipt.submission.created = time.now();
    receipt.submission.request_key = "r" + random_hex(random, 4);
    receipt.submission.content_key = "c" + random_hex(random, 4);
    receipt.counts = {2, 1, 0, 1, 0};
    receipt.withheld = {{2, "10.0.0.1", domain::line_reason::special_address}};
    receipt.reasons = {{domain::line_reason::special_address, 1}};
    receipt.types = {{"DOMAIN", 1}};
    domain::indicator_row row;
    row.line = 1;
    row.type = "DOMAIN";
    row.value = "evil.example";
    auto planned = domain::plan_batches(receipt.submission.id, {row}, {});
    REQUIRE(outbox.append(batch, receipt, planned));
    REQUIRE(database.store->write(batch, storage::sync::yes));
    if (state != domain::part_state::queued) {
      storage::write_batch change;
      domain::part part = planned.front().header;
      part.state = state;
      part.last_error = "key or secret refused";
      REQUIRE(outbox.save(change, part, time.now()));
      REQUIRE(database.store->write(change, storage::sync::yes));
    }
    return receipt.submission.id.value;
  }
};

inline std::string text(const boost::json::object& object, const char* name) {
  INFO(name);
  REQUIRE(object.contains(name));
  return std::string(object.at(name).as_string());
}

} // namespace isacbot::test
