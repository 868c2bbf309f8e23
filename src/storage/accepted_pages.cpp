#include "storage/accepted_pages.hpp"

#include <algorithm>

namespace isacbot::storage::accepted_pages {

namespace {

constexpr char version = 1;
constexpr char inline_kind = 0;
constexpr char paged_kind = 1;
constexpr std::size_t time_bytes = 6; // milliseconds until the year 10889
constexpr std::size_t run_frame = 2 + 8;

void append_number(std::string& out, std::uint64_t value, unsigned bytes) {
  for (unsigned i = bytes; i-- > 0;)
    out.push_back(static_cast<char>(value >> (8U * i)));
}

std::uint64_t read_number(std::string_view bytes) noexcept {
  std::uint64_t value = 0;
  for (const char c : bytes)
    value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

error unreadable() {
  return fail(ec::corrupted, "a row of accepted values is unreadable", "restore the last backup");
}

template <class Rows, class Before>
bool in_order(const Rows& rows, Before before) {
  return std::adjacent_find(rows.begin(), rows.end(),
                            [&](const auto& a, const auto& b) { return !before(a, b); }) == rows.end();
}

} // namespace

void append_print(std::string& out, const domain::value_print& print) {
  append_number(out, print.head, 8);
  append_number(out, print.tail, 4);
}

domain::value_print read_print(std::string_view bytes) noexcept {
  return {read_number(bytes.substr(0, 8)), static_cast<std::uint32_t>(read_number(bytes.substr(8, 4)))};
}

std::string encode_prints(std::span<const domain::value_print> prints) {
  std::string out(1, version);
  out.reserve(1 + prints.size() * print_bytes);
  for (const domain::value_print& print : prints)
    append_print(out, print);
  return out;
}

std::string encode_page(std::span<const timed_print> page) {
  std::string out(1, version);
  out.reserve(1 + page.size() * (print_bytes + time_bytes));
  for (const timed_print& entry : page) {
    append_print(out, entry.print);
    append_number(out, static_cast<std::uint64_t>(to_epoch_ms(entry.last)), time_bytes);
  }
  return out;
}

std::string encode_run(sys_time when, std::span<const domain::value_print> prints) {
  std::string out{version, inline_kind};
  append_number(out, static_cast<std::uint64_t>(to_epoch_ms(when)), 8);
  for (const domain::value_print& print : prints)
    append_print(out, print);
  return out;
}

std::string encode_paged_run(sys_time when) {
  std::string out{version, paged_kind};
  append_number(out, static_cast<std::uint64_t>(to_epoch_ms(when)), 8);
  return out;
}

result<std::vector<domain::value_print>> decode_prints(std::string_view bytes) {
  if (!bytes.starts_with(version) || (bytes.size() - 1) % print_bytes != 0)
    return unreadable();
  std::vector<domain::value_print> prints;
  prints.reserve(bytes.size() / print_bytes);
  for (bytes.remove_prefix(1); !bytes.empty(); bytes.remove_prefix(print_bytes))
    prints.push_back(read_print(bytes));
  if (!in_order(prints, [](const auto& a, const auto& b) { return a < b; }))
    return unreadable();
  return prints;
}

result<std::vector<timed_print>> decode_page(std::string_view bytes) {
  constexpr std::size_t entry = print_bytes + time_bytes;
  if (!bytes.starts_with(version) || (bytes.size() - 1) % entry != 0)
    return unreadable();
  std::vector<timed_print> page;
  page.reserve(bytes.size() / entry);
  for (bytes.remove_prefix(1); !bytes.empty(); bytes.remove_prefix(entry))
    page.push_back({read_print(bytes), from_epoch_ms(static_cast<std::int64_t>(
                                           read_number(bytes.substr(print_bytes, time_bytes))))});
  if (!in_order(page, [](const auto& a, const auto& b) { return a.print < b.print; }))
    return unreadable();
  return page;
}

result<run> decode_run(std::string_view bytes) {
  if (bytes.size() < run_frame || bytes[0] != version || (bytes[1] != inline_kind && bytes[1] != paged_kind))
    return unreadable();
  run out;
  out.paged = bytes[1] == paged_kind;
  out.when = from_epoch_ms(static_cast<std::int64_t>(read_number(bytes.substr(2, 8))));
  const std::string_view rest = bytes.substr(run_frame);
  if (out.paged && !rest.empty())
    return unreadable();
  result<std::vector<domain::value_print>> prints = decode_prints(std::string(1, version).append(rest));
  if (!prints)
    return prints.error();
  out.prints = std::move(*prints);
  return out;
}

} // namespace isacbot::storage::accepted_pages
