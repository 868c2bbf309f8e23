#include "domain/lists/record_splitter.hpp"

#include "domain/line_text.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::domain {

namespace {

bool is_line_end(char c) noexcept {
  return c == '\n' || c == '\r';
}

std::size_t find_line_end(std::string_view bytes) noexcept {
  return static_cast<std::size_t>(std::find_if(bytes.begin(), bytes.end(), is_line_end) - bytes.begin());
}

} // namespace

record_splitter::record_splitter(char delimiter, taker take)
    : delimiter_(delimiter),
      take_(std::move(take)) {}

result<void> record_splitter::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (kept_.empty()) {
      auto taken = take_records(bytes, false);
      if (!taken)
        return taken.error();
      kept_ = bytes.substr(*taken);
      return {};
    }
    const std::string_view piece = bytes.substr(0, max_list_entry);
    bytes.remove_prefix(piece.size());
    kept_.append(piece);
    auto taken = take_records(kept_, false);
    if (!taken)
      return taken.error();
    kept_.erase(0, *taken);
  }
  return {};
}

result<void> record_splitter::finish() {
  auto taken = take_records(kept_, true);
  return taken ? result<void>{} : taken.error();
}

/// @returns how many bytes need not be looked at again
result<std::size_t> record_splitter::take_records(std::string_view bytes, bool last) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::string_view rest = bytes.substr(done);
    if (skipping_) {
      const std::size_t end = find_line_end(rest);
      if (end == rest.size())
        return bytes.size();
      if (rest[end] == '\r' && end + 1 == rest.size() && !last)
        return done + end;
      done += end + (rest.substr(end).starts_with("\r\n") ? 2 : 1);
      skipping_ = false;
      ++line_;
      continue;
    }
    // The same bytes are looked at wherever the pieces are cut.
    const find found =
        find_record(rest.substr(0, max_list_entry + 2), last || rest.size() > max_list_entry + 1);
    if (found == find::incomplete)
      return done;
    if (found == find::malformed || end_ > max_list_entry) {
      auto taken = take_broken_line(rest, last);
      if (!taken)
        return taken;
      if (*taken == 0)
        return done;
      done += *taken;
      continue;
    }
    record_.line = line_;
    record_.text = rest.substr(0, end_);
    record_.malformed = record_.too_long = false;
    read_fields(record_.text);
    if (auto taken = take_(record_); !taken)
      return taken.error();
    line_ += line_ends_ + 1;
    done += next_;
  }
  return done;
}

/// Looks for the end of the record at the start of `bytes`.
/// @param whole  nothing follows: the record ends here at the latest
record_splitter::find record_splitter::find_record(std::string_view bytes, bool whole) {
  std::size_t at = 0;
  line_ends_ = 0;
  while (true) {
    while (at < bytes.size() && is_blank(bytes[at]))
      ++at;
    if (at < bytes.size() && bytes[at] == '"') {
      for (++at;; at += 2) {
        const std::size_t quote = std::min(bytes.find('"', at), bytes.size());
        for (; at < quote; ++at)
          if (bytes[at] == '\n' || (bytes[at] == '\r' && (at + 1 == bytes.size() || bytes[at + 1] != '\n')))
            ++line_ends_;
        if (at + 1 >= bytes.size() && !whole)
          return find::incomplete; // no quote yet, or perhaps a doubled one
        if (at >= bytes.size())
          return find::malformed;
        if (at + 1 == bytes.size() || bytes[at + 1] != '"')
          break;
      }
      ++at;
      while (at < bytes.size() && is_blank(bytes[at]))
        ++at;
      if (at < bytes.size() && bytes[at] != delimiter_ && !is_line_end(bytes[at]))
        return find::malformed;
    } else {
      while (at < bytes.size() && bytes[at] != delimiter_ && !is_line_end(bytes[at]))
        ++at;
    }
    if (at < bytes.size() && bytes[at] == delimiter_) {
      ++at;
      continue;
    }
    if (!whole && (at == bytes.size() || (bytes[at] == '\r' && at + 1 == bytes.size())))
      return find::incomplete;
    end_ = at;
    next_ = at == bytes.size() ? at : at + (bytes.substr(at).starts_with("\r\n") ? 2 : 1);
    return find::complete;
  }
}

/// The line at the start is no record, or none that is short enough: it is handed over alone, so that one
/// wrong quote does not swallow the lines behind it. @returns 0 when its end is not here yet
result<std::size_t> record_splitter::take_broken_line(std::string_view bytes, bool last) {
  const std::size_t end = find_line_end(bytes);
  record_.line = line_;
  record_.fields.clear();
  record_.malformed = true;
  record_.too_long = end > max_list_entry;
  if (!record_.too_long && !last && (end == bytes.size() || (bytes[end] == '\r' && end + 1 == bytes.size())))
    return std::size_t{0};
  record_.text = bytes.substr(0, std::min(end, max_list_entry));
  if (auto taken = take_(record_); !taken)
    return taken.error();
  if (record_.too_long) {
    skipping_ = true;
    return max_list_entry;
  }
  ++line_;
  return end == bytes.size() ? end : end + (bytes.substr(end).starts_with("\r\n") ? 2 : 1);
}

void record_splitter::read_fields(std::string_view text) {
  record_.fields.clear();
  unquoted_used_ = 0;
  std::size_t begin = 0;
  while (true) {
    std::size_t at = begin;
    while (at < text.size() && is_blank(text[at]))
      ++at;
    if (at < text.size() && text[at] == '"')
      for (at = text.find('"', at + 1); at + 1 < text.size() && text[at + 1] == '"';)
        at = text.find('"', at + 2);
    const std::size_t end = std::min(text.find(delimiter_, at), text.size());
    add_field(text.substr(begin, end - begin));
    if (end == text.size())
      return;
    begin = end + 1;
  }
}

void record_splitter::add_field(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && text.front() == '"') {
    text = text.substr(1, text.size() - 2);
    if (text.find('"') != std::string_view::npos) {
      if (unquoted_used_ == unquoted_.size())
        unquoted_.emplace_back();
      std::string& plain = unquoted_[unquoted_used_++];
      plain.clear();
      for (std::size_t at = 0; at < text.size(); ++at) {
        plain.push_back(text[at]);
        at += text[at] == '"' ? 1 : 0;
      }
      record_.fields.push_back(plain);
      return;
    }
    text = trimmed(text);
  }
  record_.fields.push_back(text);
}

} // namespace isacbot::domain
