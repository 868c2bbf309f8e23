/// Takes a byte order mark off, and makes UTF-8 of UTF-16 (Unicode 15, sections 3.10 and 23.8), as
/// spreadsheets write it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace isacbot::domain {

class text_decoder {
 public:
  /// @returns what is decoded so far and was not returned yet; lives until the next call, and not longer than
  ///          `bytes`. Lone surrogates become U+FFFD.
  std::string_view feed(std::string_view bytes);
  /// @returns the rest
  std::string_view finish();
  /// Lone surrogates and half characters so far, each now U+FFFD.
  [[nodiscard]] std::uint64_t faults() const noexcept { return faults_; }

 private:
  enum class encoding : std::uint8_t { undecided, utf8, utf16_little, utf16_big };

  void decide(std::string_view beginning, bool whole);
  void decode(std::string_view bytes);
  void take_unit(std::uint32_t unit);
  void replace();

  encoding encoding_ = encoding::undecided;
  std::string head_; ///< of a text that is shorter than its mark could be
  std::string out_;
  std::string half_; ///< the first byte of a unit
  std::uint64_t faults_ = 0;
  std::uint32_t high_ = 0; ///< surrogate that waits for its low one
};

} // namespace isacbot::domain
