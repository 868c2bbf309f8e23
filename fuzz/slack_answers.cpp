// rooms: protocol
/// Answers of Slack's Web API and file host, with statuses and headers of any kind: values or faults. However
/// a host answers ranges, a file that is followed gets on or ends.
#include "protocol/slack/content.hpp"
#include "protocol/slack/file_pieces.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace isacbot;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2)
    return 0;
  constexpr unsigned statuses[] = {200, 200, 206, 206, 302, 401, 404, 416, 429, 500};
  constexpr const char* types[] = {"application/json", "text/html; charset=utf-8", "text/csv", ""};
  std::string rest(reinterpret_cast<const char*>(data + 2), size - 2);
  const auto line = rest.find('\n');
  std::string range = line == std::string::npos ? std::string() : rest.substr(0, line);
  auto answer = http::make_response(statuses[data[0] % 10], types[data[1] % 4],
                                    line == std::string::npos ? rest : rest.substr(line + 1));
  if (!range.empty())
    answer.headers.add("Content-Range", range);
  (void)slack::judge_file_answer(answer, "text/csv");
  if (auto file = slack::parse_files_info(answer); file && file->id.empty())
    std::abort();
  (void)slack::parse_thread(answer);
  (void)slack::parse_permalink(answer);
  slack::file_pieces file(1U << 20U);
  for (std::uint64_t before = 0;; before = file.offset()) {
    auto last = file.take(answer);
    if (!last || *last)
      break;
    if (file.offset() <= before || file.offset() >= (1U << 20U))
      std::abort();
  }
  return 0;
}
