#include "sandbox/block_check.hpp"

#include <catch2/catch_test_macros.hpp>

#include <functional>

using namespace isacbot::sandbox;

namespace {

std::string letters(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += "\xC3\xA9"; // two bytes, one character: limits count characters
  return text;
}

json::object plain(std::size_t count) {
  return {{"type", "plain_text"}, {"text", letters(count)}};
}

json::object section(std::size_t count) {
  return {{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", letters(count)}}}};
}

json::object input(json::object element) {
  return {{"type", "input"}, {"label", plain(5)}, {"element", std::move(element)}};
}

json::object option(std::size_t text, std::size_t value, std::size_t number = 0) {
  std::string name = std::to_string(number) + letters(value);
  return {{"text", plain(text)},
          {"value", name.substr(0, name.size() - 2 * (std::to_string(number).size()))}};
}

/// A table of these rows. (`json::array{row}` would be a copy of the row to one compiler and a list to the
/// other.)
json::object table(json::array row, std::size_t count = 1) {
  json::array rows;
  for (std::size_t i = 0; i < count; ++i)
    rows.emplace_back(row);
  return {{"type", "table"}, {"rows", std::move(rows)}};
}

json::array many(std::size_t count, const std::function<json::value(std::size_t)>& make) {
  json::array list;
  for (std::size_t i = 0; i < count; ++i)
    list.push_back(make(i));
  return list;
}

json::array options(std::size_t count) {
  return many(count, [](std::size_t i) { return option(10, 10, i); });
}

json::object actions(std::size_t count) {
  return {{"type", "actions"},
          {"elements", many(count, [](std::size_t i) {
             return json::object{{"type", "button"}, {"action_id", std::to_string(i)}, {"text", plain(3)}};
           })}};
}

std::vector<block_fault> in_message(json::value block) {
  return check_blocks({std::move(block)}, surface::message);
}

std::vector<block_fault> in_modal(json::value block) {
  return check_view({{"type", "modal"},
                     {"title", plain(5)},
                     {"submit", plain(4)},
                     {"blocks", json::array{std::move(block)}}});
}

/// Accepts `most`, refuses one more; refuses nothing at all where one is the least.
void check_limit(const std::string& what, std::size_t most,
                 const std::function<std::vector<block_fault>(std::size_t)>& check, std::size_t least = 1) {
  INFO(what);
  CHECK(check(most).empty());
  CHECK_FALSE(check(most + 1).empty());
  CHECK(check(least).empty());
  if (least == 1)
    CHECK_FALSE(check(0).empty());
}

} // namespace

TEST_CASE("block_check accepts each limit of Block Kit and refuses one more", "[sandbox]") {
  check_limit(
      "blocks of a message", 50,
      [](std::size_t n) {
        return check_blocks(many(n, [](std::size_t) { return section(1); }), surface::message);
      },
      0);
  check_limit("blocks of a modal", 100, [](std::size_t n) {
    return check_view({{"type", "modal"}, {"title", plain(1)}, {"blocks", many(n, [](std::size_t) {
                                                                  return section(1);
                                                                })}});
  });
  check_limit("section text", 3000, [](std::size_t n) { return in_message(section(n)); });
  check_limit("section fields", 10, [](std::size_t n) {
    return in_message(
        json::object{{"type", "section"}, {"fields", many(n, [](std::size_t) { return plain(1); })}});
  });
  check_limit("section field", 2000, [](std::size_t n) {
    return in_message(json::object{{"type", "section"}, {"fields", json::array{plain(n)}}});
  });
  check_limit("header", 150, [](std::size_t n) {
    return in_message(json::object{{"type", "header"}, {"text", plain(n)}});
  });
  check_limit("context", 10, [](std::size_t n) {
    return in_message(
        json::object{{"type", "context"}, {"elements", many(n, [](std::size_t) { return plain(1); })}});
  });
  check_limit("actions", 25, [](std::size_t n) { return in_message(actions(n)); });
  check_limit("input label", 2000, [](std::size_t n) {
    json::object block = input({{"type", "plain_text_input"}});
    block["label"] = plain(n);
    return in_modal(block);
  });
  check_limit("button text", 75, [](std::size_t n) {
    return in_message(
        json::object{{"type", "actions"}, {"elements", {{{"type", "button"}, {"text", plain(n)}}}}});
  });
  check_limit("button value", 2000, [](std::size_t n) {
    json::object button{{"type", "button"}, {"text", plain(1)}, {"value", letters(n)}};
    return in_message(json::object{{"type", "actions"}, {"elements", json::array{button}}});
  });
  check_limit("options", 100, [](std::size_t n) {
    return in_modal(input({{"type", "static_select"}, {"options", options(n)}}));
  });
  check_limit("option text", 75, [](std::size_t n) {
    return in_modal(input({{"type", "static_select"}, {"options", json::array{option(n, 5)}}}));
  });
  check_limit("option value", 150, [](std::size_t n) {
    json::object only{{"text", plain(1)}, {"value", letters(n)}};
    return in_modal(input({{"type", "static_select"}, {"options", json::array{only}}}));
  });
  check_limit("checkboxes", 10, [](std::size_t n) {
    return in_modal(input({{"type", "checkboxes"}, {"options", options(n)}}));
  });
  check_limit("placeholder", 150, [](std::size_t n) {
    return in_modal(input({{"type", "plain_text_input"}, {"placeholder", plain(n)}}));
  });
  check_limit("max_length", 3000, [](std::size_t n) {
    return in_modal(input({{"type", "plain_text_input"}, {"max_length", n}}));
  });
  check_limit("max_files", 10, [](std::size_t n) {
    return in_modal(input({{"type", "file_input"}, {"max_files", n}}));
  });
  check_limit("block_id", 255, [](std::size_t n) {
    return in_message(json::object{{"type", "divider"}, {"block_id", letters(n)}});
  });
  auto cells = [](std::size_t n) {
    return many(n, [](std::size_t) { return json::object{{"type", "raw_text"}, {"text", "x"}}; });
  };
  check_limit("table rows", 100, [&](std::size_t n) { return in_message(table(cells(1), n)); });
  check_limit("table cells", 20, [&](std::size_t n) { return in_message(table(cells(n))); });
  for (std::string_view key : {"title", "submit", "close"})
    check_limit(std::string(key), 24, [&](std::size_t n) {
      json::object view{{"type", "modal"}, {"title", plain(1)}, {"blocks", json::array{section(1)}}};
      view[key] = plain(n);
      return check_view(view);
    });
  check_limit(
      "private_metadata", 3000,
      [](std::size_t n) {
        return check_view(
            {{"type", "home"}, {"blocks", json::array{section(1)}}, {"private_metadata", letters(n)}});
      },
      0);
  check_limit(
      "options answer", 100,
      [](std::size_t n) {
        return check_options_answer({{"options", options(n)}});
      },
      0);
}

TEST_CASE("block_check refuses shapes that Slack refuses", "[sandbox]") {
  auto refused = [](std::vector<block_fault> faults, std::string_view pointer) {
    INFO((faults.empty() ? "nothing was refused" : to_string(faults.front())));
    return !faults.empty() && faults.front().pointer == pointer;
  };
  CHECK(refused(in_message("text"), "/blocks/0"));
  CHECK(refused(in_message(json::object{{"type", "sektion"}}), "/blocks/0/type"));
  CHECK(refused(in_message(json::object{{"type", "divider"}, {"texts", 1}}), "/blocks/0"));
  CHECK(refused(in_message(json::object{{"type", "header"}, {"text", {{"type", "mrkdwn"}, {"text", "x"}}}}),
                "/blocks/0/text/type"));
  CHECK(refused(in_message(json::object{{"type", "section"}}), "/blocks/0"));
  CHECK(refused(in_message(json::object{{"type", "section"},
                                        {"text", {{"type", "mrkdwn"}, {"text", "x"}, {"emoji", true}}}}),
                "/blocks/0/text"));
  CHECK(refused(in_message(input({{"type", "button"}, {"text", plain(1)}})), "/blocks/0/element/type"));
  CHECK(refused(in_message(input({{"type", "file_input"}})), "/blocks/0/element/type"));
  CHECK(refused(in_modal(json::object{{"type", "table"}, {"rows", json::array()}}), "/view/blocks/0/type"));
  CHECK(refused(
      in_modal(input({{"type", "static_select"}, {"options", json::array{option(1, 3), option(1, 3)}}})),
      "/view/blocks/0/element/options/1/value"));
  CHECK(
      refused(in_modal(input(
                  {{"type", "static_select"}, {"options", options(2)}, {"initial_option", option(3, 3, 9)}})),
              "/view/blocks/0/element/initial_option"));
  CHECK(refused(in_modal(input({{"type", "external_select"}})), "/view/blocks/0/element"));
  CHECK(refused(check_view({{"type", "modal"},
                            {"title", plain(1)},
                            {"blocks", json::array{input({{"type", "plain_text_input"}})}}}),
                "/view"));
  CHECK(refused(check_view({{"type", "modal"}, {"blocks", json::array{section(1)}}}), "/view"));
  CHECK(refused(check_view({{"blocks", json::array{section(1)}}}), "/view/type"));
  CHECK(refused(check_view({{"type", "home"}, {"title", plain(1)}, {"blocks", json::array()}}), "/view"));
  json::array twins{json::object{{"type", "divider"}, {"block_id", "a"}},
                    json::object{{"type", "divider"}, {"block_id", "a"}}};
  CHECK(refused(check_blocks(twins, surface::message), "/blocks/1/block_id"));
  json::object rich{{"type", "rich_text"},
                    {"elements", json::array{{{"type", "rich_text_section"},
                                              {"elements", json::array{{{"type", "text"}, {"text", ""}}}}}}}};
  CHECK(refused(in_message(rich), "/blocks/0/elements/0/elements/0/text"));
  CHECK(refused(check_options_answer({{"options", json::array()}, {"option_groups", json::array()}}), ""));
}

TEST_CASE("block_check tells the fault as Slack does", "[sandbox]") {
  auto faults = in_message(section(3001));
  REQUIRE(faults.size() == 1);
  CHECK(to_string(faults[0]) ==
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]");
}

TEST_CASE("two tables in a message are one too many", "[sandbox]") {
  json::object one = table(many(1, [](std::size_t) {
    return json::object{{"type", "raw_text"}, {"text", "x"}};
  }));
  json::array blocks;
  blocks.emplace_back(one);
  CHECK(check_blocks(blocks, surface::message).empty());
  blocks.emplace_back(one);
  CHECK_FALSE(check_blocks(blocks, surface::message).empty());
}
