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

std::vector<file_reference> read_message_files(const json::reader& message) {
  std::vector<file_reference> files;
  for (const json::reader& from : message.optional_objects("files")) {
    const std::string mode = from.text_or("mode");
    const std::string access = from.text_or("file_access", "visible");
    const bool is_gone = mode == "tombstone" || mode == "hidden_by_limit";
    const bool is_open = access == "visible" || access == "check_file_info";
    if (!is_gone && is_open && files.size() < max_message_files)
      files.push_back(read_file(from));
  }
  return files;
}

} // namespace isacbot::slack
