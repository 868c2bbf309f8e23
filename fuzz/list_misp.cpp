// rooms: domain
// Any bytes as MISP events.
#include "domain/lists/misp_reader.hpp"

#include "list_target.hpp"

using namespace isacbot;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::run(data, size, [](domain::item_sink sink) -> std::unique_ptr<domain::list_reader> {
    return std::make_unique<domain::misp_reader>(domain::indicator_list_options{}, std::move(sink));
  });
}
