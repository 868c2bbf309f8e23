/// Lists that a community brings along, as loaded at the start.
#pragma once

#include "observables/malware_names.hpp"
#include "observables/tld_list.hpp"

#include <memory>

namespace isacbot::observables {

struct known_names {
  std::shared_ptr<const tld_list> tlds;         ///< instead of the built-in list; null: built in
  std::shared_ptr<const malware_names> malware; ///< beside the built-in families; null: none
};

} // namespace isacbot::observables
