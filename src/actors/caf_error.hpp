/// Carries our errors through CAF, which knows a code, a category and a message.
#pragma once

#include "core/error.hpp"

#include <caf/error.hpp>

namespace isacbot {

/// Packs code, cause, mend and retry_after; nothing is lost on the way.
caf::error to_caf_error(const error& e);

/// Unpacks; CAF's own errors become ec::timeout (request timeout, receiver down) or ec::internal.
error from_caf_error(const caf::error& e);

/// Whether a request came to nothing by a failure of ours (an actor ended, or is away), and not by the word
/// of the other side: then it is worth another try.
bool failed_here(const caf::error& e);

/// `expected`-like glue for handlers: `return to_caf(result)`.
template <class T>
caf::result<T> to_caf(result<T> r) {
  if (!r)
    return to_caf_error(r.error());
  return std::move(*r);
}

} // namespace isacbot
