/// The built-in list is a hash table made by the compiler; a list from a file is the same table made at
/// start.
#include "observables/tld_list.hpp"

#include "observables/idna.hpp"

#include <algorithm>
#include <array>

namespace isacbot::observables {
namespace {

constexpr std::string_view builtin_names[] = {
#include "observables/data/tlds.inc"
};
constexpr std::string_view special_names[] = {"onion", "i2p", "bit", "eth"};

constexpr std::uint32_t hash_name(std::string_view name) noexcept {
  std::uint32_t h = 2166136261U;
  for (char c : name)
    h = (h ^ static_cast<unsigned char>(c)) * 16777619U;
  return h ^ h >> 15;
}

constexpr std::size_t builtin_slots = 4096;

/// Index + 1 into the names, special ones after the others; 0 is free.
constexpr auto make_builtin_table() {
  std::array<std::uint16_t, builtin_slots> table{};
  std::uint16_t number = 0;
  auto insert = [&](std::string_view name) {
    std::size_t at = hash_name(name) % builtin_slots;
    while (table[at] != 0)
      at = (at + 1) % builtin_slots;
    table[at] = ++number;
  };
  for (std::string_view name : builtin_names)
    insert(name);
  for (std::string_view name : special_names)
    insert(name);
  return table;
}

constexpr auto builtin_table = make_builtin_table();

constexpr std::string_view builtin_name(std::size_t index) noexcept {
  return index < std::size(builtin_names) ? builtin_names[index]
                                          : special_names[index - std::size(builtin_names)];
}

} // namespace

bool is_builtin_tld(std::string_view name) noexcept {
  for (std::size_t at = hash_name(name) % builtin_slots; builtin_table[at] != 0;
       at = (at + 1) % builtin_slots)
    if (builtin_name(builtin_table[at] - 1U) == name)
      return true;
  return false;
}

result<std::shared_ptr<const tld_list>> tld_list::parse(std::string_view text) {
  std::shared_ptr<tld_list> list(new tld_list);
  std::vector<std::string> names(std::begin(special_names), std::end(special_names));
  for (std::size_t line = 1; !text.empty(); ++line) {
    std::string_view name = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), name.size() + 1));
    name = name.substr(0, name.find('#'));
    while (!name.empty() && (name.back() == ' ' || name.back() == '\r' || name.back() == '\t'))
      name.remove_suffix(1);
    while (!name.empty() && (name.front() == ' ' || name.front() == '\t' || name.front() == '.'))
      name.remove_prefix(1);
    if (name.empty())
      continue;
    std::optional<std::string> ascii = to_ascii_host(name);
    if (!ascii || ascii->find('.') != std::string::npos)
      return fail(ec::malformed,
                  "line " + std::to_string(line) + " of the list of top-level domains is no name",
                  "write one name a line");
    names.push_back(std::move(*ascii));
  }
  if (names.size() == std::size(special_names))
    return fail(ec::invalid_argument, "the list of top-level domains is empty", "write one name a line");
  list->slots_.resize(names.size() * 4);
  for (const std::string& name : names)
    list->insert(name);
  return std::shared_ptr<const tld_list>(std::move(list));
}

void tld_list::insert(std::string_view name) {
  std::size_t at = hash_name(name) % slots_.size();
  while (slots_[at].length != 0)
    at = (at + 1) % slots_.size();
  slots_[at] = {static_cast<std::uint32_t>(names_.size()), static_cast<std::uint32_t>(name.size())};
  names_ += name;
}

bool tld_list::contains(std::string_view name) const noexcept {
  for (std::size_t at = hash_name(name) % slots_.size(); slots_[at].length != 0;
       at = (at + 1) % slots_.size())
    if (std::string_view(names_).substr(slots_[at].at, slots_[at].length) == name)
      return true;
  return false;
}

} // namespace isacbot::observables
