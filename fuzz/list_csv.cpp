// rooms: domain
// Any bytes as a table with a column of each kind.
#include "domain/lists/csv_reader.hpp"

#include "list_target.hpp"

using namespace isacbot;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using role = domain::field_role;
  const domain::csv_layout layout{size > 0 && data[0] % 2 == 0 ? ',' : ';',
                                  size > 0 && data[0] % 3 == 0,
                                  {role::value, role::typed_value, role::source, role::notes,
                                   role::first_seen, role::last_seen, role::sightings, role::tags, role::type,
                                   role::ignored}};
  return fuzz::run(data, size, [&layout](domain::item_sink sink) -> std::unique_ptr<domain::list_reader> {
    return std::make_unique<domain::csv_reader>(domain::indicator_list_options{}, layout, std::move(sink));
  });
}
