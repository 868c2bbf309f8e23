// rooms: domain
// Any bytes as a plain list.
#include "domain/lists/text_reader.hpp"

#include "list_target.hpp"

using namespace isacbot;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::run(data, size, [](domain::item_sink sink) -> std::unique_ptr<domain::list_reader> {
    return std::make_unique<domain::text_reader>(domain::indicator_list_options{}, true, std::move(sink));
  });
}
