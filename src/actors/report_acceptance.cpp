#include "actors/report_acceptance.hpp"

#include "domain/report.hpp"

#include <utility>

namespace isacbot::actors {

result<acceptance> make_report_acceptance(domain::submission what, const domain::report_content& content,
                                          const domain::report_limits& limits,
                                          const observables::known_names& names) {
  auto parts = domain::split_report(content, limits, names);
  if (!parts)
    return parts.error();
  acceptance out;
  out.submission = std::move(what);
  out.submission.kind = domain::submission_kind::report;
  out.submission.content_key =
      domain::make_report_key(out.submission.who, out.submission.enclave, out.submission.tags, content);
  auto found = domain::find_observables(content, names);
  out.list.counts.handed_in = 1;
  out.list.counts.accepted = 1;
  out.list.rows = std::move(found.rows);
  out.list.types = std::move(found.types);
  out.report = std::move(*parts);
  return out;
}

} // namespace isacbot::actors
