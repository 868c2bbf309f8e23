/// `isacbot extract`: observables in any text, from files or standard input.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace isacbot::cli {

struct extract_arguments {
  bool jsonl = false;             ///< one `{"id": any, "text": "..."}` a line instead of bytes
  std::vector<std::string> files; ///< read one after the other; empty: `in`
};

/// Plain mode writes `TYPE<TAB>value` for each distinct observable of all inputs together, while reading.
/// JSON Lines mode answers each line with `{"id": same, "observables": [...]}`; a line that is no such object
/// gets an `error` member and an empty list, and the run goes on.
/// @returns the exit status: 0, or 1 when a file could not be read (told on `err`)
int run_extract(const extract_arguments& arguments, std::istream& in, std::ostream& out, std::ostream& err);

} // namespace isacbot::cli
