#include "sandbox/form.hpp"

#include "core/bytes.hpp"

namespace isacbot::sandbox {

namespace {

result<std::string> unescape(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      plain.push_back(' ');
    } else if (text[i] != '%') {
      plain.push_back(text[i]);
    } else {
      if (text.size() - i < 3)
        return fail(ec::malformed, "form text ends inside a percent escape");
      auto byte = from_hex(text.substr(i + 1, 2));
      if (!byte)
        return fail(ec::malformed, "form text has a broken percent escape");
      plain += *byte;
      i += 2;
    }
  }
  return plain;
}

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (char c : text) {
    bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '*' ||
                 c == '-' || c == '.' || c == '_';
    if (plain) {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('+');
    } else {
      auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(digits[byte >> 4U]);
      out.push_back(digits[byte & 0x0FU]);
    }
  }
}

} // namespace

result<form_fields> decode_form(std::string_view body) {
  form_fields fields;
  while (!body.empty()) {
    std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), pair.size() + 1));
    if (pair.empty())
      continue;
    std::size_t equals = pair.find('=');
    auto name = unescape(pair.substr(0, equals));
    auto value = unescape(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
    if (!name)
      return name.error();
    if (!value)
      return value.error();
    fields.emplace_back(std::move(*name), std::move(*value));
  }
  return fields;
}

std::string encode_form(const form_fields& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    if (!body.empty())
      body.push_back('&');
    append_escaped(body, name);
    body.push_back('=');
    append_escaped(body, value);
  }
  return body;
}

std::string first_of(const form_fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (key == name)
      return value;
  return {};
}

} // namespace isacbot::sandbox
