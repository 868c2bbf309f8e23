// rooms: domain
/// Event files, read and mapped under small limits: the reports are inside them, hold no control characters,
/// and mapping the event again gives the same.
#include "domain/misp/report_mapper.hpp"
#include "protocol/misp/answers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace isacbot;

namespace {

void check(bool holds) {
  if (!holds)
    std::abort();
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == '\x7f';
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  auto events = misp::parse_event_text({reinterpret_cast<const char*>(data + 1), size - 1});
  if (!events || events->empty())
    return 0;
  domain::mapping_settings settings;
  settings.body = data[0] % 2 == 0 ? domain::report_form::text : domain::report_form::json;
  settings.oversize = data[0] % 4 < 2 ? domain::oversize_rule::split : domain::oversize_rule::trim;
  settings.include_local_tags = data[0] % 8 < 4;
  settings.max_report_bytes = data[0] % 16 < 8 ? 2'000 : 2'000'000;
  settings.max_indicators_per_report = 5;
  settings.max_tlp = domain::tlp_level::red;
  const domain::mapped_report report = domain::map_event(events->front(), settings);
  check(report.parts.empty() == report.withheld.has_value());
  for (const domain::report_part& part : report.parts) {
    check(part.body.size() <= settings.max_report_bytes);
    check(part.indicators <= settings.max_indicators_per_report);
    check(!part.title.empty() && part.title.size() <= domain::max_title_bytes);
    check(std::none_of(part.body.begin(), part.body.end(), is_control));
  }
  const domain::mapped_report again = domain::map_event(events->front(), settings);
  check(again.parts.size() == report.parts.size() && again.tags == report.tags);
  for (std::size_t i = 0; i < again.parts.size(); ++i)
    check(again.parts[i].body == report.parts[i].body);
  return 0;
}
