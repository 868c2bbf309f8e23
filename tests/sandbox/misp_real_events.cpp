/// Real events, where they lie beside the project, go through the sample MISP server unharmed.
#include "protocol/misp/answers.hpp"
#include "sandbox/misp_server.hpp"
#include "support/manual_clock.hpp"
#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

using namespace isacbot;
using sandbox::misp_server;

namespace {

/// What the file says, but for what the server decides, and what a fetch leaves out.
misp::event as_served(misp::event e, const misp::event& served) {
  e.id = served.id;
  e.published = true;
  e.publish_timestamp = served.publish_timestamp;
  std::erase_if(e.tags, [](const misp::tag& t) { return t.local; });
  const auto drop_local = [](std::vector<misp::attribute>& attributes) {
    for (misp::attribute& a : attributes)
      std::erase_if(a.tags, [](const misp::tag& t) { return t.local; });
  };
  drop_local(e.attributes);
  for (misp::object& o : e.objects)
    drop_local(o.attributes);
  std::erase_if(e.objects, [](const misp::object& o) { return o.attributes.empty(); });
  return e;
}

} // namespace

TEST_CASE("real events are listed and served as published with fresh times", "[sandbox][misp][shared]") {
  const std::filesystem::path folder = std::filesystem::path(ISACBOT_SHARED) / "data" / "misp-events";
  if (!std::filesystem::exists(folder))
    SKIP("no events beside the project");
  const std::string key(40, 'k');
  test::manual_clock clock;
  misp_server misp{{.key = secret(key)}, clock};
  std::map<std::string, misp::event> files;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".json")
      continue;
    std::ifstream in(file.path());
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    clock.advance(seconds{60});
    auto uuid = misp.add_event(text, misp_server::publish::yes);
    REQUIRE(uuid.has_value());
    files.emplace(*uuid, misp::parse_event_text(text)->front());
  }
  CHECK(files.size() > 20);

  const auto send = [&](http::request request) {
    std::optional<http::response> out;
    request.target.erase(0, std::string("http://misp").size());
    misp.handle(std::move(request), {}, [&](http::response response) { out = std::move(response); });
    return out.value();
  };
  const misp::server at{"http://misp", secret(key), "Authorization", "isacbot/test"};
  for (const misp::index_form form : {misp::index_form::csv, misp::index_form::json}) {
    auto listing = misp::parse_index(send(make_index_request(at, {}, form)), {});
    REQUIRE(listing.has_value());
    CHECK(listing->rows.size() == files.size());
    CHECK(std::is_sorted(listing->rows.begin(), listing->rows.end(), [](const auto& a, const auto& b) {
      return a.publish_timestamp < b.publish_timestamp;
    }));
    for (const misp::index_row& row : listing->rows) {
      CHECK(row.attribute_count == misp::count_attributes(files.at(row.uuid)));
      CHECK(row.publish_timestamp > 0);
      CHECK(row.timestamp == files.at(row.uuid).timestamp);
    }
  }
  for (const auto& [uuid, file] : files) {
    INFO(uuid);
    const std::vector<std::string> asked{uuid};
    auto fetched = misp::parse_events(send(make_events_request(at, asked).value()), asked);
    REQUIRE(fetched.has_value());
    REQUIRE(fetched->events.size() == 1);
    CHECK((fetched->events.front() == as_served(file, fetched->events.front())));
  }
}
