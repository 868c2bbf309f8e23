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

/// The print that is part of the whole hash.
constexpr value_print print_of(const fingerprint& whole) noexcept {
  return {whole.high, static_cast<std::uint32_t>(whole.low)};
}

/// Makes prints. Not thread-safe: it keeps a buffer.
class value_printer {
 public:
  /// @param key  secret, so that nobody outside can make values collide or recognise them in a database
  explicit value_printer(const hash_key& key) : key_(key) {}

  /// Of an observable type's name and a normal form. File names and registry keys keep their case, but are
  /// compared without it.
  value_print operator()(std::string_view type, std::string_view value) {
    return print_of(whole(type, value));
  }
  /// All of the hash.
  fingerprint whole(std::string_view type, std::string_view value);

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

    /// From 0.
    [[nodiscard]] std::uint32_t place() const noexcept { return number - 1; }
    [[nodiscard]] value_print print() const noexcept { return {head, tail}; }
  };

  /// Most values it takes.
  static constexpr std::size_t max_size = 0xFFFF'FFFE;

  /// Says that a print will be inserted soon: a set of a million lies outside the processor's caches, and
  /// waiting for many places at once costs little more than waiting for one.
  void prefetch(const value_print& print) const noexcept;

  /// @returns the value's number, from 0, and whether it is new
  /// @pre size() < max_size
  std::pair<std::uint32_t, bool> insert(const value_print& print);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Brings the prints into their order, once: nothing may be inserted afterwards.
  void sort();

  /// Goes through the prints in their order. @pre sort() was called, and the set lives longer
  class cursor {
   public:
    explicit cursor(const value_set& set) : set_(&set) { settle(); }
    [[nodiscard]] bool at_end() const noexcept { return part_ == parts; }
    [[nodiscard]] const entry& operator*() const noexcept { return set_->parts_[part_].slots[slot_]; }
    [[nodiscard]] const entry* operator->() const noexcept { return &**this; }
    cursor& operator++() {
      ++slot_;
      settle();
      return *this;
    }

   private:
    void settle() {
      for (; part_ < parts && slot_ == set_->parts_[part_].slots.size(); ++part_)
        slot_ = 0;
    }

    const value_set* set_;
    std::size_t part_ = 0;
    std::size_t slot_ = 0;
  };

  /// @returns the entry of a print, or null. @pre sort() was called
  [[nodiscard]] const entry* find_sorted(const value_print& print) const;

 private:
  static constexpr std::size_t parts = 256; ///< by the first byte of the print: in its order

  struct partition {
    std::vector<entry> slots;
    std::size_t used = 0;
  };

  static void grow(partition& p);

  std::array<partition, parts> parts_;
  std::size_t size_ = 0;
  bool sorted_ = false;
};

} // namespace isacbot::domain
