/// HTTP requests and responses as plain values, for everybody who must not see a socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::http {

/// Header fields in the order sent; names compare without case (RFC 9110 section 5.1), repeats are kept.
class fields {
 public:
  fields() = default;
  fields(std::initializer_list<std::pair<std::string, std::string>> list) : list_(list) {}

  void add(std::string name, std::string value) { list_.emplace_back(std::move(name), std::move(value)); }
  /// Replaces every field of that name by one.
  void set(std::string name, std::string value);
  /// @returns the first value, or nullopt
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
  /// @returns how often the name occurs: a security header that comes twice is refused, not merged
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;

  [[nodiscard]] auto begin() const noexcept { return list_.begin(); }
  [[nodiscard]] auto end() const noexcept { return list_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> list_;
};

/// One request as received or to be sent.
struct request {
  std::string method; ///< "GET", upper case
  /// Server: origin form ("/path?query", escapes kept). Client: absolute ("https://host:port/path?query").
  std::string target;
  fields headers;
  std::string body;
};

/// One response.
struct response {
  unsigned status = 200;
  fields headers;
  std::string body;
};

/// A response with a body of the given type. `Content-Length` is the server's business.
response make_response(unsigned status, std::string content_type, std::string body);

/// ASCII case-insensitive equality, as header names and media types need.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

} // namespace isacbot::http
