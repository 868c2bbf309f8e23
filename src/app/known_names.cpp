#include "app/known_names.hpp"

#include "app/config_file.hpp"

#include <utility>

namespace isacbot::app {

result<observables::known_names> load_known_names(const observables_settings& configured) {
  observables::known_names names;
  if (!configured.tld_file.empty()) {
    auto text = read_small_file(configured.tld_file.text);
    if (!text)
      return text.error();
    auto list = observables::tld_list::parse(*text);
    if (!list)
      return list.error();
    names.tlds = std::move(*list);
  }
  if (!configured.malware_names.empty()) {
    auto text = read_small_file(configured.malware_names.text);
    if (!text)
      return text.error();
    names.malware = observables::malware_names::parse(*text);
  }
  return names;
}

} // namespace isacbot::app
