/// Listings: rows as CSV and as JSON.
#include "protocol/misp/answers.hpp"
#include "protocol/misp/csv.hpp"
#include "protocol/misp/cut_info.hpp"
#include "protocol/misp/json_walk.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::misp {

namespace {

constexpr json_place listing = 1;
constexpr json_place uuid = 2;
constexpr json_place info = 3;
constexpr json_place timestamp = 4;
constexpr json_place publish_timestamp = 5;
constexpr json_place attribute_count = 6;
constexpr json_place published = 7;
constexpr json_place orgc = 8;
constexpr json_place orgc_name = 9;

/// Collects one row at a time, from either form, and keeps the first fault.
class row_reader final : public json_listener {
 public:
  json_place enter(json_place at, std::string_view key) override {
    if (at == orgc)
      return key == "name" ? orgc_name : skip_place;
    return at == listing ? column(key) : skip_place; // GalaxyCluster, the bulk of a row, is skipped here
  }
  void begin_array(json_place at) override { is_list_ = is_list_ || (at == listing && depth_ == 0); }
  void begin_object(json_place at) override {
    ++depth_;
    if (at == listing)
      begin_row();
  }
  void end_object(json_place at) override {
    --depth_;
    if (at == listing)
      end_row();
  }
  void scalar(json_place at, const json_scalar& value) override { set(at, value); }

  static json_place column(std::string_view name) {
    if (name == "uuid")
      return uuid;
    if (name == "info")
      return info;
    if (name == "timestamp")
      return timestamp;
    if (name == "publish_timestamp")
      return publish_timestamp;
    if (name == "attribute_count")
      return attribute_count;
    if (name == "published")
      return published;
    if (name == "Orgc")
      return orgc;
    return name == "orgc_name" ? orgc_name : skip_place;
  }

  void begin_row() { row_ = {}; }
  void end_row() {
    if (row_.uuid.empty() && faults_ == 0)
      ++faults_;
    rows_.push_back(std::move(row_));
  }
  void set(json_place at, const json_scalar& value) {
    switch (at) {
    case uuid:
      row_.uuid = parse_uuid(value.text).value_or("");
      break;
    case info:
      row_.info = cut_info(value.text);
      break;
    case orgc_name:
      row_.organisation = cut_info(value.text);
      break;
    case timestamp:
      row_.timestamp = number(value);
      break;
    case publish_timestamp:
      row_.publish_timestamp = number(value);
      break;
    case attribute_count:
      row_.attribute_count = static_cast<std::uint64_t>(number(value));
      break;
    case published:
      row_.published = value.to_flag();
      break;
    default:
      break;
    }
  }

  result<std::vector<index_row>> finish() && {
    if (!is_list_)
      return fail(ec::protocol_violation, "MISP's answer is no list of events");
    if (faults_ != 0)
      return fail(ec::protocol_violation, "MISP's list has a row without a UUID or with a bad number");
    return std::move(rows_);
  }
  void expect_rows() { is_list_ = true; }

 private:
  std::int64_t number(const json_scalar& value) {
    auto found = value.to_integer();
    if (!found || *found < 0)
      ++faults_;
    return std::max<std::int64_t>(0, found.value_or(0));
  }

  std::vector<index_row> rows_;
  index_row row_;
  bool is_list_ = false;
  std::size_t depth_ = 0;
  std::size_t faults_ = 0;
};

bool is_csv(const http::response& answer) {
  std::string_view type = answer.headers.find("Content-Type").value_or("");
  return http::equal_ignoring_case(type.substr(0, 8), "text/csv");
}

/// Whether a row answers the question: a body lost on the way brings all rows.
bool is_asked(const index_row& row, const index_query& query) {
  if (!row.published && !query.include_unpublished)
    return false;
  if (!query.window)
    return true;
  const std::int64_t time = query.include_unpublished ? row.timestamp : row.publish_timestamp;
  const time_window& window = *query.window;
  return (window.from.is_relative() || time >= window.from.count()) &&
         (window.to.is_relative() || time <= window.to.count());
}

} // namespace

result<std::vector<index_row>> parse_index_csv(std::string_view text) {
  csv_reader csv(text);
  std::vector<std::string> fields;
  auto first = csv.next(fields);
  if (!first)
    return first.error();
  std::vector<json_place> columns;
  for (const std::string& name : fields)
    columns.push_back(row_reader::column(name));
  for (json_place wanted : {uuid, timestamp, publish_timestamp, published})
    if (std::count(columns.begin(), columns.end(), wanted) != 1)
      return fail(ec::protocol_violation, "MISP's CSV has other columns than expected");
  row_reader rows;
  rows.expect_rows();
  while (true) {
    auto more = csv.next(fields);
    if (!more)
      return more.error();
    if (!*more)
      break;
    if (fields.size() == 1 && fields[0].empty())
      continue; // an empty line
    if (fields.size() != columns.size())
      return fail(ec::upstream_failed,
                  "MISP's CSV ends inside a row, or a row has another number of columns");
    rows.begin_row();
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (columns[i] != skip_place)
        rows.set(columns[i], {json_scalar::kind::text, false, fields[i]});
    rows.end_row();
  }
  return std::move(rows).finish();
}

result<std::vector<index_row>> parse_index_json(std::string_view text) {
  row_reader rows;
  if (auto walked = walk_json(text, listing, rows); !walked)
    return walked.error();
  return std::move(rows).finish();
}

result<index_answer> parse_index(const http::response& answer, const index_query& query) {
  if (auto good = classify(answer); !good)
    return good.error();
  auto rows = is_csv(answer) ? parse_index_csv(answer.body) : parse_index_json(answer.body);
  if (!rows)
    return rows.error();
  index_answer out;
  out.rows = std::move(*rows);
  out.unasked = std::erase_if(out.rows, [&](const index_row& row) { return !is_asked(row, query); });
  return out;
}

} // namespace isacbot::misp
