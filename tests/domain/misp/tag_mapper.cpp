#include "domain/misp/tag_mapper.hpp"

#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace isacbot;
using namespace isacbot::domain;

using texts = std::vector<std::string>;

TEST_CASE("tags become lower case with hyphens", "[misp]") {
  CHECK(fold_tag("tlp:amber") == "tlp-amber");
  CHECK(fold_tag("TLP:AMBER+STRICT") == "tlp-amber-strict");
  CHECK(fold_tag("osint:source-type=\"blog-post\"") == "osint-source-type-blog-post");
  CHECK(fold_tag("misp-galaxy:threat-actor=\"Sofacy\"") == "misp-galaxy-threat-actor-sofacy");
  CHECK(fold_tag(
            "misp-galaxy:mitre-attack-pattern=\"Exfiltration Over Command and Control Channel - T1041\"") ==
        "misp-galaxy-mitre-attack-pattern-exfiltration-over-command-and-control-channel-t1041");
  CHECK(fold_tag("  Häuser & Söhne, l'été  ") == "h-user-s-hne-l-t");
  CHECK(fold_tag("--a__b--") == "a-b");
}

TEST_CASE("a name without letters keeps its identity", "[misp]") {
  const std::string tag = fold_tag("日本");
  CHECK(tag.starts_with("tag-"));
  CHECK(tag.size() == 10);
  CHECK(tag != fold_tag("中国"));
  CHECK(fold_tag("") == "tag-e3b0c4"); // SHA-256 of nothing
}

TEST_CASE("names that fold to the same are one tag", "[misp]") {
  CHECK(map_tags(texts{"tlp:green", "TLP:GREEN", "tlp-green", "b", "a"}) == texts{"tlp-green", "b", "a"});
}

TEST_CASE("long tags are cut at 90 and kept apart", "[misp]") {
  const std::string stem(95, 'x');
  const texts one = map_tags(texts{stem});
  CHECK(one == texts{std::string(90, 'x')});
  const texts two = map_tags(texts{stem + "b", stem + "a"});
  REQUIRE(two.size() == 2);
  CHECK(two[1] == std::string(90, 'x')); // the first in alphabetical order keeps the plain cut
  CHECK(two[0].size() == 90);
  CHECK(two[0].substr(0, 84) == std::string(83, 'x') + "-");
  CHECK(map_tags(texts{stem + "a", stem + "b"}) == texts{two[1], two[0]}); // order does not matter
}

TEST_CASE("a cut does not leave a hyphen at the end", "[misp]") {
  CHECK(map_tags(texts{std::string(89, 'x') + ":yyy"}) == texts{std::string(89, 'x')});
}

TEST_CASE("mapped tags are different, short and clean whatever the names", "[misp]") {
  test::seeded_random random(11);
  for (int round = 0; round < 200; ++round) {
    texts names;
    for (int i = 0; i < 12; ++i) {
      std::string name(random_bits(random) % 3 == 0 ? 88 : 2, 'q');
      for (std::uint64_t n = random_bits(random) % 8; n > 0; --n)
        name.push_back("aA:-=\" \xC3"[random_bits(random) % 8]);
      names.push_back(name);
    }
    const texts mapped = map_tags(names);
    CHECK(std::set<std::string>(mapped.begin(), mapped.end()).size() == mapped.size());
    std::set<std::string> folded;
    for (const std::string& name : names)
      folded.insert(fold_tag(name));
    CHECK(mapped.size() == folded.size());
    for (const std::string& tag : mapped) {
      CHECK(!tag.empty());
      CHECK(tag.size() <= max_tag_bytes);
      CHECK(tag.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
      CHECK(tag.front() != '-');
      CHECK(tag.back() != '-');
    }
    texts shuffled = names;
    std::reverse(shuffled.begin(), shuffled.end());
    const texts again = map_tags(shuffled);
    CHECK(std::set<std::string>(again.begin(), again.end()) ==
          std::set<std::string>(mapped.begin(), mapped.end()));
  }
}

TEST_CASE("patterns know two wild cards and no case", "[misp]") {
  CHECK(matches_pattern("workflow:*", "Workflow:state=\"done\""));
  CHECK(matches_pattern("%galaxy%", "misp-galaxy:tool=\"x\""));
  CHECK(matches_pattern("tlp:?mber", "tlp:amber"));
  CHECK(matches_pattern("*", ""));
  CHECK(matches_pattern("a*b*c", "aXbYbZc"));
  CHECK_FALSE(matches_pattern("workflow", "workflow:state"));
  CHECK_FALSE(matches_pattern("", "x"));
  CHECK_FALSE(matches_pattern("a*b", "ac"));
}

TEST_CASE("rules choose the tags: exclusion wins, TLP passes the list of wanted ones", "[misp]") {
  const std::vector<misp::tag> tags{{"osint:lifetime=\"perpetual\"", false}, {"tlp:amber", false},
                                    {"workflow:state=\"done\"", false},      {"mine", true},
                                    {"osint:certainty=\"50\"", false},       {"tlp:amber", false}};
  CHECK(select_tags(tags, {}) == texts{"tlp:amber", "osint:lifetime=\"perpetual\"", "workflow:state=\"done\"",
                                       "osint:certainty=\"50\""});
  CHECK(select_tags(tags, {.include = {"osint:c*"}}) == texts{"tlp:amber", "osint:certainty=\"50\""});
  CHECK(select_tags(tags, {.include = {"osint:*"}, .exclude = {"*certainty*", "tlp:*"}}) ==
        texts{"osint:lifetime=\"perpetual\""});
  CHECK(select_tags(tags, {.max_tags = 2}) == texts{"tlp:amber", "osint:lifetime=\"perpetual\""});
  CHECK(select_tags(tags, {.include = {"mine"}, .local = true}) == texts{"tlp:amber", "mine"});
}
