/// Requests recorded from real TruSTAR clients, when the checkout has them beside it.
#pragma once

#include "protocol/http/message.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace isacbot::test {

inline std::filesystem::path recorded_requests() {
  return std::filesystem::path(ISACBOT_SHARED) / "data" / "trustar-requests";
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Takes one recorded request apart: request line, header lines, body.
inline http::request parse_recorded(const std::string& bytes) {
  http::request request;
  std::size_t head = bytes.find("\r\n\r\n");
  request.body = bytes.substr(head + 4);
  std::size_t at = bytes.find("\r\n");
  std::string line = bytes.substr(0, at);
  request.method = line.substr(0, line.find(' '));
  request.target = line.substr(line.find(' ') + 1, line.rfind(' ') - line.find(' ') - 1);
  while (at < head) {
    std::size_t end = bytes.find("\r\n", at + 2);
    std::string field = bytes.substr(at + 2, end - at - 2);
    std::size_t colon = field.find(": ");
    request.headers.add(field.substr(0, colon), field.substr(colon + 2));
    at = end;
  }
  return request;
}

/// @returns nullopt when the recordings are not there
inline std::optional<http::request> load_recorded(const std::string& file) {
  auto path = recorded_requests() / file;
  if (!std::filesystem::exists(path))
    return std::nullopt;
  return parse_recorded(read_file(path));
}

} // namespace isacbot::test
