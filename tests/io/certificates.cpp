#include "io/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace isacbot::test {

namespace {

void require(bool ok) {
  if (!ok)
    throw std::runtime_error("OpenSSL failed to make a certificate");
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  require(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* make_certificate(const std::string& name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key,
                       const std::string& names, int days, long serial) {
  X509* out = X509_new();
  require(out != nullptr);
  X509_set_version(out, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(out), serial);
  constexpr long day = 24L * 60 * 60;
  X509_gmtime_adj(X509_getm_notBefore(out), days < 0 ? 2 * days * day : -60);
  X509_gmtime_adj(X509_getm_notAfter(out), days * day);
  X509_set_pubkey(out, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(out), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509* by = issuer != nullptr ? issuer : out;
  X509_set_issuer_name(out, X509_get_subject_name(by));
  add_extension(out, by, NID_basic_constraints, issuer != nullptr ? "CA:FALSE" : "critical,CA:TRUE");
  if (!names.empty())
    add_extension(out, by, NID_subject_alt_name, names);
  require(X509_sign(out, issuer_key, EVP_sha256()) > 0);
  return out;
}

certificate_files write(const std::filesystem::path& directory, const std::string& name, X509* certificate,
                        EVP_PKEY* key) {
  certificate_files out{(directory / (name + ".pem")).string(), (directory / (name + ".key")).string()};
  using file = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
  const file c(std::fopen(out.certificate.c_str(), "w"), &std::fclose);
  const file k(std::fopen(out.key.c_str(), "w"), &std::fclose);
  require(c && k && PEM_write_X509(c.get(), certificate) == 1 &&
          PEM_write_PrivateKey(k.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return out;
}

} // namespace

struct certificate_authority::key_pair {
  EVP_PKEY* key;
  X509* certificate;
  long last_serial = 1; // serial numbers of one authority differ
};

certificate_authority::certificate_authority(std::filesystem::path directory, std::string name)
    : directory_(std::move(directory)),
      authority_(new key_pair{EVP_EC_gen("P-256"), nullptr, 1}) {
  require(authority_->key != nullptr);
  authority_->certificate = make_certificate(name, authority_->key, nullptr, authority_->key, "", 2, 1);
  own_ = write(directory_, name, authority_->certificate, authority_->key);
}

certificate_authority::~certificate_authority() {
  X509_free(authority_->certificate);
  EVP_PKEY_free(authority_->key);
  delete authority_;
}

certificate_files certificate_authority::issue(const std::string& name, const std::string& names, int days) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  require(key != nullptr);
  X509* certificate = make_certificate(name, key, authority_->certificate, authority_->key, names, days,
                                       ++authority_->last_serial);
  auto out = write(directory_, name, certificate, key);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return out;
}

} // namespace isacbot::test
