/// Answers that hold events or attributes.
#include "protocol/misp/answers.hpp"
#include "protocol/misp/event_reader.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::misp {

namespace {

std::set<std::string, std::less<>> make_set(std::span<const std::string> uuids) {
  std::set<std::string, std::less<>> out;
  for (const std::string& uuid : uuids)
    if (auto lower = parse_uuid(uuid))
      out.insert(std::move(*lower));
  return out;
}

result<void> read(const http::response& answer, event_reader& reader) {
  if (auto good = classify(answer); !good)
    return good.error();
  return walk_json(answer.body, event_reader::root, reader);
}

error no_events() {
  return fail(ec::protocol_violation, "MISP's answer holds no list of events");
}

error nameless_event() {
  return fail(ec::protocol_violation, "MISP's answer holds an event without a UUID");
}

} // namespace

result<events_answer> parse_events(const http::response& answer, std::span<const std::string> uuids) {
  event_reader reader(make_set(uuids));
  if (auto good = read(answer, reader); !good)
    return good.error();
  if (!reader.saw_response_list())
    return no_events();
  if (reader.nameless() != 0)
    return nameless_event();
  return events_answer{reader.take_events(), reader.unasked()};
}

result<event> parse_view(const http::response& answer, std::string_view uuid) {
  event_reader reader(make_set(std::vector<std::string>{std::string(uuid)}));
  if (auto good = read(answer, reader); !good)
    return good.error();
  std::vector<event> events = reader.take_events();
  if (events.empty())
    return fail(ec::protocol_violation, "MISP answered with another event than the one asked for");
  return std::move(events.front());
}

result<std::vector<event>> parse_event_text(std::string_view text) {
  event_reader reader;
  if (auto walked = walk_json(text, event_reader::root, reader); !walked)
    return walked.error();
  if (reader.nameless() != 0)
    return nameless_event();
  return reader.take_events();
}

result<attribute_page> parse_attributes(const http::response& answer) {
  event_reader reader;
  if (auto good = read(answer, reader); !good)
    return good.error();
  if (!reader.saw_attribute_list())
    return fail(ec::protocol_violation, "MISP's answer holds no list of attributes");
  return attribute_page{reader.take_attributes(), reader.attribute_rows()};
}

} // namespace isacbot::misp
