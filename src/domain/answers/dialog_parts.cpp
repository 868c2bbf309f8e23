#include "domain/answers/dialog_parts.hpp"

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

} // namespace isacbot::domain::answers
