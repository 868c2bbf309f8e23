// rooms: station storage
/// Whole requests against a Station in memory: a method byte, the target up to the first newline, then the
/// body. Whatever comes, the answer is a status that the API has, with a Trace-Id.
#include "core/bytes.hpp"
#include "station/accounts.hpp"
#include "station/service.hpp"
#include "storage/memory_store.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

using namespace isacbot;

namespace {

/// One Station for all inputs: state that earlier requests left behind is part of what is tried.
struct world {
  storage::memory_store store;
  system_clock time;
  system_random random;
  std::string authorization;
  std::string cookie;
  std::unique_ptr<station::service> service;

  world() {
    station::hash_cost cheap{1, 1, 1};
    station::accounts people(store, time, random, cheap);
    auto enclave = people.add_enclave("E", "INTERNAL").value();
    auto user = people.add_user("U", "").value();
    people.grant(user.key, enclave.id, station::access::full).value();
    station::service_settings settings;
    settings.calls_per_minute = 0;
    settings.secret_cost = cheap;
    service = std::make_unique<station::service>(store, time, random, settings);
    http::fields basic{
        {"Authorization", "Basic " + to_base64(user.key + ":" + std::string(user.secret.reveal()))}};
    auto token = service->handle({"POST", "/oauth/token?grant_type=client_credentials", basic, ""}).body;
    constexpr std::string_view before = R"({"access_token":")";
    authorization = "Bearer " + token.substr(before.size(), 36);
    std::string form = "key=" + user.key + "&secret=" + std::string(user.secret.reveal());
    auto in = service->handle({"POST", "/login", {}, form});
    cookie = in.headers.find("Set-Cookie").value_or("");
    cookie = cookie.substr(0, cookie.find(';'));
    // One report to find, tag, move and delete.
    http::fields bearer{{"Authorization", authorization}};
    service->handle(
        {"POST", "/api/1.3/reports", bearer,
         R"({"title": "t", "reportBody": "8.8.4.4", "externalTrackingId": "x", "enclaveIds": [")" +
             enclave.id + R"("]})"});
  }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto w = std::make_unique<world>(); // libFuzzer has no set-up hook with an owner
  if (size == 0)
    return 0;
  std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  std::size_t line = text.find('\n');
  http::request request;
  constexpr std::array<const char*, 4> methods{"GET", "POST", "PUT", "DELETE"};
  request.method = methods[data[0] % methods.size()];
  request.target = text.substr(0, line);
  request.body = line == std::string_view::npos ? std::string_view() : text.substr(line + 1);
  request.headers.add("Authorization", w->authorization);
  request.headers.add("Cookie", w->cookie);
  auto answer = w->service->handle(request);
  if (answer.headers.count("Trace-Id") != 1 || answer.status >= 500 || answer.status < 200)
    std::abort();
  return 0;
}
