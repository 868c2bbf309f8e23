/// Independent labels: the typed attributes of real MISP events, written as people write them.
#include "observables/observables.hpp"

#include <boost/json/src.hpp> // the only user of JSON in this program: compiled here
#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace isacbot::observables;

namespace {

using labelled = std::pair<type, std::string>;

/// MISP's types that say what a value is and how it is spelled.
std::optional<type> map_type(const std::string& name) {
  static const std::map<std::string, type> types = {{"domain", type::domain},
                                                    {"hostname", type::domain},
                                                    {"ip-dst", type::ip},
                                                    {"ip-src", type::ip},
                                                    {"md5", type::md5},
                                                    {"sha1", type::sha1},
                                                    {"sha256", type::sha256},
                                                    {"sha512", type::sha512},
                                                    {"url", type::url},
                                                    {"link", type::url},
                                                    {"email-src", type::email_address},
                                                    {"email-dst", type::email_address},
                                                    {"vulnerability", type::cve}};
  const auto found = types.find(name);
  return found == types.end() ? std::nullopt : std::optional(found->second);
}

/// Attributes that fit their own type; the events also hold host names labelled as URLs and names without a
/// top-level domain, which no text could show.
bool is_sound(type kind, const std::string& value) {
  if (kind == type::url)
    return value.find("://") != std::string::npos;
  if (kind == type::domain)
    return value.find('.') != std::string::npos && !value.ends_with(".te");
  return !value.empty();
}

void collect(const boost::json::value& node, std::set<labelled>& out) {
  if (const boost::json::array* list = node.if_array())
    for (const boost::json::value& item : *list)
      collect(item, out);
  const boost::json::object* object = node.if_object();
  if (object == nullptr)
    return;
  const boost::json::value* name = object->if_contains("type");
  const boost::json::value* value = object->if_contains("value");
  if (name != nullptr && value != nullptr && name->is_string() && value->is_string()) {
    const std::string text(value->as_string());
    const std::optional<type> kind = map_type(std::string(name->as_string()));
    if (kind && text.find(' ') == std::string::npos && is_sound(*kind, text))
      out.emplace(*kind, text);
  }
  for (const auto& member : *object)
    collect(member.value(), out);
}

std::set<labelled> read_events(const std::filesystem::path& folder) {
  std::set<labelled> out;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(file.path());
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    boost::json::error_code failed;
    const boost::json::value event = boost::json::parse(text, failed);
    if (!failed)
      collect(event, out);
  }
  return out;
}

std::string write(type kind, const std::string& value, const char* dot, bool scheme) {
  std::string out;
  if (kind != type::ip && kind != type::domain && kind != type::url && kind != type::email_address)
    return value;
  std::size_t begin = 0;
  std::size_t end = value.size();
  if (kind == type::url) {
    begin = value.find("://") + 3;
    end = std::min(value.find('/', begin), value.size());
    out = scheme ? "hxxp" + value.substr(4, begin - 4) : value.substr(0, begin);
  }
  for (std::size_t i = begin; i < end; ++i)
    value[i] == '.' ? out += dot : out += value[i];
  return out + value.substr(end);
}

/// The value as it is stored, by the rules of the reference: hosts and hashes in lower case, no lone slash.
std::string normal(type kind, const std::string& value) {
  std::string out = value;
  std::size_t end = value.size();
  if (kind == type::url)
    end = std::min(value.find('/', value.find("://") + 3), value.size());
  for (std::size_t i = 0; i < end && kind != type::cve; ++i)
    if (out[i] >= 'A' && out[i] <= 'Z')
      out[i] = static_cast<char>(out[i] | 0x20);
  if (kind == type::url && end + 1 == out.size())
    out.pop_back();
  return out;
}

} // namespace

TEST_CASE("attributes of real events are found in prose and lists", "[observables][shared]") {
  const std::filesystem::path folder = std::filesystem::path(ISACBOT_SHARED) / "data" / "misp-events";
  if (!std::filesystem::exists(folder))
    SKIP("no events beside the project");
  const std::set<labelled> wanted = read_events(folder);
  REQUIRE(wanted.size() > 500);
  for (const char* dot : {".", "[.]", "(.)", "[dot]", "{.}", "\\.", "[.", " [.] "})
    for (const char* pattern : {"%\n", "The sample contacted %, as seen. ", "(see %) ", "| `%` | high |\n",
                                "%,2031-01-02,high\n", "\"%\"; "}) {
      std::string text;
      for (const auto& [kind, value] : wanted) {
        std::string line = pattern;
        line.replace(line.find('%'), 1, write(kind, value, dot, *dot != '.' || dot[1] != '\0'));
        text += line;
      }
      std::set<labelled> found;
      for (const observable& x : extract(text))
        found.emplace(x.kind, x.value);
      std::size_t right = 0;
      std::string missed;
      for (const auto& [kind, value] : wanted)
        found.contains({kind, normal(kind, value)}) ? ++right : (missed += "\n  " + value, right);
      INFO("written as " << dot << " in " << pattern << missed);
      CHECK(static_cast<double>(right) / static_cast<double>(wanted.size()) >= 0.998);
    }
}
