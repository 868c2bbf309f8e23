#include "domain/answers/dialog_parts.hpp"

#include "domain/message_files.hpp"

namespace isacbot::domain::answers {

using namespace slack;

namespace {

constexpr std::size_t most_tags_characters = 500;

/// The values are the tags that go with the submission.
std::vector<slack::option> tlp_options() {
  return {
      {"TLP:CLEAR, no limit", "tlp:clear", {}},
      {"TLP:GREEN, within the community", "tlp:green", {}},
      {"TLP:AMBER, own organisation and clients, need to know", "tlp:amber", {}},
      {"TLP:AMBER+STRICT, own organisation only", "tlp:amber+strict", {}},
      {"TLP:RED, named people only", "tlp:red", {}},
  };
}

} // namespace

slack::option to_option(const enclave_choice& enclave) {
  return {enclave.name.empty() ? enclave.id : enclave.name, enclave.id, {}};
}

std::vector<block> sharing_inputs(const std::optional<enclave_choice>& enclave) {
  std::optional<slack::option> chosen;
  if (enclave)
    chosen = to_option(*enclave);
  std::vector<block> blocks;
  blocks.push_back(input(block_enclave, "Enclave", external_select("Where to submit", chosen)));
  blocks.push_back(
      input(block_tags, "Tags",
            plain_text_input({.placeholder = "phishing, invoice", .max_length = most_tags_characters}),
            {.hint = "Separated by commas.", .optional = true}));
  blocks.push_back(input(block_tlp, "TLP", static_select(tlp_options(), "Who may see it"),
                         {.hint = {}, .optional = true}));
  return blocks;
}

slack::block thread_input() {
  return input(block_thread, "Thread",
               checkboxes({{"Add the other messages of the thread", std::string(checked), {}}}),
               {.hint = {}, .optional = true});
}

std::optional<slack::block> message_files_input(const std::vector<slack::file_reference>& files,
                                                std::string_view use) {
  if (files.empty())
    return std::nullopt;
  std::vector<slack::option> options;
  std::vector<std::string> ticked;
  const std::size_t shown = offered(files);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& file = files[i];
    options.push_back(
        {shown_name(file), choice_of(i), file.size == 0 ? "size not known yet" : shown_size(file.size)});
    if (may_be_text(file))
      ticked.push_back(choice_of(i));
  }
  std::string hint(use);
  if (files.size() > shown)
    hint += " The message has " + std::to_string(files.size()) + " files, of which these are the first " +
            std::to_string(shown) + "; another one can be attached below.";
  return input(block_message_files, "Files of the message", checkboxes(options, ticked),
               {.hint = std::move(hint), .optional = true});
}

std::string shown_size(std::uint64_t bytes) {
  constexpr std::uint64_t kilo = 1024;
  constexpr std::uint64_t mega = kilo * kilo;
  const std::uint64_t unit = bytes >= 10 * mega ? mega : kilo;
  return std::to_string(bytes / unit + (bytes % unit > 0 ? 1 : 0)) + (unit == mega ? " MB" : " kB");
}

} // namespace isacbot::domain::answers
