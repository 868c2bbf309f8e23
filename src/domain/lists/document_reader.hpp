/// What the readers of JSON documents share. Items are numbered in the order in which their elements stand.
#pragma once

#include "domain/lists/item_maker.hpp"
#include "domain/lists/list_reader.hpp"
#include "protocol/json_stream.hpp"

#include <cstdint>
#include <utility>

namespace isacbot::domain {

class document_reader : public list_reader, protected json::stream_listener {
 public:
  document_reader(const indicator_list_options& options, item_sink sink)
      : items_(options, true, std::move(sink)),
        stream_(*this, {64, max_list_entry, 4'096}) {}

  result<void> feed(std::string_view bytes) override { return stream_.feed(bytes); }
  result<void> finish() override { return stream_.finish(); }

 protected:
  result<void> take_oversized(const json::stream_path&) override {
    return items_.refuse(next_number(), "an element over 256 KiB", line_reason::too_long);
  }
  result<void> end(const json::stream_path&, json::value_kind) override { return {}; }

  std::uint32_t next_number() noexcept { return ++number_; }
  item_maker& items() noexcept { return items_; }

 private:
  item_maker items_;
  json::stream stream_;
  std::uint32_t number_ = 0;
};

} // namespace isacbot::domain
