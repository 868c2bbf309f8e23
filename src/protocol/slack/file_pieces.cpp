#include "protocol/slack/file_pieces.hpp"

#include "protocol/slack/content.hpp"

namespace isacbot::slack {

result<bool> file_pieces::take(const http::response& answer) {
  auto came = read_file_range(answer);
  if (!came)
    return came.error();
  if (came->offset != offset_)
    return fail(ec::protocol_violation, "another piece of the file came");
  if (total_.value_or(came->total) != came->total)
    return fail(ec::protocol_violation, "the file has changed while it was fetched");
  if (came->total > max_bytes_)
    return fail(ec::too_large, "the file has more bytes than are taken");
  if (answer.body.empty())
    return fail(ec::protocol_violation, "a piece of the file without bytes came");
  total_ = came->total;
  offset_ += answer.body.size();
  return offset_ >= came->total;
}

} // namespace isacbot::slack
