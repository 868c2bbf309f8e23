/// One authenticated API call, as the endpoints see it.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "protocol/http/message.hpp"
#include "protocol/trustar/model.hpp"
#include "station/accounts.hpp"
#include "station/routes.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::station {

struct call {
  const http::request& request;
  const request_target& target;
  std::string id;   ///< what stood for "{id}" in the path
  std::string name; ///< what stood for "{name}"
  user caller;
  std::vector<granted_enclave> enclaves; ///< all that the caller may see
  sys_time now{};
};

/// The enclaves that a reading call is about: those named, or all that the caller may see. Each once.
/// @error ec::forbidden when one is not the caller's to see, whether it exists or not
result<std::vector<enclave>> readable_enclaves(const call& c, const std::vector<std::string>& ids);

/// The enclaves that a creating call is about. @error ec::forbidden without the right to create in each
result<std::vector<enclave>> creatable_enclaves(const call& c, const std::vector<std::string>& ids);

/// One enclave of the caller's. @returns nullptr when the caller may not see it
const granted_enclave* find_granted(const call& c, std::string_view id) noexcept;

/// Which part of a list is asked for.
struct page_request {
  std::uint32_t number = 0;
  std::uint32_t size = 0;

  [[nodiscard]] std::uint64_t begin() const noexcept { return std::uint64_t{number} * size; }

  /// The part of `all` that the page shows; empty beyond the end.
  template <class T>
  [[nodiscard]] std::span<const T> part_of(const std::vector<T>& all) const {
    std::size_t from = std::min<std::size_t>(begin(), all.size());
    return std::span(all).subspan(from, std::min<std::size_t>(size, all.size() - from));
  }

  /// A page of `total` things without its items.
  template <class T>
  [[nodiscard]] trustar::page<T> make_page(std::size_t total) const {
    return {{}, number, size, total, begin() + size < total};
  }
};

/// A size over the maximum is cut to it, as many clients send what a person typed.
/// @error ec::invalid_argument beyond the 10,000 results that can be reached
result<page_request> make_page_request(const trustar::search& what, std::uint32_t default_size,
                                       std::uint32_t max_size);

/// The window of a search, cut to a year: [from, to].
/// @param default_span  how far back to look when `from` is absent
/// @error ec::invalid_argument when it ends before it begins
result<std::pair<sys_time, sys_time>> make_window(const trustar::search& what, sys_time now,
                                                  milliseconds default_span);

/// What the endpoints that answer lists are asked with.
struct list_call {
  trustar::search what;
  std::vector<enclave> where; ///< readable
  sys_time from{};            ///< of the window; both ends belong to it
  sys_time to{};
  page_request page;
};

struct list_bounds {
  std::uint32_t default_page = 25;
  std::uint32_t max_page = 0;
  std::optional<milliseconds> default_window = std::nullopt; ///< nullopt: the list has no window
};

/// Reads query and body. @param body  "" where none is looked at
/// @error ec::malformed; those of readable_enclaves, make_window and make_page_request
result<list_call> read_list_call(const call& c, std::string_view body, const list_bounds& bounds);

} // namespace isacbot::station
