// The rules of options and option groups, in menus and in answers to an options load.
#include "sandbox/block_checker.hpp"

namespace isacbot::sandbox {

void block_checker::check_options(const json::array& options, const std::string& at, bool markup_allowed,
                                  std::set<std::string>& values) {
  for (std::size_t i = 0; i < options.size(); ++i) {
    std::string here = at + "/" + std::to_string(i);
    const json::object* option = options[i].if_object();
    if (option == nullptr) {
      refuse(here, "must be an object");
      continue;
    }
    check_known_members(*option, here, {"text", "value", "description", "url"});
    check_text(*option, "text", here, 75, need::required, markup_allowed);
    // Older clients cut at 75, the platform takes 150 today.
    check_string(*option, "value", here, 1, 150, need::required);
    check_text(*option, "description", here, 75, need::optional, markup_allowed);
    if (std::string value = text_at(*option, "value"); !value.empty() && !values.insert(value).second)
      refuse(here + "/value", "value already exists: " + value);
  }
}

void block_checker::check_choices(const json::object& element, const std::string& at, std::size_t most,
                                  bool groups_allowed, bool markup_allowed) {
  bool has_groups = groups_allowed && has(element, "option_groups");
  if (has_groups && has(element, "options"))
    return refuse(at, "only one of options and option_groups is allowed");
  std::set<std::string> values;
  if (!has_groups) {
    if (const json::array* options = check_list(element, "options", at, 1, most, need::required))
      check_options(*options, at + "/options", markup_allowed, values);
    return;
  }
  const json::array* groups = check_list(element, "option_groups", at, 1, 100, need::required);
  for (std::size_t i = 0; groups != nullptr && i < groups->size(); ++i) {
    std::string here = at + "/option_groups/" + std::to_string(i);
    const json::object* group = (*groups)[i].if_object();
    if (group == nullptr) {
      refuse(here, "must be an object");
      continue;
    }
    check_known_members(*group, here, {"label", "options"});
    check_plain_text(*group, "label", here, 75, need::required);
    if (const json::array* options = check_list(*group, "options", here, 1, 100, need::required))
      check_options(*options, here + "/options", markup_allowed, values);
  }
}

void block_checker::check_initial_options(const json::object& element, const std::string& at) {
  auto is_offered = [&](const json::value& wanted) {
    auto among = [&](const json::array* options) {
      for (std::size_t i = 0; options != nullptr && i < options->size(); ++i)
        if ((*options)[i] == wanted)
          return true;
      return false;
    };
    if (among(array_at(element, "options")))
      return true;
    const json::array* groups = array_at(element, "option_groups");
    for (std::size_t i = 0; groups != nullptr && i < groups->size(); ++i)
      if (const json::object* group = (*groups)[i].if_object();
          group != nullptr && among(array_at(*group, "options")))
        return true;
    return false;
  };
  if (has(element, "initial_option") && !is_offered(element.at("initial_option")))
    refuse(at + "/initial_option", "must be one of the provided options");
  if (!has(element, "initial_options"))
    return;
  const json::array* initial = check_list(element, "initial_options", at, 1, 100, need::optional);
  for (std::size_t i = 0; initial != nullptr && i < initial->size(); ++i)
    if (!is_offered((*initial)[i]))
      refuse(at + "/initial_options/" + std::to_string(i), "must be one of the provided options");
}

void block_checker::check_options_answer(const json::object& answer) {
  check_known_members(answer, "", {"options", "option_groups"});
  // An empty list is a legal answer: nothing matched.
  if (const json::array* options = array_at(answer, "options");
      options != nullptr && options->empty() && !has(answer, "option_groups"))
    return;
  check_choices(answer, "", 100, true, false);
}

} // namespace isacbot::sandbox
