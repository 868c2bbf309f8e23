/// How lists are read, whatever their format.
#pragma once

#include "domain/keyed_hash.hpp"
#include "domain/safelist.hpp"
#include "observables/observables.hpp"

#include <cstddef>
#include <memory>

namespace isacbot::domain {

/// `submit.withhold`: what is withheld unless its owner insists.
struct withhold_rules {
  bool safelisted = true;
  bool special_address = true;
};

struct indicator_list_options {
  bool send_special = false;                  ///< "special address" is overridden, or no rule
  std::shared_ptr<const safelist> safelisted; ///< these values are withheld; null: none, or overridden
  bool special_overridden = false;            ///< with `send_special`: by the list's owner
  bool keep_withheld = false; ///< items that these two withhold have the row that would be sent
  observables::dialect dress = observables::dialect::automatic;
  std::size_t max_bytes = 8U * 1024U * 1024U; ///< of a text that is read at once; streams have no such limit
  std::size_t max_value_bytes = 4'096;
  std::size_t max_note_bytes = 2'000;                        ///< notes of merged rows are joined up to this
  std::shared_ptr<const observables::tld_list> tlds;         ///< null: built in
  std::shared_ptr<const observables::malware_names> malware; ///< null: built in only
  hash_key key; ///< makes equal values found (value_set.hpp): a secret one where strangers choose the values
};

} // namespace isacbot::domain
