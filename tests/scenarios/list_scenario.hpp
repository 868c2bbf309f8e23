/// What the scenarios of lists begin with: the product on loopback, a registered member, the open dialog.
#pragma once

#include "scenarios/demo_fixture.hpp"

#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/requests.hpp"
#include "sandbox/files.hpp"

#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

namespace isacbot::test {

struct list_scenario : demo_fixture {
  /// @param before  changes what the bot runs with
  explicit list_scenario(std::function<result<void>(app::settings&)> before = {}) {
    adjust = std::move(before);
    REQUIRE(start().has_value());
    ana = std::make_unique<app::tour_member>(house->slack(), "U0ANA", "C0INTEL", seconds{20});
    REQUIRE(register_member(*ana));
  }

  /// Opens the dialog and submits it, with an enclave chosen.
  /// @returns what Slack was told to do with the dialog: "pushed", "errors", ...
  std::string hand_in(sandbox::json::object entries) {
    ana->close_all(); // what an earlier one has left open would be taken for the new one
    REQUIRE(ana->type("/trustar-submit-indicators").has_value());
    REQUIRE(ana->has_dialog("submit_indicators"));
    auto enclave = ana->choose_enclave();
    REQUIRE(enclave.has_value());
    entries["enclave"] = *enclave;
    return submit(std::move(entries));
  }

  std::string submit(sandbox::json::object entries) {
    auto answered = ana->submit(std::move(entries));
    INFO((answered ? "" : to_string(answered.error())));
    REQUIRE(answered.has_value());
    return answered->outcome;
  }

  /// A file of the member's. @returns its id
  std::string attach(std::string content) {
    return house->slack().world().change([&](sandbox::context& in) {
      sandbox::stored_file file;
      file.user = "U0ANA";
      file.name = "picture.png"; // a name says nothing
      file.mimetype = "image/png";
      file.content = std::move(content);
      file.created = in.now;
      return sandbox::add_file(in, std::move(file));
    });
  }

  /// Puts values on the company's whitelist, as its own client would.
  void put_on_safelist(std::string json_values) {
    trustar::origin station{house->station_url(), "test"};
    auto send = [&](http::request request) {
      auto answer = std::make_shared<std::promise<result<http::response>>>();
      auto arrived = answer->get_future();
      house->http().send(std::move(request), seconds{20},
                         [answer](result<http::response> r) { answer->set_value(std::move(r)); });
      return arrived.get();
    };
    auto signed_in =
        send(trustar::make_token_request(station, house->member().key, house->member().key_secret));
    REQUIRE(signed_in.has_value());
    auto request =
        trustar::make_whitelist_request(station, trustar::parse_token(*signed_in).value().token, 0, 25);
    request.method = "POST";
    request.target = request.target.substr(0, request.target.find('?'));
    request.headers.set("Content-Type", "application/json");
    request.body = std::move(json_values);
    auto added = send(std::move(request));
    REQUIRE(added.has_value());
    REQUIRE(added->status == 200);
  }

  app::tour_station station() { return {house->http(), house->station_url(), house->observer()}; }

  std::unique_ptr<app::tour_member> ana;
};

} // namespace isacbot::test
