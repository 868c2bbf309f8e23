#include "station/pages/views.hpp"

#include "observables/observables.hpp"
#include "protocol/trustar/types.hpp"
#include "station/pages/layout.hpp"
#include "station/pages/marked_body.hpp"

#include <map>
#include <optional>

namespace isacbot::station {

namespace {

/// A value that nobody clicks by accident. @param type  of the wire
std::string defang(const std::string& type, const std::string& value) {
  auto kind = observables::parse_type(trustar::observable_type(type, value));
  return kind ? observables::defang(*kind, value) : value;
}

/// A link to a page elsewhere, only if it is one: a report may carry any text in that place.
bool is_web_link(std::string_view url) noexcept {
  return url.starts_with("https://") || url.starts_with("http://");
}

void write_row(html& out, markup name, std::string_view value) {
  out.raw("<dt>").raw(name).raw("</dt><dd>").text(value).raw("</dd>\n");
}

void write_tags(html& out, const std::vector<std::string>& names) {
  out.raw("<dt>Tags</dt><dd>");
  for (const std::string& name : names)
    out.raw("<span class=\"tag\"><bdi>").text(name).raw("</bdi></span>");
  if (names.empty())
    out.raw("<span class=\"quiet\">none</span>");
  out.raw("</dd>\n");
}

void write_indicator_link(html& out, const std::string& type, const std::string& value) {
  out.raw("<a href=\"").text(indicator_path(type, value)).raw("\"><bdi>").text(defang(type, value));
  out.raw("</bdi></a>");
}

void write_reports(html& out, const std::vector<report_line>& reports, bool more) {
  if (reports.empty()) {
    out.raw("<p class=\"quiet\">None that you may see.</p>\n");
    return;
  }
  out.raw("<table>\n<tr><th>Report</th><th>Enclave</th><th>Updated</th></tr>\n");
  for (const report_line& line : reports) {
    out.raw("<tr><td><a href=\"").text(report_path(line.id)).raw("\"><bdi>").text(line.title);
    out.raw("</bdi></a></td><td>").text(line.enclave_name).raw("</td><td>");
    out.text(format_time(line.updated)).raw("</td></tr>\n");
  }
  out.raw("</table>\n");
  if (more)
    out.raw("<p class=\"quiet\">These are the newest; there are more.</p>\n");
}

void write_observables(html& out, const std::vector<report_observable>& observables) {
  std::map<std::string, std::vector<const report_observable*>> by_type;
  for (const report_observable& x : observables)
    if (!x.derived)
      by_type[x.type].push_back(&x);
  if (by_type.empty()) {
    out.raw("<p class=\"quiet\">None.</p>\n");
    return;
  }
  out.raw("<table>\n<tr><th>Type</th><th>Values</th></tr>\n");
  for (const auto& [type, values] : by_type) {
    out.raw("<tr><td>").text(type).raw("</td><td>");
    for (const report_observable* x : values) {
      write_indicator_link(out, x->type, x->value);
      out.raw("<br>\n");
    }
    out.raw("</td></tr>\n");
  }
  out.raw("</table>\n");
}

void write_time(html& out, markup name, const std::optional<sys_time>& at) {
  if (at)
    write_row(out, name, format_time(*at));
}

/// "Example Intel: Risk Score 78 (high): seen in phishing"
std::string describe(const trustar::summary& score) {
  constexpr std::string_view levels[] = {"benign", "low", "medium", "high"};
  std::string text = score.source_name.empty() ? score.source_key : score.source_name;
  text += text.empty() ? "" : ": ";
  if (!score.score_value.empty())
    text += score.score_name + (score.score_name.empty() ? "" : " ") + score.score_value + " ";
  if (score.severity && *score.severity >= 0 && *score.severity < 4)
    text.append("(").append(levels[*score.severity]).append(")");
  return score.description.empty() ? text : text + ": " + score.description;
}

} // namespace

html make_report_view(const report_view& view, const observables::known_names& names) {
  const trustar::report& report = view.report.what;
  html out;
  out.raw("<h1><bdi>").text(report.title).raw("</bdi></h1>\n<dl>\n");
  write_row(out, "Enclave", view.enclave_name);
  write_tags(out, view.report.tags);
  write_time(out, "Time began", report.time_began);
  write_time(out, "Created", report.created);
  write_time(out, "Updated", report.updated);
  if (report.external_id)
    write_row(out, "External id", *report.external_id);
  if (report.external_url && is_web_link(*report.external_url))
    out.raw("<dt>Source</dt><dd><a rel=\"noopener noreferrer\" href=\"")
        .text(*report.external_url)
        .raw("\">")
        .text(*report.external_url)
        .raw("</a></dd>\n");
  else if (report.external_url)
    write_row(out, "Source", *report.external_url);
  if (!view.report.copied_from.empty())
    out.raw("<dt>Copy of</dt><dd><a href=\"")
        .text(report_path(view.report.copied_from))
        .raw("\">")
        .text(view.report.copied_from)
        .raw("</a></dd>\n");
  write_row(out, "Report id", report.id);
  out.raw("</dl>\n<h2>Body</h2>\n<pre>");
  out.add(mark_body(report.body.value_or(std::string()), view.observables, names));
  out.raw("</pre>\n<h2>Indicators</h2>\n");
  write_observables(out, view.observables);
  out.raw("<h2>Correlated reports</h2>\n");
  write_reports(out, view.correlated, view.more_correlated);
  return out;
}

html make_indicator_view(const indicator_view& view) {
  const trustar::indicator& known = view.known;
  html out;
  out.raw("<h1><bdi>").text(defang(known.type, known.value)).raw("</bdi></h1>\n<dl>\n");
  write_row(out, "Type", known.type);
  for (const std::string& name : view.enclave_names)
    write_row(out, "Enclave", name);
  std::vector<std::string> tags;
  for (const trustar::tag& t : known.tags)
    tags.push_back(t.name);
  write_tags(out, tags);
  write_time(out, "First seen", known.first_seen);
  write_time(out, "Last seen", known.last_seen);
  write_row(out, "Sightings", std::to_string(known.sightings.value_or(0)));
  write_row(out, "Reports", std::to_string(known.correlation_count.value_or(0)));
  if (!known.source.empty())
    write_row(out, "Source", known.source);
  for (const trustar::summary& score : view.scores)
    write_row(out, "Score", describe(score));
  for (const std::string& note : known.notes)
    write_row(out, "Note", note);
  if (view.whitelisted)
    write_row(out, "Whitelist", "your company has whitelisted it");
  out.raw("</dl>\n<h2>Reports that hold it</h2>\n");
  write_reports(out, view.reports, view.more_reports);
  return out;
}

html make_search_view(const search_view& view) {
  html out;
  out.raw("<h1>Search</h1>\n<form method=\"get\" action=\"/\" role=\"search\">\n"
          "<input name=\"q\" type=\"search\" aria-label=\"Value or words\" autofocus maxlength=\"500\" "
          "value=\"")
      .text(view.term)
      .raw("\">\n<button>Search</button>\n</form>\n");
  if (!view.message.empty())
    out.raw("<p class=\"fault\" role=\"alert\">").text(view.message).raw("</p>\n");
  if (view.term.empty() || !view.message.empty())
    return out;
  out.raw("<h2>Indicators</h2>\n");
  if (view.indicators.empty())
    out.raw("<p class=\"quiet\">None that you may see.</p>\n");
  else {
    out.raw("<table>\n<tr><th>Type</th><th>Value</th><th>Last seen</th></tr>\n");
    for (const indicator_line& line : view.indicators) {
      out.raw("<tr><td>").text(line.type).raw("</td><td>");
      write_indicator_link(out, line.type, line.value);
      out.raw("</td><td>").text(format_time(line.last_seen)).raw("</td></tr>\n");
    }
    out.raw("</table>\n");
    if (view.all_indicators > view.indicators.size())
      out.raw("<p class=\"quiet\">The newest of ").number(view.all_indicators).raw(".</p>\n");
  }
  out.raw("<h2>Reports</h2>\n");
  write_reports(out, view.reports, view.more_reports);
  return out;
}

html make_account_view(const account_view& view) {
  html out;
  out.raw("<h1>Your account</h1>\n<dl>\n");
  write_row(out, "Name", view.name);
  write_row(out, "Company", view.company.empty() ? "none: you stand alone" : view.company);
  write_row(out, "API key", view.key);
  write_row(out, "Calls a minute",
            view.calls_per_minute == 0 ? "no limit" : std::to_string(view.calls_per_minute));
  write_row(out, "Calls a day",
            view.calls_per_day == 0 ? "no limit"
                                    : std::to_string(view.calls_today) + " of " +
                                          std::to_string(view.calls_per_day) + " used by your company");
  out.raw("</dl>\n<p class=\"quiet\">The secret is not shown: only a hash of it is kept.</p>\n"
          "<form method=\"post\" action=\"/account/secret\"><button>Make a new secret</button></form>\n"
          "<h2>Enclaves</h2>\n");
  if (view.granted.empty()) {
    out.raw("<p class=\"quiet\">None yet. The operator of this Station gives access.</p>\n");
    return out;
  }
  out.raw("<table>\n<tr><th>Enclave</th><th>You may</th><th>Id</th></tr>\n");
  for (const granted_enclave& g : view.granted) {
    out.raw("<tr><td>").text(g.enclave.name).raw("</td><td>");
    out.text(g.may_update() ? "read, submit, change" : g.may_create() ? "read, submit" : "read");
    out.raw("</td><td>").text(g.enclave.id).raw("</td></tr>\n");
  }
  out.raw("</table>\n");
  return out;
}

html make_login_view(const login_view& view) {
  html out;
  out.raw("<h1>Log in</h1>\n");
  if (!view.message.empty())
    out.raw("<p class=\"fault\" role=\"alert\">").text(view.message).raw("</p>\n");
  out.raw("<form class=\"login\" method=\"post\" action=\"/login\">\n"
          "<label>API key <input name=\"key\" required autofocus autocomplete=\"username\" "
          "maxlength=\"200\"></label>\n"
          "<label>API secret <input name=\"secret\" type=\"password\" required "
          "autocomplete=\"current-password\" maxlength=\"500\"></label>\n"
          "<input type=\"hidden\" name=\"next\" value=\"")
      .text(view.next)
      .raw("\">\n<button>Log in</button>\n</form>\n"
           "<p class=\"quiet\">These are the key and the secret of your TruSTAR clients.</p>\n");
  return out;
}

} // namespace isacbot::station
