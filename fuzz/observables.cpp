// rooms: observables core
/// Any bytes, every dialect: no crash, offsets inside the input, chunks change nothing, values read back.
#include "observables/observables.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace isacbot::observables;

namespace {

void check(bool holds) {
  if (!holds)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2)
    return 0;
  options opts;
  opts.dress = static_cast<dialect>(data[0] % 5);
  opts.loose = static_cast<loose_forms>(data[0] / 5 % 3);
  opts.derived_hosts = data[0] >= 128;
  const std::size_t cut = data[1];
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);

  scanner whole(opts);
  whole.feed(text);
  whole.finish();
  scanner parts(opts);
  parts.feed(text.substr(0, cut < text.size() ? cut : 0));
  parts.feed(text.substr(cut < text.size() ? cut : 0));
  parts.finish();
  check(whole.size() == parts.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const scanner::view x = whole[i];
    check(x.value == parts[i].value && x.kind == parts[i].kind && x.offset == parts[i].offset &&
          x.count == parts[i].count);
    check(!x.value.empty() && x.count > 0);
    check(x.offset + x.raw.size() <= text.size() && text.substr(x.offset, x.raw.size()) == x.raw);
    (void)is_special(x.kind, x.value);
    check(!defang(x.kind, x.value).empty());
  }
  if (text.size() < 512)
    (void)parse_value(text, opts);
  return 0;
}
