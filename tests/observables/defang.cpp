/// The shown form: breaks links, reads back.
#include "observables/observables.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot::observables;

TEST_CASE("defang breaks every link and extract reads it back", "[observables]") {
  struct row {
    type kind;
    const char* value;
    const char* shown;
  };
  const row rows[] = {
      {type::url, "http://evil.com/a.b", "hxxp://evil[.]com/a.b"},
      {type::email_address, "bad@evil.com", "bad[at]evil[.]com"},
      {type::ip, "192.0.2.1", "192.0.2[.]1"},
      {type::domain, "www.evil.com", "www.evil[.]com"},
      {type::cidr_block, "192.0.2.0/24", "192.0.2[.]0/24"},
  };
  for (const row& r : rows) {
    CHECK(defang(r.kind, r.value) == r.shown);
    auto found = extract(r.shown);
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == r.kind);
    CHECK(found[0].value == r.value);
    CHECK(found[0].flags.defanged);
  }
}
