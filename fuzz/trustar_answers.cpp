// rooms: protocol
/// Answers of a Station: the first three bytes choose the status and the reader, the rest is the body.
#include "protocol/trustar/answers.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace isacbot;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3)
    return 0;
  constexpr unsigned statuses[] = {200, 200, 200, 400, 401, 404, 413, 429, 500, 302};
  auto answer = http::make_response(statuses[data[0] % 10], "application/json",
                                    std::string(reinterpret_cast<const char*>(data + 3), size - 3));
  answer.headers.add("Trace-Id", std::string(reinterpret_cast<const char*>(data + 1), 2));
  answer.headers.add("Submission-Id", answer.body.substr(0, 40));
  switch (data[1] % 13) {
  case 0:
    (void)trustar::parse_token(answer);
    break;
  case 1:
    (void)trustar::parse_ping(answer);
    break;
  case 2:
    (void)trustar::parse_enclaves(answer);
    break;
  case 3:
    (void)trustar::parse_quotas(answer);
    break;
  case 4:
    (void)trustar::parse_submission_answer(answer);
    break;
  case 5:
    (void)trustar::parse_submission_status(answer);
    break;
  case 6:
    (void)trustar::parse_indicator_page(answer);
    break;
  case 7:
    (void)trustar::parse_indicators(answer);
    break;
  case 8:
    (void)trustar::parse_summary_page(answer);
    break;
  case 9:
    (void)trustar::parse_report_page(answer);
    break;
  case 10:
    (void)trustar::parse_report_id(answer);
    break;
  case 11:
    (void)trustar::parse_report(answer);
    break;
  default:
    (void)trustar::parse_tags(answer);
    break;
  }
  return 0;
}
