/// Scores the labelled texts of tests/data/observables: precision, recall and F1 by file.
#include "observables/observables.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

using namespace isacbot::observables;

namespace {

struct labelled_text {
  std::string text;
  std::set<std::string> wanted; ///< "TYPE value"
};

/// `{{c3 28}}` stands for bytes that no editor would keep.
std::string decode_bytes(const std::string& written) {
  std::string out;
  for (std::size_t p = 0; p < written.size();) {
    const std::size_t open = written.find("{{", p);
    const std::size_t close = open == std::string::npos ? open : written.find("}}", open);
    const std::string inner = close == std::string::npos ? "" : written.substr(open + 2, close - open - 2);
    if (inner.empty() || inner.find_first_not_of("0123456789abcdef ") != std::string::npos) {
      out += written.substr(p, open == std::string::npos ? open : open + 1 - p);
      p = open == std::string::npos ? written.size() : open + 1;
      continue;
    }
    out += written.substr(p, open - p);
    for (std::size_t i = 0; i + 1 < inner.size(); i += 3)
      out += static_cast<char>(std::stoi(inner.substr(i, 2), nullptr, 16));
    p = close + 2;
  }
  return out;
}

/// One case a line: `text ==> TYPE value ;; TYPE value`.
std::vector<labelled_text> read_list(const std::filesystem::path& file) {
  std::vector<labelled_text> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const std::size_t arrow = line.find(" ==>");
    if (arrow == std::string::npos || line.starts_with("# Things"))
      continue;
    labelled_text x{decode_bytes(line.substr(0, arrow)), {}};
    for (std::size_t p = arrow + 4; p < line.size();) {
      const std::size_t end = std::min(line.find(" ;; ", p), line.size());
      const std::size_t begin = line.find_first_not_of(' ', p);
      x.wanted.insert(line.substr(begin, end - begin));
      p = end + 4;
    }
    out.push_back(std::move(x));
  }
  return out;
}

/// Blocks: `# class`, `> line of text`, then `TYPE value` lines.
std::vector<labelled_text> read_blocks(const std::filesystem::path& file) {
  std::vector<labelled_text> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("# "))
      out.emplace_back();
    else if (line.starts_with("> "))
      out.back().text += (out.back().text.empty() ? "" : "\n") + line.substr(2);
    else if (!line.empty())
      out.back().wanted.insert(line);
  }
  return out;
}

struct score {
  std::size_t right = 0;
  std::size_t wrong = 0;
  std::size_t missed = 0;
  std::string report;
};

score score_texts(const std::vector<labelled_text>& texts) {
  score out;
  for (const labelled_text& x : texts) {
    std::set<std::string> found;
    for (const observable& o : extract(x.text))
      found.insert(std::string(to_string(o.kind)) + " " + o.value);
    for (const std::string& value : found)
      x.wanted.contains(value) ? ++out.right
                               : (++out.wrong, out.report += "\n  wrong: " + value + " in: " + x.text, 0U);
    for (const std::string& value : x.wanted)
      if (!found.contains(value)) {
        ++out.missed;
        out.report += "\n  missed: " + value + " in: " + x.text;
      }
  }
  return out;
}

} // namespace

TEST_CASE("the labelled texts are read as labelled", "[observables][corpus]") {
  const std::filesystem::path folder = std::filesystem::path(ISACBOT_TEST_DATA) / "observables";
  std::size_t texts = 0;
  for (const char* name :
       {"forms.txt", "traps.list", "dialects.list", "languages.list", "surroundings.list"}) {
    const std::filesystem::path file = folder / name;
    const auto cases = file.extension() == ".list" ? read_list(file) : read_blocks(file);
    texts += cases.size();
    const score s = score_texts(cases);
    const double f1 =
        2.0 * static_cast<double>(s.right) / static_cast<double>(2 * s.right + s.wrong + s.missed);
    INFO(name << ": " << cases.size() << " texts, F1 " << f1 << s.report);
    CHECK(f1 >= 0.995);
  }
  CHECK(texts >= 500);
}

TEST_CASE("the scorer sees a wrong and a missed value", "[observables][corpus]") {
  const score s = score_texts({{"203.0.113.1 and 203.0.113.2", {"IP 203.0.113.1", "IP 203.0.113.3"}}});
  CHECK(s.right == 1);
  CHECK(s.wrong == 1);
  CHECK(s.missed == 1);
}
