// rooms: domain
/// One huge event of a feed: read by the codec, beside Boost.JSON's own document of the same text, in one
/// run; then mapped into reports. Time is processor time; memory is what stays allocated.
///
///   misp_event [ATTRIBUTES]     default 100000
#include "domain/misp/report_mapper.hpp"
#include "protocol/misp/answers.hpp"

#include <boost/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include <malloc.h>

namespace {

using namespace isacbot;

constexpr const char* uuid = "5a3c2fcd-8328-42bb-a95e-4f4402de0b81";

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

double allocated_megabytes() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd) / 1e6;
}

/// An answer as a server writes it, with the members that a reader does not need.
std::string make_answer(int attributes) {
  std::string out =
      std::string(R"({"response":[{"Event":{"id":"1","uuid":")") + uuid +
      R"(","info":"Feed of the year","date":"2031-01-01","timestamp":"1929873600","Attribute":[)";
  for (int i = 0; i < attributes; ++i) {
    const std::string number = std::to_string(i);
    out.append(i == 0 ? "" : ",").append(R"({"id":")").append(number);
    out.append(i % 2 == 0 ? R"(","type":"domain")" : R"(","type":"url")");
    out.append(R"(,"category":"Network activity","to_ids":true,"uuid":"00000000-0000-4000-8000-)");
    out.append(12 - number.size(), '0').append(number);
    out.append(R"(","event_id":"1","distribution":"5","timestamp":"1929873600","comment":"row )")
        .append(number);
    out.append(R"(","sharing_group_id":"0","deleted":false,"disable_correlation":false,"object_id":"0",)");
    out.append(R"("object_relation":null,"first_seen":null,"last_seen":null,"value":")");
    out.append(i % 2 == 0 ? "h" : "http://h").append(number).append(".example.com");
    out.append(i % 2 == 0 ? "" : "/a/b.php")
        .append(R"(","Galaxy":[],"ShadowAttribute":[],"Tag":[{"id":"5",)");
    out.append(
        R"("name":"kill-chain:C2","colour":"#ffffff","exportable":true,"user_id":"0","hide_tag":false,)");
    out.append(R"("numerical_value":null,"is_galaxy":false,"is_custom_galaxy":false,"local":0}]})");
  }
  return out + "]}}]}";
}

} // namespace

int main(int argc, char** argv) {
  const int attributes = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const auto answer = http::make_response(200, "application/json", make_answer(attributes));
  std::printf("%d attributes, %.1f MB of JSON\n", attributes, static_cast<double>(answer.body.size()) / 1e6);

  double memory = allocated_megabytes();
  double begin = cpu_seconds();
  double document_seconds = 0;
  double document_megabytes = 0;
  {
    const boost::json::value document = boost::json::parse(answer.body);
    document_seconds = cpu_seconds() - begin;
    document_megabytes = allocated_megabytes() - memory;
  }
  memory = allocated_megabytes();
  begin = cpu_seconds();
  auto events = misp::parse_events(answer, std::vector<std::string>{uuid});
  const double codec_seconds = cpu_seconds() - begin;
  const double codec_megabytes = allocated_megabytes() - memory;
  if (!events || events->events.size() != 1) {
    std::puts("the event was not read");
    return 1;
  }
  std::printf("  document  %6.2f s  %7.1f MB\n", document_seconds, document_megabytes);
  std::printf("  codec     %6.2f s  %7.1f MB   %.2f of the time, %.2f of the memory\n", codec_seconds,
              codec_megabytes, codec_seconds / document_seconds, codec_megabytes / document_megabytes);

  begin = cpu_seconds();
  const domain::mapped_report report = domain::map_event(events->events.front(), {});
  const double map_seconds = cpu_seconds() - begin;
  std::size_t bytes = 0;
  for (const domain::report_part& part : report.parts)
    bytes += part.body.size();
  std::printf("  mapping   %6.2f s  %zu reports, %zu attributes, %.1f MB\n", map_seconds, report.parts.size(),
              report.attributes, static_cast<double>(bytes) / 1e6);
  return report.attributes == static_cast<std::size_t>(attributes) ? 0 : 1;
}
