// rooms: station
/// Texts on their way to a page: the first line is a redaction term, the rest a report's body. Whatever
/// comes, the markup is ours alone, and redaction leaves nothing of what it matched.
#include "station/pages/html.hpp"
#include "station/pages/marked_body.hpp"
#include "station/redaction.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace isacbot;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t line = std::min(text.find('\n'), text.size());
  std::string_view body = text.substr(std::min(line + 1, text.size()));
  std::string page = station::mark_body(body, station::find_observables(body, {}), {}).bytes();
  auto count = [&](char c) { return std::count(page.begin(), page.end(), c); };
  // A mark is <mark title=""><a href=""><bdi> and the three ends.
  if (count('<') % 6 != 0 || count('<') != count('>') || count('"') != count('<') / 6 * 4 || count('\'') != 0)
    std::abort();
  std::string term(text.substr(0, line));
  std::string redacted = station::redact(body, {{"c", term}});
  if (term.find_first_not_of('*') == std::string::npos && redacted != body)
    std::abort();
  return 0;
}
