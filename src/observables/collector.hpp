/// The set of what was found: each distinct value once, in order of first appearance.
#pragma once

#include "observables/observables.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace isacbot::observables {

/// Open addressing over entries in blocks, texts in an arena: 48 bytes an entry and at most 22 for its slot,
/// beside the text.
class collector {
 public:
  struct sighting {
    type kind;
    std::string_view value;
    std::string_view raw;
    std::uint64_t offset;
    observable_flags flags;
  };

  collector();
  /// Counts one sighting; the first one decides raw spelling, offset and flags (but a value seen on its own
  /// is no longer `derived`, and one defanged sighting marks it as meant).
  /// @returns its index
  std::size_t add(const sighting& x);

  /// Forgets everything; the memory of a small text is kept for the next one.
  void clear() noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] scanner::view operator[](std::size_t index) const noexcept;

 private:
  struct entry {
    const char* value;
    const char* raw;
    std::uint64_t offset;
    std::uint64_t count;
    std::uint32_t value_size;
    std::uint32_t raw_size;
    type kind;
    observable_flags flags;
  };
  static constexpr std::size_t block_size = 512;

  [[nodiscard]] entry& at(std::size_t index) const noexcept {
    return blocks_[index / block_size][index % block_size];
  }
  const char* keep(std::string_view text);
  void grow();

  std::vector<std::unique_ptr<entry[]>> blocks_;
  /// The hash stands beside the index: looking past a stranger does not touch its entry.
  struct slot {
    std::uint32_t number = 0; ///< index + 1; 0 is free
    std::uint32_t hash = 0;
  };
  std::vector<slot> slots_;
  std::vector<std::unique_ptr<char[]>> arena_;
  char* free_ = nullptr;
  std::size_t free_size_ = 0;
  std::size_t first_size_ = 0; ///< of the arena's first block
  std::size_t size_ = 0;
};

} // namespace isacbot::observables
