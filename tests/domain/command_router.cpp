#include "domain/command_router.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

template <class T>
T routed(std::string_view name, std::string_view text) {
  const command c = route_command(name, text);
  REQUIRE(std::holds_alternative<T>(c));
  return std::get<T>(c);
}

search_term term(std::string_view typed) {
  return parse_search_term(typed).value();
}

} // namespace

TEST_CASE("/trustar gives help, and says what it did not understand", "[domain]") {
  CHECK(routed<help_command>("/trustar", "").not_understood.empty());
  CHECK(routed<help_command>("/trustar", " help ").not_understood.empty());
  CHECK(routed<help_command>("/TRUSTAR", "HELP").not_understood.empty());
  CHECK(routed<help_command>("/trustar", "make coffee").not_understood == "make coffee");
  CHECK(routed<help_command>("/other", "x").not_understood == "/other");
  CHECK(routed<help_command>("/trustar", std::string(5'000, 'x')).not_understood.size() <= 200);
}

TEST_CASE("/trustar status takes an id, or means the latest", "[domain]") {
  CHECK(routed<status_command>("/trustar", "status abc-123").submission.value == "abc-123");
  CHECK(routed<status_command>("/trustar", "Status").submission.empty());
  CHECK(routed<help_command>("/trustar", "status ../etc").not_understood == "status ../etc");
  CHECK(routed<help_command>("/trustar", "status " + std::string(65, 'a')).not_understood.size() == 72);
}

TEST_CASE("the other commands are understood as words of /trustar", "[domain]") {
  CHECK(routed<search_command>("/trustar", "search 8[.]8[.]4[.]4").term.text == "8.8.4.4");
  (void)routed<register_command>("/trustar", "register");
  (void)routed<unregister_command>("/trustar", "register remove");
  (void)routed<submit_report_command>("/trustar", "submit-report");
  CHECK(routed<submit_indicators_command>("/trustar", "submit-indicators 8.8.4.4").typed == "8.8.4.4");
}

TEST_CASE("registering opens the dialog, removes, or refuses a typed key without keeping it", "[domain]") {
  (void)routed<register_command>("/trustar-register", "  ");
  (void)routed<unregister_command>("/trustar-register", " Remove ");
  (void)routed<help_command>("/trustar-register", "help");
  (void)routed<key_typed_command>("/trustar-register", "0f8fad5b-d9cb-469f-a165-70867728950e");
  (void)routed<key_typed_command>("/trustar-register", "remove my key");
  (void)routed<key_typed_command>("/trustar", "register key secret");
}

TEST_CASE("submitting opens its dialog with what was typed already", "[domain]") {
  CHECK(routed<submit_indicators_command>("/trustar-submit-indicators", "").typed.empty());
  CHECK(
      routed<submit_indicators_command>("/trustar-submit-indicators", "<http://evil-site.com|evil-site.com>")
          .typed == "evil-site.com");
  (void)routed<submit_report_command>("/trustar-submit-report", "anything");
}

TEST_CASE("a term is an observable in its normal form, however it was typed", "[domain]") {
  using observables::type;
  CHECK(term("8[.]8[.]4[.]4") == search_term{"8.8.4.4", type::ip});
  CHECK(term("  hxxp://EVIL-site[.]com/Path ") == search_term{"http://evil-site.com/Path", type::url});
  CHECK(term("<http://evil-site.com|evil-site.com>") == search_term{"evil-site.com", type::domain});
  CHECK(term("\"evil-site.com\"") == search_term{"evil-site.com", type::domain});
  CHECK(term("`44D88612FEA8A8F36DE82E1278ABB02F`") ==
        search_term{"44d88612fea8a8f36de82e1278abb02f", type::md5});
  CHECK(term("cve-2031-4455") == search_term{"CVE-2031-4455", type::cve});
}

TEST_CASE("other terms are words with single blanks, kept as typed", "[domain]") {
  CHECK(term("  fast \t flux\n botnet ") == search_term{"fast flux botnet", std::nullopt});
  CHECK(term("\xe2\x80\x9c"
             "fast flux\xe2\x80\x9d") == search_term{"fast flux", std::nullopt}); // curly quotes
  CHECK(term("AT&amp;T outage").text == "AT&T outage");
}

TEST_CASE("a search without a usable term says what to do", "[domain]") {
  for (const char* typed : {"", "  ", "ab", "\"\"", "\xc3\xa4\xc3\xb6"}) {
    INFO(typed);
    const error fault = routed<bad_search_command>("/trustar-search", typed).fault;
    CHECK(fault.code == ec::invalid_argument);
    CHECK_FALSE(fault.mend.empty());
  }
  CHECK(routed<bad_search_command>("/trustar-search", std::string(3'000, 'x')).fault.code == ec::too_large);
  CHECK(term("\xc3\xa4\xc3\xb6\xc3\xbc").text == "\xc3\xa4\xc3\xb6\xc3\xbc"); // three characters, six bytes
}

TEST_CASE("a submission is cancelled by its id, and by nothing else", "[domain]") {
  CHECK(routed<cancel_command>("/trustar", "cancel 01HX-ab_1").submission.value == "01HX-ab_1");
  CHECK(routed<cancel_command>("/trustar", "  CANCEL\t01HX ").submission.value == "01HX");
  CHECK(routed<help_command>("/trustar", "cancel").not_understood == "cancel");
  CHECK(routed<help_command>("/trustar", "cancel <b> everything").not_understood.starts_with("cancel"));
  CHECK(routed<help_command>("/trustar", "cancel " + std::string(65, 'x'))
            .not_understood.starts_with("cancel"));
}
