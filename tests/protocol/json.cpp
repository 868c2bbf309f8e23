#include "protocol/json.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;

TEST_CASE("json::parse refuses what is too large, too deep or no JSON", "[protocol][json]") {
  CHECK(json::parse(R"({"a":[1,2,{"b":null}]})").has_value());
  CHECK(json::parse("[1]", {.max_bytes = 3}).has_value());
  CHECK(json::parse("[12]", {.max_bytes = 3}).error().code == ec::too_large);

  std::string nested = std::string(32, '[') + std::string(32, ']');
  CHECK(json::parse(nested).has_value());
  CHECK(json::parse("[" + nested + "]").error().code == ec::malformed);

  for (std::string bad : {"", " ", "{", "{\"a\":}", "{a:1}", "[1,]", "nul", "[1] 2", "\"\x01\"", "\"\xff\"",
                          "\"\xed\xa0\x80\"", "{\"a\":1,}", "'a'", "// x\n1"}) {
    INFO(bad);
    auto doc = json::parse(bad);
    REQUIRE(doc.has_error());
    CHECK(doc.error().code == ec::malformed);
  }
}

TEST_CASE("json::parse never quotes the text in its error", "[protocol][json]") {
  auto doc = json::parse(R"({"api_secret":"hunter2" oops})");
  REQUIRE(doc.has_error());
  CHECK(to_string(doc.error()).find("hunter2") == std::string::npos);
}

TEST_CASE("a document survives being moved", "[protocol][json]") {
  auto first =
      json::parse(R"({"a":"a text that is long enough to live in the document's own memory"})").value();
  auto second = json::parse(R"({"a":"b"})").value();
  second = std::move(first);
  json::fault fault;
  CHECK(json::reader(second.root(), "x", fault).text("a").starts_with("a text that is long enough"));
}

TEST_CASE("a reader gives typed members and reports the first fault with its path", "[protocol][json]") {
  auto doc =
      json::parse(R"({"text":"x","empty":"","null":null,"int":-7,"big":18446744073709551615,"whole":1.0e3,
                             "half":0.5,"yes":true,"object":{"list":[{"id":"a"},{"id":"b"},{}],"texts":["x","y"],
                             "mixed":["x",1]}})")
          .value();
  json::fault fault;
  json::reader root{doc.root(), "root", fault};

  SECTION("what is there is read") {
    CHECK(root.text("text") == "x");
    CHECK(root.text("empty").empty());
    CHECK(root.integer("int") == -7);
    CHECK(root.integer("whole") == 1000);
    CHECK(root.number("half") == 0.5);
    CHECK(root.number("big") > 1.8e19);
    CHECK(root.flag("yes"));
    CHECK(root.object("object").objects("list").size() == 3);
    CHECK(root.object("object").texts("texts") == std::vector<std::string>{"x", "y"});
    CHECK_FALSE(fault);
  }
  SECTION("what may be missing is missing, also as null") {
    CHECK_FALSE(root.has("null"));
    CHECK_FALSE(root.optional_text("null").has_value());
    CHECK(root.text_or("absent", "y") == "y");
    CHECK_FALSE(root.optional_integer("absent").has_value());
    CHECK(root.flag_or("absent", true));
    CHECK_FALSE(root.optional_object("absent").has_value());
    CHECK(root.optional_objects("null").empty());
    CHECK(root.optional_texts("absent").empty());
    CHECK_FALSE(fault);
  }
  SECTION("a nested fault names its place, later ones don't replace it") {
    auto items = root.object("object").objects("list");
    for (const json::reader& item : items)
      (void)item.filled_text("id");
    (void)root.integer("text");
    REQUIRE(fault);
    CHECK(fault.error().code == ec::malformed);
    CHECK(fault.error().cause == "root.object.list[2].id: a text is expected, it is missing");
  }
  SECTION("a missing object reads as empty and is reported once") {
    CHECK(root.object("nobody").object("nothing").text("x").empty());
    REQUIRE(fault);
    CHECK(fault.error().cause == "root.nobody: an object is expected, it is missing");
  }
}

TEST_CASE("every wrong type is a fault, for required and optional members alike", "[protocol][json]") {
  auto doc = json::parse(R"({"t":"x","e":"","i":1,"h":0.5,"big":18446744073709551615,"huge":1e300,"o":{},
                             "a":[1],"mixed":["x",1]})")
                 .value();
  auto faulty = [&](auto read) {
    json::fault fault;
    json::reader root{doc.root(), "r", fault};
    (void)read(root);
    return static_cast<bool>(fault);
  };
  CHECK(faulty([](auto& r) { return r.text("i"); }));
  CHECK(faulty([](auto& r) { return r.text("absent"); }));
  CHECK(faulty([](auto& r) { return r.filled_text("e"); }));
  CHECK(faulty([](auto& r) { return r.optional_text("o"); }));
  CHECK(faulty([](auto& r) { return r.integer("t"); }));
  CHECK(faulty([](auto& r) { return r.integer("h"); }));
  CHECK(faulty([](auto& r) { return r.integer("big"); }));
  CHECK(faulty([](auto& r) { return r.optional_integer("huge"); }));
  CHECK(faulty([](auto& r) { return r.number("t"); }));
  CHECK(faulty([](auto& r) { return r.optional_number("o"); }));
  CHECK(faulty([](auto& r) { return r.flag("i"); }));
  CHECK(faulty([](auto& r) { return r.flag("absent"); }));
  CHECK(faulty([](auto& r) { return r.flag_or("t", false); }));
  CHECK(faulty([](auto& r) { return r.object("a").text_or("x"); }));
  CHECK(faulty([](auto& r) { return r.optional_object("t").has_value(); }));
  CHECK(faulty([](auto& r) { return r.objects("o").size(); }));
  CHECK(faulty([](auto& r) { return r.objects("absent").size(); }));
  CHECK(faulty([](auto& r) { return r.optional_objects("a").size(); }));
  CHECK(faulty([](auto& r) { return r.texts("mixed").size(); }));
  CHECK(faulty([](auto& r) { return r.texts("absent").size(); }));
  CHECK(faulty([](auto& r) { return r.optional_texts("t").size(); }));

  json::fault fault;
  json::reader no_object{doc.root().as_object().at("a"), "payload", fault};
  CHECK(fault.error().cause == "payload: an object is expected");
  CHECK_FALSE(no_object.has("x"));
}
