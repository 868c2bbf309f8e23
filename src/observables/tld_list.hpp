/// Which names a host name may end in.
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::observables {

/// Top-level domains and the special names that reports use like one (`onion`, `i2p`, `bit`, `eth`).
/// Immutable once made; share it between scanners and threads.
class tld_list {
 public:
  /// Reads a list of one name a line (A- or U-labels, any case); `#` begins a comment. The special names are
  /// always in.
  /// @error ec::malformed with the line when a name is no label; ec::invalid_argument when there is none
  static result<std::shared_ptr<const tld_list>> parse(std::string_view text);

  /// @param name  lower-case A-label without dots
  [[nodiscard]] bool contains(std::string_view name) const noexcept;

 private:
  tld_list() = default;
  void insert(std::string_view name);

  std::string names_;
  struct slot {
    std::uint32_t at = 0;
    std::uint32_t length = 0;
  };
  std::vector<slot> slots_;
};

/// The list built into the program.
bool is_builtin_tld(std::string_view name) noexcept;

} // namespace isacbot::observables
