// rooms: protocol
/// Answers of a MISP server with statuses, types and headers of any kind: nothing but values and errors.
#include "protocol/misp/answers.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using namespace isacbot;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3)
    return 0;
  constexpr unsigned statuses[] = {200, 200, 200, 302, 401, 403, 404, 405, 429, 500};
  constexpr const char* types[] = {"application/json", "text/html; charset=UTF-8", "text/csv", ""};
  auto answer = http::make_response(statuses[data[0] % 10], types[data[1] % 4],
                                    std::string(reinterpret_cast<const char*>(data + 3), size - 3));
  const std::string header = answer.body.substr(0, 40);
  constexpr const char* names[] = {
      "Date",     "X-Auth-Key-Expiration", "X-Rate-Limit-Reset", "Content-Length",
      "Location", "X-Deprecation-Warning"};
  answer.headers.add(names[data[2] % 6], header);
  (void)misp::read_notes(answer);
  if (auto verdict = misp::classify(answer); !verdict)
    (void)misp::remedy_of(verdict.error());
  (void)misp::parse_version(answer);
  (void)misp::parse_attributes(answer);
  (void)misp::parse_view(answer, "5a3c2fcd-8328-42bb-a95e-4f4402de0b81");
  (void)misp::parse_events(answer, std::vector<std::string>{"5a3c2fcd-8328-42bb-a95e-4f4402de0b81"});
  return 0;
}
