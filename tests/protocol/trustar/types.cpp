#include "protocol/trustar/types.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot::trustar;

TEST_CASE("only the twelve types of API 1.3 can be sent, and domains go as URL", "[trustar]") {
  for (const char* same : {"IP", "CIDR_BLOCK", "URL", "EMAIL_ADDRESS", "MD5", "SHA1", "SHA256", "MALWARE",
                           "SOFTWARE", "REGISTRY_KEY", "CVE", "BITCOIN_ADDRESS"})
    CHECK(wire_type(same) == same);
  CHECK(wire_type("DOMAIN") == "URL");
  for (const char* none :
       {"SHA512", "ASN", "MITRE_ATTACK", "MAC_ADDRESS", "ETHEREUM_ADDRESS", "SSDEEP", "", "ip"})
    CHECK_FALSE(wire_type(none));
}

TEST_CASE("malware names are upper case on the wire, other values stay", "[trustar]") {
  CHECK(wire_value("MALWARE", "WannaCry") == "WANNACRY");
  CHECK(wire_value("SOFTWARE", "Invoice.exe") == "Invoice.exe");
}

TEST_CASE("a bare host of type URL is a domain again", "[trustar]") {
  CHECK(observable_type("URL", "bad.example.net") == "DOMAIN");
  for (const char* url :
       {"http://bad.example.net", "bad.example.net/x", "bad.example.net:8080", "bad.example.net?x=1"})
    CHECK(observable_type("URL", url) == "URL");
  CHECK(observable_type("IP", "203.0.113.9") == "IP");
  CHECK(observable_type("THREAT_ACTOR", "apt0") == "THREAT_ACTOR");
  CHECK(indicator_guid("IP", "203.0.113.9") == "IP|203.0.113.9");
}
