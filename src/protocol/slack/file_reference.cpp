#include "protocol/slack/file_reference.hpp"

#include <algorithm>

namespace isacbot::slack {

file_reference read_file(const json::reader& from) {
  file_reference file;
  file.id = from.filled_text("id");
  file.name = from.text_or("name");
  file.mimetype = from.text_or("mimetype");
  file.size =
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, from.optional_integer("size").value_or(0)));
  file.url = secret(from.text_or("url_private_download", from.text_or("url_private")));
  return file;
}

} // namespace isacbot::slack
