/// `isacbot extract`: observables in any text, from files or standard input.
#include "cli/extract.hpp"

#include "observables/observables.hpp"

#include <boost/json.hpp>

#include <array>
#include <fstream>
#include <istream>
#include <ostream>

namespace isacbot::cli {
namespace {

namespace json = boost::json;

/// Writes what was found since the last call: nothing waits for the end of the input.
class line_writer {
 public:
  explicit line_writer(std::ostream& out) : out_(out) {}

  void write_new(const observables::scanner& scanner) {
    std::string text;
    for (; written_ < scanner.size(); ++written_) {
      const observables::scanner::view x = scanner[written_];
      text.append(to_string(x.kind)).append("\t").append(x.value).append("\n");
    }
    out_.write(text.data(), static_cast<std::streamsize>(text.size()));
  }

 private:
  std::ostream& out_;
  std::size_t written_ = 0;
};

bool extract_plain(std::istream& in, observables::scanner& scanner, line_writer& writer) {
  std::string chunk(256 * 1024, '\0');
  do {
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    scanner.feed(std::string_view(chunk).substr(0, static_cast<std::size_t>(in.gcount())));
    writer.write_new(scanner);
  } while (in);
  scanner.finish();
  writer.write_new(scanner);
  return !in.bad();
}

std::optional<unsigned> read_escape(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u')
    return std::nullopt;
  unsigned out = 0;
  for (char c : text.substr(2, 4)) {
    const bool digit = c >= '0' && c <= '9';
    const char folded = static_cast<char>(c | 0x20);
    if (!digit && (folded < 'a' || folded > 'f'))
      return std::nullopt;
    out = out * 16 + static_cast<unsigned>(digit ? c - '0' : folded - 'a' + 10);
  }
  return out;
}

/// Half a surrogate pair is legal in JSON's grammar and means nothing; the parser refuses the whole line for
/// it.
std::string replace_lone_surrogates(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size();) {
    if (line[i] != '\\' || i + 1 == line.size()) {
      out += line[i++];
      continue;
    }
    const std::optional<unsigned> unit = read_escape(line.substr(i));
    if (!unit) {
      out += line.substr(i, 2);
      i += 2;
      continue;
    }
    const std::optional<unsigned> next = read_escape(line.substr(std::min(line.size(), i + 6)));
    const bool pair = (*unit & 0xFC00U) == 0xD800U && next && (*next & 0xFC00U) == 0xDC00U;
    const std::size_t length = pair ? 12 : 6;
    out += !pair && (*unit & 0xF800U) == 0xD800U ? std::string_view("\\ufffd") : line.substr(i, length);
    i += length;
  }
  return out;
}

json::value parse_line(std::string_view line, json::error_code& failed) {
  json::parse_options options;
  options.max_depth = 256;
  options.allow_invalid_utf8 = true;
  json::value out = json::parse(line, failed, {}, options);
  if (!failed || line.find("\\u") == std::string_view::npos)
    return out;
  failed = {};
  return json::parse(replace_lone_surrogates(line), failed, {}, options);
}

/// Takes a line apart and answers it; `problem` stays empty when it was a good one.
std::string answer_line(std::string_view line, std::string_view& problem) {
  json::error_code failed;
  const json::value parsed = parse_line(line, failed);
  const json::object* request = failed ? nullptr : parsed.if_object();
  const json::value* id = request ? request->if_contains("id") : nullptr;
  const json::value* member = request ? request->if_contains("text") : nullptr;
  const json::string* text = member ? member->if_string() : nullptr;
  problem = failed     ? "not valid JSON"
            : !request ? "not a JSON object"
            : !text    ? "no string member \"text\""
                       : "";

  std::string out = "{\"id\":" + (id ? json::serialize(*id) : "null");
  if (!problem.empty())
    out.append(",\"error\":").append(json::serialize(problem));
  out += ",\"observables\":[";
  if (text) {
    bool first = true;
    for (const observables::observable& x :
         observables::extract(std::string_view(text->data(), text->size()))) {
      out.append(first ? "{" : ",{").append("\"type\":\"").append(to_string(x.kind));
      out.append("\",\"value\":").append(json::serialize(x.value));
      out.append(",\"count\":").append(std::to_string(x.count));
      out.append(",\"offset\":").append(std::to_string(x.offset)).append("}");
      first = false;
    }
  }
  return out + "]}\n";
}

bool extract_json_lines(std::istream& in, std::ostream& out, std::ostream& err) {
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r')
      line.pop_back();
    if (line.find_first_not_of(" \t") == std::string::npos)
      continue;
    std::string_view problem;
    out << answer_line(line, problem);
    if (!problem.empty())
      err << "extract: line " << number << ": " << problem << '\n';
  }
  return !in.bad();
}

} // namespace

int run_extract(const extract_arguments& arguments, std::istream& in, std::ostream& out, std::ostream& err) {
  observables::scanner scanner;
  line_writer writer(out);
  auto run = [&](std::istream& input) {
    return arguments.jsonl ? extract_json_lines(input, out, err) : extract_plain(input, scanner, writer);
  };
  if (arguments.files.empty())
    return run(in) ? 0 : 1;
  int status = 0;
  for (const std::string& name : arguments.files) {
    std::ifstream file(name, std::ios::binary);
    if (!file || !run(file)) {
      err << "extract: cannot read " << name << '\n';
      status = 1;
    }
  }
  out.flush();
  return status;
}

} // namespace isacbot::cli
