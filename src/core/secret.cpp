#include "core/secret.hpp"

#include "core/bytes.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace isacbot {

secret& secret::operator=(const secret& other) {
  if (this != &other) {
    wipe();
    text_ = other.text_;
  }
  return *this;
}

secret::secret(secret&& other) noexcept : text_(std::move(other.text_)) {
  other.wipe(); // a short string is copied by its move, so the source still holds the bytes
}

secret& secret::operator=(secret&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
  }
  return *this;
}

secret::~secret() {
  wipe();
}

void secret::wipe() noexcept {
  text_.resize(text_.capacity()); // the capacity holds the bytes of an earlier, longer value
  OPENSSL_cleanse(text_.data(), text_.size());
  text_.clear();
}

bool operator==(const secret& a, const secret& b) noexcept {
  return equal_constant_time(a.text_, b.text_);
}

} // namespace isacbot
