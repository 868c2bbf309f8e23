// rooms: domain
/// Feeds any bytes to the reader of attached files. What it takes for text is UTF-8 without control
/// characters, and reading that again changes nothing.
#include "domain/report_file.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using isacbot::domain::read_text_file;
  auto text = read_text_file({reinterpret_cast<const char*>(data), size});
  if (!text)
    return 0;
  for (char c : *text)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t')
      std::abort();
  // A byte order mark inside the text is a character there; at the front it would be read as a mark again.
  if (text->starts_with("\xEF\xBB\xBF"))
    return 0;
  auto again = read_text_file(*text);
  if (!again || *again != *text)
    std::abort();
  return 0;
}
