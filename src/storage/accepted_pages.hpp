/// The bytes of runs and pages (accepted_values.hpp).
#pragma once

#include "core/error.hpp"
#include "storage/accepted_values.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::storage::accepted_pages {

inline constexpr std::size_t print_bytes = 12;

/// Big-endian: the order of the bytes is the order of prints.
void append_print(std::string& out, const domain::value_print& print);
domain::value_print read_print(std::string_view bytes) noexcept;

std::string encode_prints(std::span<const domain::value_print> prints);
std::string encode_page(std::span<const timed_print> page);
std::string encode_run(sys_time when, std::span<const domain::value_print> prints);
std::string encode_paged_run(sys_time when);

struct run {
  sys_time when{};
  bool paged = false;
  std::vector<domain::value_print> prints;
};
/// @error ec::corrupted
result<run> decode_run(std::string_view bytes);
result<std::vector<domain::value_print>> decode_prints(std::string_view bytes);
result<std::vector<timed_print>> decode_page(std::string_view bytes);

} // namespace isacbot::storage::accepted_pages
