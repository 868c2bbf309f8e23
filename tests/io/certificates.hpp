/// A certificate authority that lives as long as a test.
#pragma once

#include <filesystem>
#include <string>

namespace isacbot::test {

struct certificate_files {
  std::string certificate; ///< PEM path
  std::string key;         ///< PEM path
};

/// Makes certificates with OpenSSL; nothing is checked in that could expire.
class certificate_authority {
 public:
  /// @param directory  where the PEM files go
  explicit certificate_authority(std::filesystem::path directory, std::string name = "authority");
  ~certificate_authority();
  certificate_authority(const certificate_authority&) = delete;
  certificate_authority& operator=(const certificate_authority&) = delete;

  /// The authority's own certificate, for `ca_file`.
  [[nodiscard]] const std::string& file() const noexcept { return own_.certificate; }

  /// @param names  subject alternative names as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1"
  /// @param days   validity from now; negative: expired since
  certificate_files issue(const std::string& name, const std::string& names, int days = 1);

 private:
  struct key_pair;
  std::filesystem::path directory_;
  key_pair* authority_;
  certificate_files own_;
};

} // namespace isacbot::test
