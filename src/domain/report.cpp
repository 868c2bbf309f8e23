#include "domain/report.hpp"

#include "domain/batch_planner.hpp"
#include "observables/observables.hpp"
#include "protocol/trustar/types.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::domain {

namespace {

void count_type(std::vector<type_count>& types, const std::string& name) {
  auto found = std::find_if(types.begin(), types.end(), [&](const type_count& t) { return t.type == name; });
  if (found == types.end())
    types.push_back({name, 1});
  else
    ++found->count;
}

} // namespace

report_observables find_observables(const report_content& content, const observables::known_names& names) {
  observables::options options;
  options.tlds = names.tlds;
  options.malware = names.malware;
  report_observables out;
  for (auto& found : observables::extract(content.title + "\n\n" + content.body, options)) {
    indicator_row row;
    row.type = observables::to_string(found.kind);
    row.value = std::move(found.value);
    row.first_seen = content.time_began;
    if (!trustar::wire_type(row.type)) {
      ++out.other;
    } else if (found.flags.special || observables::is_special(found.kind, row.value)) {
      out.special.push_back(std::move(row));
    } else {
      count_type(out.types, row.type);
      out.rows.push_back(std::move(row));
    }
  }
  return out;
}

std::string make_report_key(const member& who, const enclave_id& enclave, std::span<const std::string> tags,
                            const report_content& content) {
  indicator_row whole; // a report's content is hashed as one row of a type that no list has
  whole.type = "REPORT";
  whole.value = content.title;
  whole.notes = content.body;
  whole.source = content.external_url;
  whole.first_seen = content.time_began;
  return make_content_key(who, enclave, tags, {&whole, 1});
}

} // namespace isacbot::domain
