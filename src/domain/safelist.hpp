/// What a company has put on its whitelist at Station ("safelist" in later versions): values that are no
/// threat, and so withheld from lists unless their owner insists.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

/// Values are compared as Station does: whole, by type and normal form. A domain there does not cover the
/// addresses below it.
class safelist {
 public:
  safelist() = default;
  /// @param keys  as `keys` gave them
  explicit safelist(const std::vector<std::string>& keys) : keys_(keys.begin(), keys.end()) {}

  /// @param wire_type  as Station names it, "URL" for domains, too
  void add(std::string_view wire_type, std::string_view value);
  /// @param type  of an observable, "DOMAIN"; @param value  in normal form
  [[nodiscard]] bool contains(std::string_view type, std::string_view value) const;

  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  [[nodiscard]] std::vector<std::string> keys() const { return {keys_.begin(), keys_.end()}; }

 private:
  std::set<std::string, std::less<>> keys_; ///< "URL|example.com"
};

} // namespace isacbot::domain
