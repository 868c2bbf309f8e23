/// A client and a way to wait for its answer.
#pragma once

#include "io/edge_fixture.hpp"
#include "io/https_client.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace isacbot::test {

struct client_fixture : edge_fixture {
  std::unique_ptr<io::https_client> make_client(io::https_client_settings settings = {}) {
    auto client = io::https_client::open(std::move(settings), env());
    if (!client)
      throw std::runtime_error(to_string(client.error()));
    return std::move(*client);
  }
};

inline std::future<result<http::response>> send(io::https_client& client, http::request request,
                                                milliseconds deadline = std::chrono::seconds{30}) {
  auto done = std::make_shared<std::promise<result<http::response>>>();
  auto future = done->get_future();
  client.send(std::move(request), deadline,
              [done](result<http::response> r) { done->set_value(std::move(r)); });
  return future;
}

inline result<http::response> fetch(io::https_client& client, const std::string& url,
                                    milliseconds deadline = std::chrono::seconds{30}) {
  return send(client, {"GET", url, {}, ""}, deadline).get();
}

inline ec code_of(const result<http::response>& r) {
  if (r)
    throw std::runtime_error("an answer where an error was expected: " + std::to_string(r->status));
  return r.error().code;
}

} // namespace isacbot::test
