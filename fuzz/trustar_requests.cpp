// rooms: protocol
/// Requests to a Station: the first byte chooses the reader, the first line is the query, the rest the body.
#include "protocol/trustar/iso_time.hpp"
#include "protocol/trustar/server_indicator_requests.hpp"
#include "protocol/trustar/server_report_requests.hpp"
#include "protocol/trustar/server_requests.hpp"
#include "protocol/trustar/server_summaries.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace isacbot;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  std::size_t line = text.find('\n');
  std::string_view head = text.substr(0, line);
  std::string_view body = line == std::string_view::npos ? std::string_view() : text.substr(line + 1);
  auto query = trustar::query_reader::parse(head);
  switch (data[0] % 14) {
  case 0:
    (void)trustar::parse_submission(body);
    break;
  case 1:
    if (query)
      (void)trustar::parse_search(*query, body);
    break;
  case 2:
    (void)trustar::parse_metadata_keys(body);
    break;
  case 3:
    (void)trustar::parse_values(body);
    if (auto scored = trustar::parse_score_line(body))
      (void)trustar::make_summary_page_answer({{*scored}, 0, 25, 1, false});
    break;
  case 4:
    (void)trustar::parse_new_report(body);
    break;
  case 5:
    (void)trustar::parse_iso_time(head);
    (void)trustar::parse_basic(head);
    break;
  case 7:
    (void)trustar::parse_report_update(body);
    break;
  case 8:
    (void)trustar::parse_upsert(body);
    break;
  case 9:
    (void)trustar::parse_copy(body);
    break;
  case 10:
    (void)trustar::parse_alter_tags(body);
    (void)trustar::parse_tag_name(head);
    break;
  case 11:
    (void)trustar::parse_redaction(body);
    (void)trustar::parse_terms(body);
    break;
  case 12:
    (void)trustar::parse_indicator_tag(body);
    break;
  case 13:
    (void)trustar::check_triage(body);
    break;
  default:
    if (query)
      (void)trustar::grant_type_of(*query, body);
    break;
  }
  return 0;
}
