#include "protocol/misp/event.hpp"

#include "protocol/misp/answers.hpp"
#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace isacbot;
using namespace isacbot::misp;

namespace {

const std::string uuid = "5a3c2fcd-8328-42bb-a95e-4f4402de0b81";
const std::string other_uuid = "7a1f92cb-dba7-425f-aacd-85b80ff5cb9a";

http::response json(std::string body) {
  return http::make_response(200, "application/json", std::move(body));
}

/// An event with everything, written as a server does that keeps numbers as text.
std::string full_event() {
  return R"({"id": "12", "orgc_id": "3", "org_id": "1", "date": "2031-03-05", "threat_level_id": "1",
    "info": "Lantern \"Moth\"\nsecond line", "published": true, "uuid": "5A3C2FCD-8328-42BB-A95E-4F4402DE0B81",
    "attribute_count": "4", "analysis": "1", "timestamp": "1930000000", "distribution": "4",
    "proposal_email_lock": false, "locked": true, "publish_timestamp": "1930000100", "sharing_group_id": "5",
    "extends_uuid": "7A1F92CB-DBA7-425F-AACD-85B80FF5CB9A", "event_creator_email": "hidden@example.com",
    "protected": null,
    "Org": {"id": "1", "name": "Owner"}, "Orgc": {"id": "3", "name": "Creator", "uuid": "x", "local": false},
    "SharingGroup": {"name": "g", "SharingGroupOrg": [{"Organisation": {"name": "hidden"}}]},
    "Attribute": [
      {"id": "1", "uuid": "11111111-1111-4111-8111-111111111111", "type": "ip-dst", "category": "Network activity",
       "value": "192.0.2.1", "comment": "C2", "to_ids": true, "distribution": "5", "deleted": false,
       "object_id": "0", "object_relation": null, "first_seen": "2031-03-01T00:00:00.000000+00:00", "last_seen": null,
       "data": "aGlkZGVu", "Galaxy": [{"name": "hidden", "GalaxyCluster": [{"value": "hidden"}]}],
       "ShadowAttribute": [{"value": "hidden", "deleted": true, "Tag": [{"name": "hidden"}]}],
       "Sighting": [{"uuid": "hidden"}],
       "Tag": [{"id": "5", "name": "tlp:green", "colour": "#fff", "local": 0}, {"name": "mine", "local": true}]},
      {"uuid": "22222222-2222-4222-8222-222222222222", "type": "domain", "value": "gone.example.com", "deleted": true}],
    "ShadowAttribute": [{"value": "hidden"}],
    "RelatedEvent": [{"Event": {"uuid": "99999999-9999-4999-8999-999999999999", "info": "hidden"}}],
    "Galaxy": [{"name": "Threat Actor", "type": "threat-actor", "description": "hidden", "GalaxyCluster": [
       {"value": "Copper Heron", "tag_name": "misp-galaxy:threat-actor=\"Copper Heron\"", "description": "hidden",
        "meta": {"external_id": ["G0001"], "synonyms": ["CH", "Heron"], "refs": ["hidden"]},
        "GalaxyClusterRelation": [{"Tag": [{"name": "hidden"}]}]},
       {"value": "No meta", "tag_name": "t", "meta": []},
       {"value": "Text meta", "tag_name": "u", "meta": {"external_id": "G0002"}}]}],
    "Object": [
      {"id": "9", "uuid": "33333333-3333-4333-8333-333333333333", "name": "file", "meta-category": "file",
       "description": "hidden", "comment": "dropper", "distribution": "0", "deleted": false, "first_seen": null,
       "ObjectReference": [
         {"uuid": "y", "referenced_uuid": "11111111-1111-4111-8111-111111111111", "relationship_type": "contacts",
          "comment": "twice", "deleted": false, "Attribute": {"value": "hidden"}, "Object": {"name": "hidden"}},
         {"referenced_uuid": "11111111-1111-4111-8111-111111111111", "relationship_type": "old", "deleted": true}],
       "Attribute": [{"uuid": "44444444-4444-4444-8444-444444444444", "type": "filename", "category": "Payload delivery",
         "value": "a.exe", "to_ids": false, "object_relation": "filename", "distribution": 5}]},
      {"uuid": "55555555-5555-4555-8555-555555555555", "name": "gone", "deleted": true,
       "Attribute": [{"type": "filename", "value": "gone.exe"}]}],
    "EventReport": [
      {"uuid": "66666666-6666-4666-8666-666666666666", "name": "Analysis", "content": "# Text", "distribution": "5",
       "Tag": [{"name": "tlp:amber"}], "deleted": false},
      {"uuid": "77777777-7777-4777-8777-777777777777", "name": "Old", "content": "gone", "deleted": true}],
    "Tag": [{"name": "tlp:amber", "local": 0}, {"name": ""}, {"name": "private", "local": 1}],
    "CryptographicKey": [{"uuid": "hidden"}]})";
}

event expected_event() {
  event e;
  e.id = "12";
  e.uuid = uuid;
  e.info = "Lantern \"Moth\"\nsecond line";
  e.date = "2031-03-05";
  e.timestamp = 1930000000;
  e.publish_timestamp = 1930000100;
  e.published = true;
  e.threat = threat_level::high;
  e.analysis = analysis_state::ongoing;
  e.spread = distribution::sharing_group;
  e.extends_uuid = other_uuid;
  e.organisation = "Creator";
  e.tags = {{"tlp:amber", false}, {"private", true}};
  e.galaxies = {{"Threat Actor",
                 "threat-actor",
                 {{"Copper Heron", "misp-galaxy:threat-actor=\"Copper Heron\"", {"G0001"}, {"CH", "Heron"}},
                  {"No meta", "t", {}, {}},
                  {"Text meta", "u", {"G0002"}, {}}}}};
  attribute a;
  a.uuid = "11111111-1111-4111-8111-111111111111";
  a.type = "ip-dst";
  a.category = "Network activity";
  a.value = "192.0.2.1";
  a.comment = "C2";
  a.first_seen = "2031-03-01T00:00:00.000000+00:00";
  a.to_ids = true;
  a.tags = {{"tlp:green", false}, {"mine", true}};
  e.attributes = {a};
  object o;
  o.uuid = "33333333-3333-4333-8333-333333333333";
  o.name = "file";
  o.meta_category = "file";
  o.comment = "dropper";
  o.spread = distribution::own_organisation;
  o.references = {{"11111111-1111-4111-8111-111111111111", "contacts", "twice"}};
  attribute inner;
  inner.uuid = "44444444-4444-4444-8444-444444444444";
  inner.type = "filename";
  inner.category = "Payload delivery";
  inner.value = "a.exe";
  inner.object_relation = "filename";
  o.attributes = {inner};
  e.objects = {o};
  e.reports = {{"66666666-6666-4666-8666-666666666666",
                "Analysis",
                "# Text",
                distribution::inherit,
                {{"tlp:amber", false}}}};
  return e;
}

} // namespace

TEST_CASE("an event is read whole, and nothing that is not for readers", "[misp]") {
  auto answer = parse_events(json(R"({"response": [{"Event": )" + full_event() + "}]}"), std::vector{uuid});
  REQUIRE(answer.has_value());
  REQUIRE(answer->events.size() == 1);
  CHECK(answer->unasked == 0);
  CHECK(answer->events.front() == expected_event());
  CHECK(count_attributes(answer->events.front()) == 2);
}

TEST_CASE("every shape of file is read", "[misp]") {
  const std::string event = full_event();
  for (const std::string& text :
       {R"({"Event": )" + event + "}", R"({"response": [{"Event": )" + event + "}]}",
        R"([{"Event": )" + event + "}]", event, "[" + event + "]",
        R"({"response": {"Event": )" + event + "}}"}) {
    auto events = parse_event_text(text);
    REQUIRE(events.has_value());
    REQUIRE(events->size() == 1);
    CHECK(events->front() == expected_event());
  }
}

TEST_CASE("numbers come as text, integers or null, flags in five spellings", "[misp]") {
  auto read = [](const std::string& members) {
    return parse_event_text(R"({"uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81", )" + members + "}")->front();
  };
  event e = read(
      R"("id": 12, "timestamp": 1930000000, "publish_timestamp": null, "threat_level_id": 2, "analysis": 2,
                    "distribution": 0, "published": 1)");
  CHECK(e.id == "12");
  CHECK(e.timestamp == 1930000000);
  CHECK(e.publish_timestamp == 0);
  CHECK(e.threat == threat_level::medium);
  CHECK(e.analysis == analysis_state::completed);
  CHECK(e.spread == distribution::own_organisation);
  CHECK(e.published);
  for (const char* on : {"true", "1", "\"1\""})
    CHECK(read(std::string("\"published\": ") + on).published);
  for (const char* off : {"false", "0", "\"0\"", "\"\"", "null", "\"true\"", "2", "{\"published\": true}"})
    CHECK_FALSE(read(std::string("\"published\": ") + off).published);
}

TEST_CASE("unknown levels become the cautious or the neutral one", "[misp]") {
  auto read = [](const std::string& members) {
    return parse_event_text(R"({"uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81", )" + members + "}")->front();
  };
  CHECK(read(R"("threat_level_id": "9")").threat == threat_level::undefined);
  CHECK(read(R"("distribution": "17")").spread == distribution::own_organisation);
  CHECK(read(R"("distribution": "all")").spread == distribution::own_organisation);
  CHECK(read(R"("date": "2031-01-01")").spread == distribution::all_communities); // feeds don't say
  CHECK(read(R"("timestamp": -5)").timestamp == 0);
  CHECK(read(R"("timestamp": "99999999999999999999")").timestamp == 0);
}

TEST_CASE("missing lists, and things of other kinds in their place, do no harm", "[misp]") {
  for (const char* text :
       {R"({"Event": {"uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81"}})",
        R"({"Event": {"uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81", "Attribute": null, "Object": "",
                               "Tag": 5, "Galaxy": [], "EventReport": [null, "x"], "Orgc": []}})"}) {
    auto events = parse_event_text(text);
    REQUIRE(events.has_value());
    CHECK(events->front().attributes.empty());
    CHECK(events->front().tags.empty());
  }
  auto event = parse_event_text(R"({"uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81", "orgc": {"name": "Feed"},
      "Attribute": [{"type": "counter", "value": 80}, {"type": "boolean", "value": true}, {"value": {"x": "y"}}]})");
  REQUIRE(event.has_value());
  CHECK(event->front().organisation == "Feed");
  CHECK(event->front().attributes.at(0).value == "80");
  CHECK(event->front().attributes.at(1).value == "true");
  CHECK(event->front().attributes.at(2).value.empty());
}

TEST_CASE("events that nobody asked for are dropped", "[misp]") {
  const std::string foreign = R"({"Event": {"uuid": "7a1f92cb-dba7-425f-aacd-85b80ff5cb9a",
      "Attribute": [{"type": "domain", "value": "foreign.example.com"}], "Object": [{"name": "file"}]}})";
  const std::string late = R"({"Event": {"Attribute": [{"type": "domain", "value": "foreign.example.com"}],
      "uuid": "99999999-9999-4999-8999-999999999999"}})";
  const std::string wanted = R"({"Event": )" + full_event() + "}";
  auto answer =
      parse_events(json(R"({"response": [)" + foreign + "," + wanted + "," + late + "," + wanted + "]}"),
                   std::vector<std::string>{"5A3C2FCD-8328-42BB-A95E-4F4402DE0B81"});
  REQUIRE(answer.has_value());
  REQUIRE(answer->events.size() == 1); // each at most once
  CHECK(answer->events.front() == expected_event());
  CHECK(answer->unasked == 3);
  CHECK(parse_events(json(R"({"response": []})"), std::vector{uuid})->events.empty());
}

TEST_CASE("a list of events has its shape, or it is none", "[misp]") {
  for (const char* text : {"{}", "[]", R"({"Event": {}})", R"({"response": {}})", R"({"response": null})",
                           R"({"response": [{"Event": {"info": "no UUID"}}]})",
                           R"({"response": [{"Event": {"uuid": "5a3c2fcd"}}]})",
                           R"({"name": "x", "message": "x", "url": "\/events"})"}) {
    INFO(text);
    CHECK(parse_events(json(text), std::vector{uuid}).error().code == ec::protocol_violation);
  }
}

TEST_CASE("an answer cut at any byte is a failure, never fewer attributes", "[misp]") {
  const std::string whole = R"({"response": [{"Event": )" + full_event() + "}]}";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto answer = parse_events(json(whole.substr(0, size)), std::vector{uuid});
    REQUIRE(answer.has_error());
    CHECK(answer.error().code == ec::upstream_failed);
    CHECK(answer.error().cause.find("Lantern") == std::string::npos);
  }
}

TEST_CASE("nesting stops at 64 levels", "[misp]") {
  auto nested = [](int depth) {
    return R"({"uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81", "RelatedEvent": )" + std::string(depth, '[') +
           std::string(depth, ']') + "}";
  };
  CHECK(parse_event_text(nested(63)).has_value());
  CHECK(parse_event_text(nested(64)).error().code == ec::protocol_violation);
  CHECK(parse_event_text(nested(100'000)).error().code == ec::protocol_violation);
}

TEST_CASE("a view is one event, the one asked for", "[misp]") {
  CHECK(parse_view(json(R"({"Event": )" + full_event() + "}"), uuid).value() == expected_event());
  CHECK(parse_view(json(R"({"Event": )" + full_event() + "}"), other_uuid).error().code ==
        ec::protocol_violation);
  CHECK(parse_view(json("{}"), uuid).error().code == ec::protocol_violation);
}

TEST_CASE("pages of attributes keep their count, deleted ones too", "[misp]") {
  auto page = parse_attributes(json(
      R"({"response": {"Attribute": [
          {"uuid": "11111111-1111-4111-8111-111111111111", "type": "domain", "value": "a.example.com", "object_id": "4",
           "object_relation": "domain", "Event": {"uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81", "info": "hidden"}},
          {"type": "domain", "value": "b.example.com", "deleted": "1"}]}})"));
  REQUIRE(page.has_value());
  CHECK(page->rows == 2);
  REQUIRE(page->attributes.size() == 1);
  CHECK(page->attributes.front().value == "a.example.com");
  CHECK(page->attributes.front().object_relation == "domain");
  CHECK(parse_attributes(json(R"({"response": {"Attribute": []}})"))->rows == 0);
  CHECK(parse_attributes(json(R"({"response": []})")).error().code == ec::protocol_violation);
}

TEST_CASE("UUIDs come out in lower case", "[misp]") {
  CHECK(parse_uuid("5A3C2FCD-8328-42BB-A95E-4F4402DE0B81") == uuid);
  for (const char* text :
       {"", "5a3c2fcd", "5a3c2fcd-8328-42bb-a95e-4f4402de0b8g", "5a3c2fcd-8328-42bb-a95e-4f4402de0b811",
        "5a3c2fcd_8328-42bb-a95e-4f4402de0b81", "-----------------------------------"})
    CHECK_FALSE(parse_uuid(text));
}
