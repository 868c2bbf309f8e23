/// Reads the observables of a window of undressed text. The walk, the rules and the typed readers share this
/// class; each group of rules has its own file:
///   reader.cpp        the walk over runs and atoms, emitting
///   read_url.cpp      schemes, authorities, where a URL ends
///   read_host.cpp     domains, e-mail addresses
///   read_file.cpp     file names against domains
///   read_address.cpp  IPv4, IPv6, CIDR, MAC
///   read_word.cpp     hashes, coins, CVE, ATT&CK, ASN, ssdeep
///   read_registry.cpp registry keys
///   read_malware.cpp  names out of lists, antivirus labels
#pragma once

#include "observables/characters.hpp"
#include "observables/collector.hpp"
#include "observables/dress.hpp"
#include "observables/observables.hpp"
#include "observables/refang.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace isacbot::observables {

class reader {
 public:
  reader(const options& opts, collector& found);

  /// Reads all of `text`; `base` is where its source begins in the whole input.
  void read(const undressed& text, std::uint64_t base, bool loose);

  /// The sighting that covers most of the undressed text (the first of several): for callers that want one
  /// value alone. What lies inside it, such as the hash in a vendor's link, is part of it.
  struct cover {
    std::size_t begin = 0; ///< in the undressed text
    std::size_t end = 0;   ///< equal to `begin`: nothing was found
    std::size_t index = 0; ///< in the collector
  };
  [[nodiscard]] cover widest() const noexcept { return widest_; }

 private:
  // --- the walk: positions in window_
  bool is_plain_word(std::string_view word) const noexcept;
  void read_words(std::size_t begin, std::size_t end);
  std::size_t read_run(std::size_t begin, std::size_t end, unsigned classes);
  void read_token();
  void read_plain(std::size_t begin, std::size_t end);
  std::size_t read_atom(std::size_t begin, std::size_t end, std::size_t limit);

  // --- typed readers: positions in token_; each returns where it stopped, or `begin` when it found nothing
  std::size_t read_url(std::size_t scheme, std::size_t authority, std::string_view canonical, bool defanged);
  std::size_t read_bare_url(std::size_t begin, std::size_t host_end, std::string_view host,
                            std::size_t limit);
  std::size_t find_path_end(std::size_t begin, std::size_t path, std::size_t limit) const;
  bool is_more_path(std::size_t comma, std::size_t limit) const;
  void emit_url(std::string_view prefix, std::string_view host, std::size_t begin, std::size_t rest,
                std::size_t end, bool defanged);
  void read_reference(std::string_view host, std::size_t begin, std::size_t end);

  bool read_host(std::size_t begin, std::size_t end);
  std::size_t read_email(std::size_t begin, std::size_t at, std::size_t limit);
  std::size_t read_named(std::size_t begin, std::size_t end, std::size_t limit);
  bool read_dotted_mac(std::size_t begin, std::size_t end);
  std::size_t read_mac(std::size_t begin, std::size_t limit);
  std::size_t read_ipv4(std::size_t begin, std::size_t end, std::size_t limit);
  std::size_t read_ipv6(std::size_t begin, std::size_t limit);
  std::size_t read_ssdeep(std::size_t begin, std::size_t end, std::size_t limit);
  void read_atom_words(std::size_t begin, std::size_t end);
  void emit_file(std::size_t begin, std::size_t end);
  bool read_hash(std::size_t begin, std::size_t end);
  void read_hash_in(std::size_t begin, std::size_t end);
  bool read_coin(std::size_t begin, std::size_t end);
  bool read_attack(std::size_t begin, std::size_t end);

  // --- readers over window_, since their values hold spaces; they return where they stopped, or `begin`
  std::size_t read_cve(std::size_t begin);
  std::size_t read_asn(std::size_t begin, std::size_t end);
  std::size_t read_registry(std::size_t begin);
  std::size_t read_family(std::size_t begin, std::size_t end);
  std::size_t read_label(std::size_t begin, std::size_t end);
  std::size_t read_listed(std::size_t begin, std::size_t end);

  // --- evidence
  bool tld(std::string_view lower) const noexcept;
  bool is_marked(std::size_t begin, std::size_t end) const noexcept;
  std::string_view word_before(std::size_t position) const noexcept;
  std::string_view word_behind(std::size_t position) const noexcept;
  bool stands_alone(std::size_t begin, std::size_t end) const noexcept;
  bool has_hash_beside(std::size_t begin, std::size_t end) const noexcept;
  std::optional<type> neighbour(std::size_t begin) const noexcept;
  bool is_version(std::size_t begin) const noexcept;
  bool is_file(std::size_t begin, std::size_t end, std::string_view last, bool marked) const;
  bool is_code(std::size_t begin, std::size_t end, std::size_t limit) const;

  // --- emitting
  /// @param begin,end  what was read of token_
  void emit(type kind, std::string_view value, std::size_t begin, std::size_t end,
            observable_flags flags = {});
  /// @param begin,end  what was read of window_
  void emit_at(type kind, std::string_view value, std::size_t begin, std::size_t end, observable_flags flags);
  void emit_derived_host(std::string_view host, std::size_t begin, std::size_t end);

  const options& options_;
  collector& found_;
  const malware_names& families_;
  const undressed* source_ = nullptr;
  std::uint64_t base_ = 0;
  bool loose_ = false;
  std::string_view window_; ///< undressed text
  std::string_view token_;  ///< the run at hand, refanged
  token_map map_;           ///< from token_ to window_
  refanger refanger_;
  std::size_t last_family_end_ = 0; ///< in window_; 0: none yet
  std::size_t last_attack_end_ = 0; ///< likewise
  std::size_t resume_ = 0;          ///< how far readers over window_ went
  cover widest_;
  std::string host_;  ///< of the last `read_host`: lower case, A-labels
  std::string value_; ///< scratch
  struct {
    type kind = type::domain;
    std::size_t end = 0; ///< in window_
    bool known = false;
  } last_named_; ///< domain or file name read last: evidence for its neighbours
};

} // namespace isacbot::observables
