// rooms: observables core
/// Extraction beside its baselines, on one thread, in one run:
///   Hyperscan  sixteen combined patterns (data/observables.patterns), block mode, end offsets only
///   npm        ioc-extractor 7, when its folder is given
/// and what must not happen: an input that costs more than its length, memory that grows with the text.
///
///   observables [--size MB] [--ioc-extractor NODE_MODULES] [--write FOLDER] [--only CLASS | --only growth]
#include "data/observables_corpus.hpp"

#include "observables/observables.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hs/hs.h>
#include <malloc.h>

namespace {

using isacbot::observables::scanner;

/// Processor time: other users of the machine don't count.
double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// Best of some runs, in MB/s.
double rate(std::size_t bytes, int runs, const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < runs; ++i) {
    const double begin = cpu_seconds();
    work();
    best = std::min(best, cpu_seconds() - begin);
  }
  return static_cast<double>(bytes) / 1e6 / best;
}

std::size_t extract_all(std::string_view text) {
  scanner s;
  s.feed(text);
  s.finish();
  return s.size();
}

class hyperscan {
 public:
  explicit hyperscan(const std::filesystem::path& file) {
    std::vector<std::string> lines;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
      if (!line.empty() && line[0] != '#')
        lines.push_back(line);
    std::vector<const char*> patterns;
    std::vector<unsigned> flags;
    std::vector<unsigned> ids;
    for (const std::string& line : lines) {
      ids.push_back(static_cast<unsigned>(patterns.size()));
      patterns.push_back(line.c_str());
      flags.push_back(HS_FLAG_CASELESS);
    }
    hs_compile_error_t* failed = nullptr;
    if (hs_compile_multi(patterns.data(), flags.data(), ids.data(), static_cast<unsigned>(patterns.size()),
                         HS_MODE_BLOCK, nullptr, &database_, &failed) != HS_SUCCESS) {
      std::fprintf(stderr, "pattern %d: %s\n", failed->expression, failed->message);
      std::exit(1);
    }
    hs_alloc_scratch(database_, &scratch_);
    count_ = patterns.size();
  }
  hyperscan(const hyperscan&) = delete;
  hyperscan& operator=(const hyperscan&) = delete;
  ~hyperscan() {
    hs_free_scratch(scratch_);
    hs_free_database(database_);
  }
  std::size_t scan(const std::string& text) {
    std::size_t matches = 0;
    auto count = [](unsigned, unsigned long long, unsigned long long, unsigned, void* context) {
      ++*static_cast<std::size_t*>(context);
      return 0;
    };
    hs_scan(database_, text.data(), static_cast<unsigned>(text.size()), 0, scratch_, count, &matches);
    return matches;
  }
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  hs_database_t* database_ = nullptr;
  hs_scratch_t* scratch_ = nullptr;
  std::size_t count_ = 0;
};

struct text_class {
  const char* name;
  std::string text;
};

/// MB/s of ioc-extractor on a text, from the script beside this file; 0 when it could not run.
double run_ioc_extractor(const std::filesystem::path& script, const std::string& modules,
                         const std::string& file) {
  const std::string command = "node '" + script.string() + "' '" + modules + "' '" + file + "'";
  FILE* out = popen(command.c_str(), "r");
  double speed = 0;
  if (out == nullptr || std::fscanf(out, "%lf", &speed) != 1)
    speed = 0;
  if (out != nullptr)
    pclose(out);
  return speed;
}

std::string repeat(std::string_view piece, std::size_t size) {
  std::string out;
  out.reserve(size + piece.size());
  while (out.size() < size)
    out += piece;
  return out;
}

void show_growth() {
  std::printf("\n10 MB against 1 MB of the same (12 is the limit), against 1 MB from memory, and MB/s\n");
  std::mt19937_64 engine(5);
  std::string base64(10'000'000, 'A');
  for (char& c : base64)
    c = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[engine() % 64];
  const std::pair<const char*, std::string> classes[] = {
      {"dots", "."},
      {"a.", "a."},
      {"at-signs", "@"},
      {"a@", "a@"},
      {"brackets", "["},
      {"closers", "]"},
      {"hex", "0123456789abcdef"},
      {"colons", ":"},
      {"a:", "a:"},
      {"nested defangs", "[[.]]"},
      {"x[.]", "x[.]"},
      {"hxxp", "hxxp://"},
      {"http://a", "http://a.com/("},
      {"closing )", "http://a.com/)))))"},
      {"hives", "HKLM\\"},
      {"hive names", "HKLM\\a b "},
      {"angles", "<http"},
      {"entities", "&amp"},
      {"escapes", "\\u0041"},
      {"backslashes", "\\"},
      {"json", "{\"a\":"},
      {"open json", "{[\"\\\""},
      {"spaced dots", "a . "},
      {"spaced marks", "a [.] "},
      {"digits.", "1.2.3.4."},
      {"slashes", "1.2.3.4/"},
      {"dashes", "-"},
      {"utf-8", "\xD0\xB6"},
      {"broken", "\xFF"},
      {"cve", "CVE-"},
      {"at words", "a at b "},
      {"commas", "http://a.com/a,"},
      {"labels", "Win32/"},
      {"ssdeep", "3:aaaaaaa:"},
  };
  double worst = 0;
  double worst_cold = 0;
  auto show = [&](const char* name, const std::string& large) {
    // In turns, so that both see the same neighbours on the machine; of each the best run. The same 1 MB over
    // and over stays in the cache; the ten pieces of the large text come from memory as it does.
    double slow = 1e9;
    double quick = 1e9;
    double pieces = 1e9;
    const std::string small = large.substr(0, 1'000'000);
    for (int i = 0; i < 7; ++i) {
      slow = std::min(slow, 10.0 / rate(large.size(), 1, [&] { extract_all(large); }));
      quick = std::min(quick, 1.0 / rate(small.size(), 3, [&] { extract_all(small); }));
      pieces = std::min(pieces, 10.0 / rate(10'000'000, 1, [&] {
                                  for (std::size_t at = 0; at < 10; ++at)
                                    extract_all(std::string_view(large).substr(at * 1'000'000, 1'000'000));
                                }));
    }
    worst = std::max(worst, slow / quick);
    worst_cold = std::max(worst_cold, 10 * slow / pieces);
    std::printf("  %-16s %6.1f  %6.1f  %8.1f MB/s\n", name, slow / quick, 10 * slow / pieces, 10.0 / slow);
  };
  for (const auto& [name, piece] : classes)
    show(name, repeat(piece, 10'000'000));
  show("base64", base64);
  std::printf("  worst %.1f, from memory %.1f\n", worst, worst_cold);
}

void show_memory() {
  std::printf("\nmemory\n");
  isacbot::bench::corpus_writer writer(3);
  const std::string text = writer.lists(20'000'000);
  const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
  scanner s;
  s.feed(text);
  s.finish();
  const std::size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
  std::size_t texts = 0;
  for (std::size_t i = 0; i < s.size(); ++i)
    texts += s[i].value.size() + (s[i].raw.data() == s[i].value.data() ? 0 : s[i].raw.size());
  std::printf("  %zu distinct: %.1f bytes each beyond its text\n", s.size(),
              static_cast<double>(after - before - texts) / static_cast<double>(s.size()));

  const std::string prose = writer.reports(1'000'000);
  scanner stream;
  stream.feed(prose);
  const std::size_t start = mallinfo2().uordblks + mallinfo2().hblkhd;
  for (int i = 0; i < 1000; ++i)
    stream.feed(prose);
  stream.finish();
  const std::size_t end = mallinfo2().uordblks + mallinfo2().hblkhd;
  std::printf("  streaming 1 GB with %zu distinct: growth %.2f MB\n", stream.size(),
              (static_cast<double>(end) - static_cast<double>(start)) / 1e6);
}

} // namespace

int main(int argc, char** argv) {
  std::size_t size = 40;
  std::string modules;
  std::string folder;
  std::string only_class;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--size") == 0)
      size = std::stoul(argv[i + 1]);
    else if (std::strcmp(argv[i], "--ioc-extractor") == 0)
      modules = argv[i + 1];
    else if (std::strcmp(argv[i], "--write") == 0)
      folder = argv[i + 1];
    else if (std::strcmp(argv[i], "--only") == 0)
      only_class = argv[i + 1];
  }
  if (only_class == "growth") {
    show_growth();
    return 0;
  }
  const std::filesystem::path here = std::filesystem::path(__FILE__).parent_path();
  const std::size_t quarter = size * 1'000'000 / 4;
  isacbot::bench::corpus_writer writer(1);
  std::vector<text_class> classes;
  classes.push_back({"reports", writer.reports(quarter)});
  classes.push_back({"lists", writer.lists(quarter)});
  classes.push_back({"misp json", writer.misp(quarter)});
  classes.push_back({"stix json", writer.stix(quarter)});

  hyperscan baseline(here / "data" / "observables.patterns");
  std::printf("%zu MB, %zu patterns, one thread; MB/s\n%-10s %9s %9s %7s %9s %7s %10s\n", size,
              baseline.size(), "class", "isacbot", "hyperscan", "ratio", "npm", "ratio", "distinct");
  double ours_time = 0;
  double hs_time = 0;
  double npm_time = 0;
  for (const text_class& c : classes) {
    if (!only_class.empty() && only_class != c.name)
      continue;
    std::size_t found = 0;
    const double ours = rate(c.text.size(), 3, [&] { found = extract_all(c.text); });
    const double theirs = rate(c.text.size(), 3, [&] { baseline.scan(c.text); });
    double npm = 0;
    if (!folder.empty() || !modules.empty()) {
      const std::filesystem::path target =
          folder.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(folder);
      const std::filesystem::path file =
          target / ("isacbot-corpus-" + std::string(c.name, std::strcspn(c.name, " ")) + ".txt");
      std::ofstream(file, std::ios::binary) << c.text;
      if (!modules.empty())
        npm = run_ioc_extractor(here / "observables_ioc_extractor.mjs", modules, file.string());
      if (folder.empty())
        std::filesystem::remove(file);
    }
    const double mb = static_cast<double>(c.text.size()) / 1e6;
    ours_time += mb / ours;
    hs_time += mb / theirs;
    npm_time += npm > 0 ? mb / npm : 0;
    std::printf("%-10s %9.1f %9.1f %7.2f %9.2f %7.1f %10zu\n", c.name, ours, theirs, ours / theirs, npm,
                npm > 0 ? ours / npm : 0, found);
  }
  if (!only_class.empty())
    return 0;
  const double mb = static_cast<double>(size);
  std::printf("%-10s %9.1f %9.1f %7.2f %9.2f %7.1f\n", "all", mb / ours_time, mb / hs_time,
              hs_time / ours_time, npm_time > 0 ? mb / npm_time : 0, npm_time / ours_time);

  std::string list;
  for (std::size_t i = 0; i < 100'000; ++i)
    list.append(writer.value()).append("\n");
  const double speed = rate(list.size(), 5, [&] { extract_all(list); });
  std::printf("\n100,000 listed indicators: %.1f ms\n", static_cast<double>(list.size()) / 1e3 / speed);
  show_growth();
  show_memory();
  return 0;
}
