/// JSON of any size, in pieces of any size: walks through it, builds the values that its listener wants, one
/// at a time, and keeps nothing else.
#pragma once

#include "core/error.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::json {

enum class value_kind : std::uint8_t { object, array, scalar };

/// What to do with a value that begins. A scalar that is entered is skipped.
enum class stream_step : std::uint8_t { enter, keep, skip };

/// Names of the members that lead to a value. An element of an array has its array's path.
using stream_path = std::vector<std::string>;

class stream_listener {
 public:
  virtual ~stream_listener() = default;

  /// A value begins at `path`.
  virtual stream_step begin(const stream_path& path, value_kind kind) = 0;
  /// A kept value is whole; it lives as long as the call.
  virtual result<void> take(const stream_path& path, const boost::json::value& value) = 0;
  /// A kept value is larger than `stream_limits::max_kept_bytes`; it was passed over.
  virtual result<void> take_oversized(const stream_path& path) = 0;
  /// An object or array that was entered ends.
  virtual result<void> end(const stream_path& path, value_kind kind) = 0;
};

struct stream_limits {
  std::size_t max_depth = 64;
  std::size_t max_kept_bytes = std::size_t{256} << 10U; ///< texts and 16 for each value
  std::size_t max_key_bytes = 4'096;                    ///< of an entered object's member
};

/// A number that is no whole one comes as the text of it, as written: its value would depend on where the
/// bytes are cut.
///
/// One JSON text (RFC 8259, strict; UTF-8 is checked). Not thread-safe.
class stream {
 public:
  explicit stream(stream_listener& listener, stream_limits limits = {});
  ~stream();
  stream(stream&&) noexcept;
  stream& operator=(stream&&) noexcept;

  /// @error what the listener failed with; ec::malformed, with the byte; ec::too_large: nested too deep.
  ///        After an error nothing more may be fed. The cause never quotes the text.
  result<void> feed(std::string_view bytes);
  /// @error ec::malformed: the text ends too early
  result<void> finish();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace isacbot::json
