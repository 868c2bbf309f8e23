#include "domain/batch_planner.hpp"

#include "core/bytes.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace isacbot::domain {

namespace {

constexpr std::array<std::uint8_t, 256> make_escaped_sizes() {
  std::array<std::uint8_t, 256> sizes{};
  for (std::size_t byte = 0; byte < sizes.size(); ++byte)
    if (byte < 0x20 || byte == 0x7f)
      sizes[byte] = 6; // \u001f
    else
      sizes[byte] = byte == '"' || byte == '\\' || byte == '/' ? 2 : 1;
  return sizes;
}
constexpr std::array<std::uint8_t, 256> escaped_sizes = make_escaped_sizes();

/// A text inside JSON quotes.
std::size_t escaped_size(std::string_view text) noexcept {
  std::size_t size = 0;
  for (const char c : text)
    size += escaped_sizes[static_cast<unsigned char>(c)];
  return size;
}

/// Names, numbers, quotes and commas of one row; and of one tag with a guid and the id of its enclave.
constexpr std::size_t row_frame = 200;
constexpr std::size_t tag_frame = 160;

planned_part make_part(const submission_id& submission, std::string number, std::vector<indicator_row> rows) {
  planned_part out;
  out.header.submission = submission;
  out.header.number = std::move(number);
  out.header.rows = static_cast<std::uint32_t>(rows.size());
  out.rows = std::move(rows);
  return out;
}

/// Fields with their lengths before them: no two different lists of fields give the same text.
class field_writer {
 public:
  field_writer& add(std::string_view field) {
    text_ += std::to_string(field.size());
    text_ += ':';
    text_ += field;
    return *this;
  }
  field_writer& add(const std::optional<sys_time>& time) {
    return add(time ? std::string_view{std::to_string(to_epoch_ms(*time))} : std::string_view{});
  }
  [[nodiscard]] std::string digest() const { return sha256(text_); }
  [[nodiscard]] std::string hex() const {
    const std::string bytes = digest();
    return to_hex(std::as_bytes(std::span(bytes)));
  }

 private:
  std::string text_;
};

std::string digest_of(const indicator_row& row) {
  field_writer out;
  out.add(row.type).add(row.value).add(row.source).add(row.notes);
  out.add(row.first_seen).add(row.last_seen).add(std::to_string(row.sightings));
  for (const std::string& tag : row.tags)
    out.add(tag);
  return out.digest();
}

field_writer begin_content_key(const member& who, const enclave_id& enclave,
                               std::span<const std::string> tags) {
  std::vector<std::string> sorted_tags(tags.begin(), tags.end());
  std::sort(sorted_tags.begin(), sorted_tags.end());
  sorted_tags.erase(std::unique(sorted_tags.begin(), sorted_tags.end()), sorted_tags.end());
  field_writer out;
  out.add(who.team.value).add(who.user.value).add(enclave.value).add(std::to_string(sorted_tags.size()));
  for (const std::string& tag : sorted_tags)
    out.add(tag);
  return out;
}

std::uint64_t take_number(std::string_view& text) noexcept {
  std::uint64_t number = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    number = number * 10 + static_cast<std::uint64_t>(text.front() - '0');
    text.remove_prefix(1);
  }
  if (!text.empty())
    text.remove_prefix(1); // the point
  return number;
}

} // namespace

std::size_t largest_row_size(const indicator_row& row) {
  std::size_t size = row_frame + escaped_size(row.value) + escaped_size(row.source) + escaped_size(row.notes);
  for (const std::string& tag : row.tags)
    size += tag_frame + escaped_size(tag);
  return size;
}

std::vector<planned_part> plan_batches(const submission_id& submission, std::vector<indicator_row> rows,
                                       const batch_limits& limits) {
  std::vector<planned_part> out;
  std::vector<indicator_row> current;
  std::size_t bytes = 0;
  const auto close = [&] {
    out.push_back(make_part(submission, std::to_string(out.size() + 1), std::exchange(current, {})));
    bytes = 0;
  };
  for (indicator_row& row : rows) {
    const std::size_t size = limits.size_of(row);
    const bool full = current.size() >= std::max<std::size_t>(limits.max_rows, 1);
    if (!current.empty() && (full || size > limits.max_body_bytes - std::min(bytes, limits.max_body_bytes)))
      close();
    bytes += size;
    current.push_back(std::move(row));
  }
  if (!current.empty())
    close();
  return out;
}

result<std::pair<planned_part, planned_part>> halve(planned_part whole) {
  if (whole.rows.size() < 2)
    return fail(ec::invalid_argument, "a part of fewer than two rows cannot be halved");
  const auto middle = whole.rows.begin() + static_cast<std::ptrdiff_t>((whole.rows.size() + 1) / 2);
  std::vector<indicator_row> second(std::make_move_iterator(middle),
                                    std::make_move_iterator(whole.rows.end()));
  whole.rows.erase(middle, whole.rows.end());
  const part& header = whole.header;
  return std::pair{make_part(header.submission, header.number + ".1", std::move(whole.rows)),
                   make_part(header.submission, header.number + ".2", std::move(second))};
}

bool part_number_less(std::string_view a, std::string_view b) noexcept {
  while (!a.empty() && !b.empty()) {
    const std::uint64_t x = take_number(a);
    const std::uint64_t y = take_number(b);
    if (x != y)
      return x < y;
  }
  return a.empty() && !b.empty();
}

std::string make_request_key(request_origin origin, const member& who, std::string_view id) {
  constexpr std::string_view names[] = {"view", "trigger", "command_line"};
  field_writer out;
  out.add(names[static_cast<std::size_t>(origin)]).add(who.team.value).add(who.user.value).add(id);
  return out.hex();
}

std::string make_content_key(const member& who, const enclave_id& enclave, std::span<const std::string> tags,
                             std::span<const indicator_row> rows) {
  std::vector<std::string> digests;
  digests.reserve(rows.size());
  for (const indicator_row& row : rows)
    digests.push_back(digest_of(row));
  std::sort(digests.begin(), digests.end());

  field_writer out = begin_content_key(who, enclave, tags);
  for (const std::string& digest : digests)
    out.add(digest);
  return out.hex();
}

std::string make_content_key(const member& who, const enclave_id& enclave, std::span<const std::string> tags,
                             const fingerprint& content) {
  return begin_content_key(who, enclave, tags)
      .add("digest")
      .add(std::to_string(content.low))
      .add(std::to_string(content.high))
      .hex();
}

} // namespace isacbot::domain
