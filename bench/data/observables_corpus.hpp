/// Generates the corpus of the extraction benchmark: four classes of text as people and machines write them.
/// Every value is made up from a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace isacbot::bench {

class corpus_writer {
 public:
  explicit corpus_writer(std::uint64_t seed) : engine_(seed) {}

  /// Prose with a value every few lines, about half of them defanged, and a table now and then.
  std::string reports(std::size_t size) {
    std::string out;
    while (out.size() < size) {
      sentence(out);
      if (pick(4) == 0)
        out += "\n\n";
      if (pick(40) == 0)
        for (std::size_t i = 0; i < 12; ++i)
          out.append("| ").append(hex(pick(2) == 0 ? 32 : 64)).append(" | ").append(file()).append(" |\n");
    }
    return out;
  }

  /// One value a line, as feeds have them; a third with further columns.
  std::string lists(std::size_t size) {
    std::string out;
    while (out.size() < size) {
      out += value();
      if (pick(3) == 0)
        out.append(",")
            .append(std::to_string(2020 + pick(12)))
            .append("-01-0")
            .append(std::to_string(1 + pick(9)))
            .append(",high");
      out += '\n';
    }
    return out;
  }

  std::string misp(std::size_t size) {
    std::string out = R"({"response":[{"Event":{"id":"1","info":"Made up","Attribute":[)";
    while (out.size() < size) {
      const char* kinds[] = {"domain", "ip-dst", "url", "sha256", "md5", "filename", "hostname", "email-src"};
      const std::size_t kind = pick(8);
      out.append(R"({"id":")")
          .append(std::to_string(pick(1000000)))
          .append(R"(","type":")")
          .append(kinds[kind]);
      out.append(R"(","category":"Network activity","to_ids":true,"uuid":")").append(uuid());
      out.append(R"(","event_id":"782","distribution":"5","timestamp":")")
          .append(std::to_string(1600000000 + pick(90000000)));
      out.append(R"(","comment":")");
      if (pick(4) == 0)
        words(out, 8);
      out.append(
          R"(","sharing_group_id":"0","deleted":false,"disable_correlation":false,"object_id":"0","value":")");
      out.append(plain(kind)).append("\"},");
    }
    out.back() = ']';
    return out + "}}]}";
  }

  std::string stix(std::size_t size) {
    std::string out = R"({"type":"bundle","id":"bundle--)" + uuid() + R"(","objects":[)";
    while (out.size() < size) {
      const char* paths[] = {"domain-name:value",     "ipv4-addr:value", "url:value",
                             "file:hashes.'SHA-256'", "file:hashes.MD5", "file:name",
                             "domain-name:value",     "email-addr:value"};
      const std::size_t kind = pick(8);
      out.append(R"({"type":"indicator","spec_version":"2.1","id":"indicator--)").append(uuid());
      out.append(R"(","created":"2031-03-04T05:06:07.000Z","modified":"2031-03-04T05:06:07.000Z","name":")");
      words(out, 4);
      out.append(R"(","description":")");
      words(out, 12);
      out.append(R"(","indicator_types":["malicious-activity"],"pattern":"[)")
          .append(paths[kind])
          .append(" = '")
          .append(plain(kind));
      out.append(R"(']","pattern_type":"stix","valid_from":"2031-03-04T05:06:07Z"},)");
    }
    out.back() = ']';
    return out + "}";
  }

  /// A value of any type, sometimes defanged.
  std::string value() {
    switch (pick(12)) {
    case 0:
    case 1:
      return dots(plain(1));
    case 2:
    case 3:
    case 4:
      return dots(plain(0));
    case 5:
    case 6: {
      std::string url = plain(2);
      return pick(2) == 0 ? url : "hxxp" + dots(url.substr(4), true);
    }
    case 7:
      return plain(3);
    case 8:
      return plain(4);
    case 9:
      return hex(40);
    case 10:
      return "CVE-20" + std::to_string(10 + pick(20)) + "-" + std::to_string(1000 + pick(90000));
    default:
      return plain(7);
    }
  }

 private:
  std::size_t pick(std::size_t n) { return engine_() % n; }

  std::string hex(std::size_t n) {
    std::string out(n, '0');
    for (char& c : out)
      c = "0123456789abcdef"[pick(16)];
    return out;
  }
  std::string uuid() { return hex(8) + "-" + hex(4) + "-4" + hex(3) + "-a" + hex(3) + "-" + hex(12); }
  std::string label() {
    std::string out;
    for (std::size_t i = 4 + pick(9); i > 0; --i)
      out += "abcdefghijklmnoprstuvwy"[pick(23)];
    return out;
  }
  std::string host() {
    static constexpr const char* tails[] = {"com", "net", "org",   "ru", "info",
                                            "xyz", "top", "co.uk", "de", "cn"};
    std::string out = pick(3) == 0 ? label() + "." : std::string();
    return out + label() + "." + tails[pick(10)];
  }
  std::string address() {
    return std::to_string(11 + pick(200)) + "." + std::to_string(pick(256)) + "." +
           std::to_string(pick(256)) + "." + std::to_string(1 + pick(254));
  }
  std::string file() {
    static constexpr const char* tails[] = {".exe", ".dll", ".docx", ".js", ".ps1", ".tmp"};
    return label() + tails[pick(6)];
  }
  std::string plain(std::size_t kind) {
    switch (kind) {
    case 1:
      return address();
    case 2:
      return (pick(2) == 0 ? "http://" : "https://") + (pick(4) == 0 ? address() : host()) + "/" + label() +
             "/" + label() + (pick(2) == 0 ? ".php?id=" + hex(6) : "");
    case 3:
      return hex(64);
    case 4:
      return hex(32);
    case 5:
      return file();
    case 7:
      return label() + "." + label() + "@" + host();
    default:
      return host();
    }
  }
  std::string dots(const std::string& text, bool always = false) {
    if (!always && pick(2) == 0)
      return text;
    std::string out;
    for (char c : text.substr(0, text.find('/', 3)))
      c == '.' ? out.append("[.]") : out.append(1, c);
    return text.find('/', 3) == std::string::npos ? out : out + text.substr(text.find('/', 3));
  }
  void words(std::string& out, std::size_t n) {
    static constexpr std::string_view stock[] = {
        "the",       "actor",       "sample",      "uses",       "a",        "loader",
        "which",     "contacts",    "its",         "command",    "and",      "control",
        "server",    "over",        "after",       "it",         "was",      "observed",
        "in",        "campaign",    "against",     "energy",     "sector",   "organisations",
        "during",    "several",     "weeks",       "we",         "assess",   "with",
        "moderate",  "confidence",  "that",        "this",       "activity", "is",
        "related",   "to",          "earlier",     "intrusions", "where",    "attackers",
        "gained",    "access",      "through",     "phishing",   "messages", "containing",
        "malicious", "attachments", "persistence", "scheduled",  "tasks",    "credentials",
        "were",      "stolen",      "from",        "browser",    "stores",   "then",
        "moved",     "laterally",   "using",       "remote",     "services", "before",
        "data",      "encrypted",   "victims",     "received",   "ransom",   "note",
        "analysis",  "of",          "network",     "traffic",    "shows",    "beacon",
        "every",     "minutes",     "for",         "defenders",  "should",   "block",
        "these",     "indicators",  "review",      "logs",       "Emotet",   "Windows",
        "Microsoft", "PowerShell",  "payload",     "memory",     "process"};
    for (std::size_t i = 0; i < n; ++i)
      out.append(i == 0 ? "" : " ").append(stock[pick(std::size(stock))]);
  }
  void sentence(std::string& out) {
    words(out, 6 + pick(10));
    if (pick(2) == 0) {
      out += ' ';
      out += pick(6) == 0 ? file() : value();
      out += ' ';
      words(out, 3);
    }
    out += ". ";
  }

  std::mt19937_64 engine_;
};

} // namespace isacbot::bench
