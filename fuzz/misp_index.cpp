// rooms: protocol
/// Listings of a MISP server: the first byte chooses CSV or JSON. A row that is read has a UUID and sane
/// times.
#include "protocol/misp/answers.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace isacbot;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const bool csv = data[0] % 2 == 0;
  const auto answer = http::make_response(200, csv ? "text/csv" : "application/json",
                                          std::string(reinterpret_cast<const char*>(data + 1), size - 1));
  misp::index_query query;
  query.include_unpublished = data[0] % 4 < 2;
  auto listing = misp::parse_index(answer, query);
  if (!listing)
    return 0;
  for (const misp::index_row& row : listing->rows)
    if (misp::parse_uuid(row.uuid) != row.uuid || row.timestamp < 0 || row.publish_timestamp < 0)
      std::abort();
  return 0;
}
