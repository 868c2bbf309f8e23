#include "protocol/slack/signature.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cctype>
#include <string>

using namespace isacbot;
using namespace isacbot::slack;

namespace {

// Computed with `openssl dgst -sha256 -hmac`, and accepted by Slack's own Bolt framework. The key is no hex.
const secret key{"8f742231b10e8888abcd99yyyzzz85a5"};

struct vector {
  std::string timestamp;
  std::string body;
  std::string signature;
};

const vector vectors[] = {
    {"1531420618",
     "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
     "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
     "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%"
     "2F96rGlfmibIGlgcZRskXaIFfN"
     "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
     "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"},
    {"1760000000",
     "team_id=T0ISAC001&team_domain=example-isac&channel_id=C0INTEL01&channel_name=intel&user_id=U0ANALYST"
     "&user_name=analyst&command=%2Ftrustar-search&text=wannacry+%22evil+corp%22+%2B+100%25+%E2%98%A0+%"
     "3Chttp%3A%2F"
     "%2Fevil.example%2Fa%3Fb%3D1%26amp%3Bc%3D2%7Cevil.example%3E&api_app_id=A0TRUSTAR1&is_enterprise_"
     "install=false"
     "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT0ISAC001%2F1%2Fabc&trigger_id=111.222.aaa",
     "v0=89a766b3d203372d81334ea7ab721fe2e5b08854623ab75a091f43b7edd418a8"},
    {"1760000123",
     R"({"token":"z","team_id":"T0ISAC001","api_app_id":"A0TRUSTAR1","type":"event_callback","event_id":"Ev0001",)"
     R"("event_time":1760000123,"event":{"type":"app_mention","user":"U0ANALYST","channel":"C0INTEL01",)"
     R"("ts":"1760000123.000100","text":"<@U0BOT> café ☠ 🚀 a+b%2B &lt;ok&gt; 日本語"}})",
     "v0=3964bd84de1a8f7613383d7301e710e94af7fc8d8a0042ebb9e37682dda94573"}};

sys_time at(const std::string& timestamp, int offset = 0) {
  return sys_time{seconds{std::stoll(timestamp) + offset}};
}

ec code_of(const result<void>& r) {
  REQUIRE(r.has_error());
  return r.error().code;
}

} // namespace

TEST_CASE("the vectors are the documented ones, byte for byte", "[slack][signature]") {
  CHECK(vectors[0].body.size() == 362);
  CHECK(vectors[1].body.size() == 417);
  CHECK(vectors[2].body.size() == 287);
}

TEST_CASE("verify_signature accepts every vector and sign makes it", "[slack][signature]") {
  for (const vector& v : vectors) {
    CHECK(verify_signature(key, v.body, v.timestamp, v.signature, at(v.timestamp)).has_value());
    CHECK(sign(key, v.body, v.timestamp) == v.signature);
  }
}

TEST_CASE("verify_signature refuses each vector with any one byte changed", "[slack][signature]") {
  for (const vector& v : vectors) {
    for (std::size_t i = 0; i < v.body.size(); i += 7) {
      std::string body = v.body;
      body[i] = static_cast<char>(body[i] ^ 0x01);
      CHECK(code_of(verify_signature(key, body, v.timestamp, v.signature, at(v.timestamp))) ==
            ec::bad_signature);
    }
    CHECK(code_of(verify_signature(key, v.body + "\n", v.timestamp, v.signature, at(v.timestamp))) ==
          ec::bad_signature);
    std::string other_second = std::to_string(std::stoll(v.timestamp) + 1);
    CHECK(code_of(verify_signature(key, v.body, other_second, v.signature, at(v.timestamp))) ==
          ec::bad_signature);
    CHECK(code_of(verify_signature(secret{"8f742231b10e8888abcd99yyyzzz85a6"}, v.body, v.timestamp,
                                   v.signature, at(v.timestamp))) == ec::bad_signature);
  }
}

TEST_CASE("verify_signature refuses every malformed signature header", "[slack][signature]") {
  const vector& v = vectors[0];
  std::string upper = v.signature;
  for (std::size_t i = 3; i < upper.size(); ++i)
    upper[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(upper[i])));
  std::string last_changed = v.signature;
  last_changed.back() = last_changed.back() == '0' ? '1' : '0';
  for (const std::string& bad :
       {std::string("V0=") + v.signature.substr(3), std::string("v1=") + v.signature.substr(3),
        std::string("v0="), std::string(), upper, last_changed, v.signature.substr(0, v.signature.size() - 1),
        v.signature + "0", v.signature.substr(3), " " + v.signature, v.signature + " "}) {
    INFO(bad);
    CHECK(code_of(verify_signature(key, v.body, v.timestamp, bad, at(v.timestamp))) == ec::bad_signature);
  }
}

TEST_CASE("verify_signature refuses timestamps that are no plain decimal number", "[slack][signature]") {
  for (std::string bad : {"abc", "-1", "", " 1760000000", "1760000000 ", "+1760000000", "1760000000.0",
                          "0x68E77B80", "1e9", "99999999999999999999", "1760000000\n"}) {
    INFO(bad);
    // Signed with that very text, so that only the form can be the reason.
    CHECK(code_of(verify_signature(key, "body", bad, sign(key, "body", bad), at("1760000000"))) ==
          ec::bad_signature);
  }
}

TEST_CASE("verify_signature accepts five minutes both ways and not a second more", "[slack][signature]") {
  const vector& v = vectors[1];
  for (int offset : {-300, -299, 0, 299, 300})
    CHECK(verify_signature(key, v.body, v.timestamp, v.signature, at(v.timestamp, offset)).has_value());
  for (int offset : {-301, 301, -86'400, 86'400})
    CHECK(code_of(verify_signature(key, v.body, v.timestamp, v.signature, at(v.timestamp, offset))) ==
          ec::stale_request);
  CHECK(verify_signature(key, v.body, v.timestamp, v.signature, at(v.timestamp, 300) + milliseconds{999})
            .has_value());
}

TEST_CASE("verify_signature never accepts anything under an empty key", "[slack][signature]") {
  CHECK(code_of(verify_signature(secret{}, "body", "1760000000", sign(secret{}, "body", "1760000000"),
                                 at("1760000000"))) == ec::bad_signature);
}

TEST_CASE("verify_request wants each header exactly once", "[slack][signature]") {
  const vector& v = vectors[2];
  http::request good;
  good.body = v.body;
  good.headers.add("x-slack-request-timestamp", v.timestamp);
  good.headers.add("X-SLACK-SIGNATURE", v.signature);
  CHECK(verify_request(key, good, at(v.timestamp)).has_value());

  for (std::string name : {"X-Slack-Request-Timestamp", "X-Slack-Signature"}) {
    http::request doubled = good;
    doubled.headers.add(name, std::string(*good.headers.find(name)));
    CHECK(code_of(verify_request(key, doubled, at(v.timestamp))) == ec::bad_signature);

    http::request missing = good;
    http::fields others;
    for (const auto& [key_name, value] : good.headers)
      if (!http::equal_ignoring_case(key_name, name))
        others.add(key_name, value);
    missing.headers = others;
    CHECK(code_of(verify_request(key, missing, at(v.timestamp))) == ec::bad_signature);
  }
}

TEST_CASE("a refusal never tells the expected signature", "[slack][signature]") {
  const vector& v = vectors[0];
  auto refused = verify_signature(key, v.body, v.timestamp, "v0=" + std::string(64, '0'), at(v.timestamp));
  REQUIRE(refused.has_error());
  CHECK(to_string(refused.error()).find(v.signature.substr(3, 16)) == std::string::npos);
}
