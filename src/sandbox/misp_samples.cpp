#include "sandbox/misp_samples.hpp"

#include "sandbox/misp_builder.hpp"

#include <cstdio>

namespace isacbot::sandbox {

namespace {

constexpr const char* network = "Network activity";
constexpr const char* delivery = "Payload delivery";
constexpr const char* installation = "Payload installation";
constexpr const char* external = "External analysis";
constexpr const char* other = "Other";

std::string filename_hash(const std::string& name, std::size_t digits) {
  return name + "|" + sample_hash(name, digits);
}

std::string make_phishing() {
  misp_event_builder e({.uuid = sample_event::phishing,
                        .info = "Invoice lures against regional hospitals",
                        .date = "2031-03-02",
                        .organisation = "Example Health ISAC"});
  e.tag("tlp:green").tag("osint:source-type=\"automatic-analysis\"");
  e.galaxy("Attack Pattern", "mitre-attack-pattern", "Spearphishing Attachment - T1566.001", "T1566.001");
  e.attribute({"email-src", delivery, "billing@invoices.example.com", true, "sender of most mails"});
  e.attribute({"email-subject", delivery, "Invoice \"4471\", overdue", false});
  e.attribute({"url",
               network,
               "http://invoices.example.com/view/4471.php?id=a&b=c",
               true,
               "",
               {},
               "",
               "2031-02-27T00:00:00.000000+00:00"});
  e.attribute({"domain", network, "invoices.example.com", true, "C2, second stage"});
  e.attribute({"filename|sha256", delivery, filename_hash("Invoice_4471.docm", 64)});
  e.attribute({"md5", delivery, sample_hash("Invoice_4471.docm/md5", 32)});
  e.attribute({"link", external, "https://blog.example.org/invoice-lures", false, "write-up"});
  return e.text();
}

std::string make_ransomware() {
  misp_event_builder e({.uuid = sample_event::ransomware,
                        .info = "Lantern Moth ransomware at a logistics firm",
                        .date = "2031-03-05",
                        .threat_level = 1});
  e.tag("tlp:amber").tag("PAP:GREEN");
  e.galaxy("Ransomware", "ransomware", "Lantern Moth");
  e.galaxy("Attack Pattern", "mitre-attack-pattern", "Data Encrypted for Impact - T1486", "T1486");
  e.object({"file",
            "file",
            "loader",
            {{"filename", delivery, "moth_loader.exe", true, "", {}, "filename"},
             {"sha256", delivery, sample_hash("moth_loader", 64), true, "", {}, "sha256"},
             {"size-in-bytes", other, "48128", false, "", {}, "size-in-bytes"}}});
  e.object({"file",
            "file",
            "encryptor",
            {{"filename", delivery, "lantern.dll", true, "", {}, "filename"},
             {"sha1", delivery, sample_hash("lantern", 40), true, "", {}, "sha1"},
             {"text", other, "packed, Go 1.29", false, "", {}, "text"}},
            "dropped-by"});
  e.attribute({"regkey|value", "Persistence mechanism",
               "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\Lantern|C:\\ProgramData\\moth_"
               "loader.exe|-s"});
  e.attribute({"mutex", "Artifacts dropped", "Global\\lantern-7f3a"});
  e.attribute({"btc", "Financial fraud", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", true, "ransom note"});
  e.attribute({"ip-dst|port", network, "203.0.113.66|8443"});
  e.report("How the loader works", "# Loader\n\nIt talks to @[attribute](" + e.last_uuid() +
                                       ") and drops the encryptor.\n\n* sold as @[tag](tlp:amber)\n");
  return e.text();
}

std::string make_exploited_flaw() {
  misp_event_builder e({.uuid = sample_event::exploited_flaw,
                        .info = "VPN appliances taken over through two flaws",
                        .date = "2031-03-06",
                        .threat_level = 1,
                        .analysis = 1});
  e.tag("tlp:white").tag("estimative-language:likelihood-probability=\"very-likely\"");
  e.attribute({"vulnerability", external, "CVE-2031-20041", false, "authentication bypass"});
  e.attribute({"vulnerability", external, "CVE-2031-20042", false, "command injection"});
  e.attribute({"ip-src", network, "198.51.100.23"});
  e.attribute({"ip-src", network, "2001:db8:77::1f"});
  e.attribute({"uri", network, "/remote/../../cgi-bin/upgrade"});
  e.attribute({"user-agent", network, "Mozilla/5.0 (compatible; scanner)"});
  e.attribute(
      {"snort", network,
       "alert tcp any any -> any 443 (msg:\"upgrade abuse\"; content:\"cgi-bin/upgrade\"; sid:9000041;)"});
  return e.text();
}

std::string make_infrastructure() {
  misp_event_builder e({.uuid = sample_event::infrastructure,
                        .info = "Infrastructure of the group Copper Heron",
                        .date = "2031-03-07"});
  e.tag("TLP:CLEAR").galaxy("Threat Actor", "threat-actor", "Copper Heron");
  e.attribute({"domain|ip", network, "cdn-updates.example.net|192.0.2.44"});
  e.attribute({"domain|ip", network, "cdn6.example.net|2001:db8::4:1"});
  e.attribute({"hostname", network, "mail.cdn-updates.example.net"});
  e.attribute({"hostname|port", network, "relay.example.net|2222"});
  e.attribute({"ip-dst", network, "192.0.2.128/25"});
  e.attribute({"AS", network, "AS64500", false});
  e.attribute({"x509-fingerprint-sha1", network, sample_hash("certificate", 40), true, "not a file"});
  e.attribute({"ja3-fingerprint-md5", network, sample_hash("client hello", 32)});
  e.object({"domain-ip",
            "network",
            "",
            {{"domain", network, "files.example.net", true, "", {}, "domain"},
             {"ip-dst", network, "192.0.2.45", true, "", {}, "ip"}}});
  return e.text();
}

std::string make_long_tags() {
  misp_event_builder e({.uuid = sample_event::long_tags, .info = "Tags of every kind", .date = "2031-03-08"});
  const std::string technique = "misp-galaxy:mitre-attack-pattern=\"Exfiltration Over Unencrypted "
                                "Non-Command-and-Control Protocol by an "
                                "Unusually Patient Operator - ";
  e.tag("tlp:green").tag("TLP:GREEN").tag("admiralty-scale:source-reliability=\"b\"");
  e.tag(technique + "T1048.003\"").tag(technique + "T1048.004\"");
  e.tag("campaign:name=\"Häuser & Söhne, l'été\"").tag("日本").tag("workflow:state=\"complete\"");
  e.tag("our-own-mark", true);
  e.attribute({"domain", network, "patient.example.org", true, "", {"kill-chain:Command and Control"}});
  return e.text();
}

std::string make_japanese() {
  misp_event_builder e({.uuid = sample_event::japanese,
                        .info = "宅配便を装う不審なメール",
                        .date = "2031-03-09",
                        .organisation = "例示 CSIRT"});
  e.tag("tlp:green");
  e.attribute({"email-subject", delivery, "【重要】お荷物のお届けについて", false, "件名"});
  e.attribute({"url", network, "https://parcel.example.com/再配達"});
  e.attribute({"filename", delivery, "お届け状況.zip"});
  e.attribute({"text", other, "“Quoted” – with dashes … and an emoji 📦", false});
  return e.text();
}

std::string make_red() {
  misp_event_builder e(
      {.uuid = sample_event::red, .info = "Ongoing case, do not pass on", .date = "2031-03-10"});
  e.tag("tlp:amber").tag("tlp:red"); // the strictest counts
  e.attribute({"domain", network, "still-watched.example.com"});
  return e.text();
}

std::string make_stricter_rows() {
  misp_event_builder e({.uuid = sample_event::stricter_rows,
                        .info = "Credential theft, some rows restricted",
                        .date = "2031-03-11"});
  e.tag("tlp:green");
  e.attribute({"domain", network, "login-portal.example.net"});
  e.attribute({"domain", network, "hidden-red.example.net", true, "", {"tlp:red"}});
  e.attribute({"ip-dst", network, "203.0.113.99", true, "", {"TLP:AMBER+STRICT"}});
  e.attribute({"ip-dst", network, "203.0.113.98", true, "", {"tlp:amber"}});
  return e.text();
}

std::string make_own_organisation() {
  misp_event_builder e({.uuid = sample_event::own_organisation,
                        .info = "Scan of our own range",
                        .date = "2031-03-12",
                        .threat_level = 4,
                        .analysis = 0,
                        .distribution = 0});
  e.attribute({"ip-src", network, "198.51.100.77", false});
  return e.text();
}

std::string make_report_only() {
  misp_event_builder e({.uuid = sample_event::report_only, .info = "Weekly summary", .date = "2031-03-13"});
  e.tag("tlp:clear");
  e.report(
      "Week 11",
      "Quiet. One wave of lures from hxxp://weekly[.]example[.]com/a and\nCVE-2031-20041 in the wild.\n");
  e.report("Draft that was thrown away", "nothing of this may appear: discarded.example.com", true);
  return e.text();
}

std::string make_spam_list() {
  misp_event_builder e(
      {.uuid = sample_event::spam_list, .info = "Spam senders of the day", .date = "2031-03-14"});
  e.tag("tlp:white");
  for (int i = 0; i < 150; ++i) {
    char name[64];
    (void)std::snprintf(name, sizeof name, "offers-%03d.example.org", i);
    e.attribute({"domain", network, name});
    e.attribute({"email-src", delivery, std::string("news@") + name});
  }
  return e.text();
}

std::string make_rules() {
  misp_event_builder e({.uuid = sample_event::rules,
                        .info = "Rules for Lantern Moth\r\n(second edition)",
                        .date = "2031-03-15"});
  e.tag("tlp:green");
  e.attribute(
      {"yara", installation,
       "rule lantern_moth {\r\n\tstrings:\r\n\t\t$a = \"lantern-7f3a\"\r\n\tcondition:\r\n\t\t$a\r\n}\r\n"});
  e.attribute({"pattern-in-file", installation,
               std::string("odd\x01"
                           "bytes\x00here",
                           14),
               false, "control characters"});
  e.attribute({"comment", other, "line one\nline two\n\nline four", false});
  e.attribute({"sigma", installation,
               "title: Lantern\ndetection:\n  selection:\n    Image|endswith: '\\lantern.exe'"});
  return e.text();
}

std::string make_internal_details() {
  misp_event_builder e(
      {.uuid = sample_event::internal_details, .info = "Row details stay at home", .date = "2031-03-16"});
  e.tag("tlp:green").tag("internal:ticket=\"4711\"", true);
  e.member("event_creator_email", "analyst@intern.example.com");
  json::array related;
  related.emplace_back(
      json::object{{"Event", json::object{{"id", "99"}, {"info", "Title of somebody else"}}}});
  e.member("RelatedEvent", std::move(related));
  json::array proposals;
  proposals.emplace_back(json::object{{"type", "domain"}, {"value", "proposed.example.com"}});
  e.member("ShadowAttribute", std::move(proposals));
  e.attribute({"domain", network, "kept.example.com"});
  e.attribute({"domain", network, "removed.example.com", true, "", {}, "", "", true});
  return e.text();
}

std::string make_victims() {
  misp_event_builder e(
      {.uuid = sample_event::victims, .info = "Calls in the name of the service desk", .date = "2031-03-17"});
  e.tag("tlp:amber");
  e.attribute({"target-email", "Targeting data", "j.doe@victim.example.com", false});
  e.attribute({"target-org", "Targeting data", "Example Logistics", false});
  e.attribute({"phone-number", "Person", "+44 1632 960001", false});
  e.attribute({"domain", network, "servicedesk.example.net"});
  e.object({"person",
            "misc",
            "",
            {{"first-name", "Person", "Jane", false, "", {}, "first-name"},
             {"last-name", "Person", "Doe", false, "", {}, "last-name"}}});
  return e.text();
}

} // namespace

std::vector<std::string> make_sample_events() {
  return {make_phishing(),
          make_ransomware(),
          make_exploited_flaw(),
          make_infrastructure(),
          make_long_tags(),
          make_japanese(),
          make_red(),
          make_stricter_rows(),
          make_own_organisation(),
          make_report_only(),
          make_spam_list(),
          make_rules(),
          make_internal_details(),
          make_victims()};
}

void add_sample_events(misp_server& server, seconds apart) {
  const std::vector<std::string> events = make_sample_events();
  std::int64_t time = server.now() - static_cast<std::int64_t>(events.size() - 1) * apart.count();
  for (const std::string& text : events) {
    auto uuid = server.add_event(text, misp_server::publish::yes);
    if (uuid)
      server.patch(*uuid, [&](json::object& body) { body["publish_timestamp"] = time; });
    time += apart.count();
  }
}

} // namespace isacbot::sandbox
