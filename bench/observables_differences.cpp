// rooms: observables core
/// Where extraction and the Hyperscan patterns (data/observables.patterns) disagree on a text, by class:
///   only theirs   a match that ends in nothing we report
///   other kind    a match that ends in a value of a kind its pattern is not for
///   only ours     a value no match ends in
/// Prints each class with its number of distinct values and the first of them.
///
///   observables_differences [--show N] FILE...
#include "observables/observables.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <hs/hs.h>

namespace {

using namespace isacbot::observables;

struct pattern_class {
  const char* name;
  type_set kinds;
};

/// In the order of the file.
const std::array<pattern_class, 16> classes = {{
    {"IPv4", {type::ip, type::cidr_block, type::url, type::email_address}},
    {"IPv6", {type::ip, type::cidr_block, type::url, type::mac_address}},
    {"URL", {type::url}},
    {"host", {type::domain, type::url, type::email_address}},
    {"e-mail", {type::email_address, type::url}},
    {"MD5", {type::md5, type::url, type::software}},
    {"SHA1", {type::sha1, type::url, type::software}},
    {"SHA256", {type::sha256, type::url, type::software}},
    {"SHA512", {type::sha512, type::url, type::software}},
    {"registry key", {type::registry_key}},
    {"CVE", {type::cve, type::url}},
    {"Bitcoin address", {type::bitcoin_address, type::url}},
    {"file name", {type::software, type::url, type::registry_key}},
    {"malware", {type::malware, type::url, type::domain, type::software}},
    {"ASN, ATT&CK", {type::asn, type::mitre_attack, type::url}},
    {"MAC, Ethereum, ssdeep", {type::mac_address, type::ethereum_address, type::ssdeep}},
}};

struct match {
  unsigned pattern;
  std::size_t end;
};

/// Where a value of ours stands in the text.
struct place {
  std::size_t begin;
  std::size_t end;
  const observable* what;
};

std::vector<match> scan(const std::filesystem::path& file, const std::string& text) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#')
      lines.push_back(line);
  std::vector<const char*> patterns;
  std::vector<unsigned> flags(lines.size(), HS_FLAG_CASELESS);
  std::vector<unsigned> ids;
  for (const std::string& line : lines) {
    ids.push_back(static_cast<unsigned>(patterns.size()));
    patterns.push_back(line.c_str());
  }
  hs_database_t* database = nullptr;
  hs_scratch_t* scratch = nullptr;
  hs_compile_error_t* failed = nullptr;
  std::vector<match> out;
  if (lines.size() != classes.size() ||
      hs_compile_multi(patterns.data(), flags.data(), ids.data(), static_cast<unsigned>(patterns.size()),
                       HS_MODE_BLOCK, nullptr, &database, &failed) != HS_SUCCESS ||
      hs_alloc_scratch(database, &scratch) != HS_SUCCESS) {
    std::fprintf(stderr, "the patterns do not compile\n");
    std::exit(1);
  }
  auto keep = [](unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
    static_cast<std::vector<match>*>(context)->push_back({id, static_cast<std::size_t>(to)});
    return 0;
  };
  hs_scan(database, text.data(), static_cast<unsigned>(text.size()), 0, scratch, keep, &out);
  hs_free_scratch(scratch);
  hs_free_database(database);
  return out;
}

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c < 0;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// Every place of every value: the extractor tells the first one; its spellings are looked for, in any case.
std::vector<place> find_places(const std::string& text, const std::vector<observable>& found) {
  const std::string folded = lower(text);
  std::vector<place> out;
  for (const observable& x : found) {
    out.push_back({x.offset, x.offset + x.raw.size(), &x});
    for (const std::string& spelling : {lower(x.raw), lower(x.value)})
      for (std::size_t at = 0; x.count > 1 && (at = folded.find(spelling, at)) != std::string::npos; ++at) {
        const std::size_t end = at + spelling.size();
        if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end])))
          out.push_back({at, end, &x});
      }
  }
  std::sort(out.begin(), out.end(), [](const place& a, const place& b) { return a.begin < b.begin; });
  return out;
}

/// What stands around the end of a match, up to spaces and quotes.
std::string around(const std::string& text, std::size_t end) {
  auto edge = [](char c) { return std::strchr(" \t\r\n\"<>", c) != nullptr; };
  std::size_t begin = end;
  while (begin > 0 && end - begin < 60 && !edge(text[begin - 1]))
    --begin;
  while (end < text.size() && end - begin < 100 && !edge(text[end]))
    ++end;
  return text.substr(begin, end - begin);
}

using report = std::map<std::string, std::set<std::string>>;

void show(const char* title, const report& lines, std::size_t limit) {
  std::printf("%s\n", title);
  for (const auto& [name, values] : lines) {
    std::printf("  %s: %zu\n", name.c_str(), values.size());
    std::size_t shown = 0;
    for (const std::string& value : values)
      if (shown++ < limit)
        std::printf("    %s\n", value.c_str());
  }
}

void compare(const std::filesystem::path& patterns, const std::string& text, std::size_t limit) {
  options opts;
  opts.noise_hashes = true;
  const std::vector<observable> found = extract(text, opts);
  const std::vector<place> places = find_places(text, found);
  report theirs;
  report other;
  std::set<const observable*> matched;
  std::size_t matches = 0;
  for (const match& m : scan(patterns, text)) {
    ++matches;
    const pattern_class& wanted = classes[m.pattern];
    const observable* inside = nullptr;
    bool agreed = false;
    // Values are short but for a few URLs: begin looking well before.
    auto at = std::upper_bound(places.begin(), places.end(), m.end,
                               [](std::size_t end, const place& p) { return end < p.begin; });
    for (; at != places.begin() && m.end - std::prev(at)->begin < 4096; --at) {
      const place& p = *std::prev(at);
      if (p.begin >= m.end || m.end > p.end + 1) // a match may take one character more than the value
        continue;
      matched.insert(p.what);
      inside = p.what;
      agreed |= wanted.kinds.contains(p.what->kind);
    }
    if (agreed)
      continue;
    if (inside == nullptr)
      theirs[wanted.name].insert(around(text, m.end));
    else
      other[std::string(wanted.name) + " in " + std::string(to_string(inside->kind))].insert(inside->value);
  }
  report ours;
  for (const observable& x : found)
    if (!matched.contains(&x))
      ours[std::string(to_string(x.kind))].insert(x.raw == x.value ? x.value : x.value + "  <-  " + x.raw);
  std::printf("%zu bytes, %zu values, %zu matches\n", text.size(), found.size(), matches);
  show("only theirs", theirs, limit);
  show("other kind", other, limit);
  show("only ours", ours, limit);
}

} // namespace

int main(int argc, char** argv) {
  const std::filesystem::path patterns =
      std::filesystem::path(__FILE__).parent_path() / "data" / "observables.patterns";
  std::size_t limit = 10;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--show") == 0 && i + 1 < argc) {
      limit = std::stoul(argv[++i]);
      continue;
    }
    std::ifstream in(argv[i], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    std::printf("\n%s: ", argv[i]);
    compare(patterns, text, limit);
  }
  return 0;
}
