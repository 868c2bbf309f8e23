/// Which values have been seen, in little memory: a fingerprint for each instead of the value.
#pragma once

#include "domain/keyed_hash.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::domain {

/// 96 bits of a keyed hash of what makes two rows the same. Among a hundred million values the chance that
/// any two share one is below one in ten million millions.
struct value_print {
  std::uint64_t head = 0;
  std::uint32_t tail = 0;

  friend auto operator<=>(const value_print&, const value_print&) = default;
};

/// Makes prints. Not thread-safe: it keeps a buffer.
class value_printer {
 public:
  /// @param key  secret, so that nobody outside can make values collide or recognise them in a database
  explicit value_printer(const hash_key& key) : key_(key) {}

  /// Of an observable type's name and a normal form. File names and registry keys keep their case, but are
  /// compared without it.
  value_print operator()(std::string_view type, std::string_view value);

 private:
  hash_key key_;
  std::string buffer_;
};

/// A set of prints, numbered in the order they came: 20 to 30 bytes each, whatever the values. Grows in small
/// steps: at no moment is there a second copy of the whole.
class value_set {
 public:
  struct entry {
    std::uint64_t head = 0;
    std::uint32_t tail = 0;
    std::uint32_t number = 0; ///< from 1; 0: free

    [[nodiscard]] value_print print() const noexcept { return {head, tail}; }
  };

  /// Most values it takes.
  static constexpr std::size_t max_size = 0xFFFF'FFFE;

  /// @returns the value's number, from 0, and whether it is new
  /// @pre size() < max_size
  std::pair<std::uint32_t, bool> insert(const value_print& print);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Visits (print, number) in order of the prints. Insert no more afterwards; may be called again.
  template <class Visitor>
  void visit_sorted(Visitor&& visit) {
    sort();
    for (const auto& part : parts_)
      for (const entry& e : part.slots)
        visit(e.print(), e.number - 1);
  }

 private:
  static constexpr std::size_t parts = 256; ///< by the first byte of the print: in its order

  struct partition {
    std::vector<entry> slots;
    std::size_t used = 0;
  };

  static void grow(partition& p);
  void sort();

  std::array<partition, parts> parts_;
  std::size_t size_ = 0;
  bool sorted_ = false;
};

} // namespace isacbot::domain
