/// What several answers of the server are made of. Internal to the codecs.
#pragma once

#include "core/clock.hpp"
#include "protocol/http/message.hpp"
#include "protocol/trustar/model.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::trustar {

namespace bj = boost::json;

http::response json_answer(unsigned status, const bj::value& body);
bj::value optional_time(const std::optional<sys_time>& time);
bj::value optional_text(const std::optional<std::string>& text);
bj::array texts(const std::vector<std::string>& items);
bj::object tag_object(const tag& t);
bj::object key_object(const indicator_key& key);

template <class Range, class Make>
bj::array list_of(const Range& items, Make make) {
  bj::array list;
  list.reserve(items.size());
  for (const auto& item : items)
    list.push_back(make(item));
  return list;
}

template <class T>
http::response page_answer(bj::array items, const page<T>& found) {
  std::uint64_t total = found.total_elements.value_or(items.size());
  std::uint64_t pages = found.page_size == 0 ? 0 : (total + found.page_size - 1) / found.page_size;
  bool empty = items.empty();
  return json_answer(200, bj::object{{"items", std::move(items)},
                                     {"pageNumber", found.page_number},
                                     {"pageSize", found.page_size},
                                     {"totalElements", total},
                                     {"totalPages", pages},
                                     {"hasNext", found.has_next},
                                     {"empty", empty}});
}

} // namespace isacbot::trustar
