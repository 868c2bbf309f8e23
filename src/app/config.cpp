#include "app/config.hpp"

#include "app/config_checks.hpp"
#include "app/config_document.hpp"
#include "app/config_keys.hpp"
#include "app/config_suggest.hpp"

#include <algorithm>
#include <set>

namespace isacbot::app {

namespace {

std::vector<std::string_view> section_names() {
  std::vector<std::string_view> names;
  for (const section_spec& section : config_sections())
    names.push_back(section.name == misp_section ? "misp" : section.name);
  return names;
}

bool is_section(std::string_view name) {
  auto names = section_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_server_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && name.find("__") == std::string_view::npos &&
         name.front() >= 'a' && name.front() <= 'z' && name.back() != '_' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// The variable that overrides a key.
std::string variable_name(const std::string& key) {
  std::string name = "ISACBOT_";
  for (char c : key)
    if (c == '.')
      name += "__";
    else
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

/// "write server.listen = ..." in the words of the place where the value stands.
std::string write_instead(const std::string& key, const std::string& toml, bool in_environment) {
  if (!in_environment)
    return "write " + key + " = " + toml;
  std::string plain = toml; // the environment takes texts without quotes and lists without brackets
  std::erase_if(plain, [](char c) { return c == '"' || c == '[' || c == ']'; });
  return "set " + variable_name(key) + "=" +
         (plain.find_first_of(" ;") != std::string::npos ? "'" + plain + "'" : plain);
}

class loader {
 public:
  explicit loader(const config_input& input) : input_(input), value_(input.defaults) {}

  loaded_config run() {
    config_document document = read_toml(input_.source, input_.text);
    bool readable = document.faults.empty();
    faults_ = std::move(document.faults);
    for (finding& broken : faults_)
      suggest_for_broken_line(broken);
    auto overrides = read_overrides(input_.variables);
    std::set<std::vector<std::string>> overridden;
    for (const config_entry& entry : overrides)
      overridden.insert(entry.path);
    for (const config_table& table : document.tables)
      open_table(table);
    for (const config_entry& entry : document.entries)
      if (!overridden.contains(entry.path))
        apply(entry);
    for (const config_entry& entry : overrides)
      apply(entry);
    std::stable_sort(faults_.begin(), faults_.end(), [](const finding& a, const finding& b) {
      return (a.line == 0 ? UINT32_MAX : a.line) < (b.line == 0 ? UINT32_MAX : b.line);
    });
    config_review review{value_, input_.source, given_, faults_, warnings_};
    complete_config(review);
    if (readable) // or a line that could not be read would be reported as missing, too
      check_config(review);
    loaded_config loaded{std::nullopt, std::move(faults_), std::move(warnings_)};
    if (loaded.faults.empty())
      loaded.value = std::move(value_);
    return loaded;
  }

 private:
  void fault(const config_entry& at, std::string cause, std::string mend) {
    faults_.push_back({at.source, at.line, show_path(at.path), std::move(cause), std::move(mend)});
  }

  /// A line that is no TOML is most often a text without quotes: show the key with a value.
  static void suggest_for_broken_line(finding& broken) {
    auto dot = broken.key.rfind('.');
    std::string section = dot == std::string::npos ? "" : broken.key.substr(0, dot);
    if (section.starts_with("misp."))
      section = misp_section;
    if (const key_spec* key = find_config_key(section, broken.key.substr(dot + 1)))
      broken.mend = write_instead(broken.key, suggested_value(*key), false);
  }

  void open_table(const config_table& table) {
    config_entry here{table.path, {}, input_.source, table.line};
    if (table.path.size() == 1 && !is_section(table.path[0]))
      fault(here, "unknown section", suggest_section(table.path[0]));
    else if (table.path.size() == 2 && table.path[0] == "misp" && check_server_name(here))
      value_.misp.try_emplace(table.path[1]);
  }

  static std::string suggest_section(const std::string& name) {
    auto names = section_names();
    if (auto near = nearest(name, names))
      return "did you mean [" + (*near == "misp" ? std::string("misp.main") : std::string(*near)) + "]?";
    std::string list;
    for (std::string_view known : names)
      list += (list.empty() ? "" : ", ") + std::string(known);
    return "the sections are " + list;
  }

  bool check_server_name(const config_entry& entry) {
    if (is_server_name(entry.path[1]))
      return true;
    if (bad_names_.insert(entry.path[1]).second)
      fault(entry,
            "not a name: lower-case letters, digits and single underscores, a letter first, at most 32",
            "write [misp.main]");
    return false;
  }

  /// The table of keys that the entry stands in. @returns an empty text when there is none (and says so)
  std::string section_of(const config_entry& entry) {
    const auto& path = entry.path;
    if (!is_section(path[0])) {
      if (path.size() == 1 || entry.value.from_environment) // a table was reported when it was opened
        fault(entry, "unknown key", path.size() == 1 ? suggest_place(path[0]) : suggest_section(path[0]));
      return {};
    }
    bool misp = path[0] == "misp";
    if (path.size() == 1 || (misp && path.size() == 2)) {
      fault(entry, "a section, not a value",
            misp ? "write [misp.main] and the keys below it"
                 : "write [" + path[0] + "] and the keys below it");
      return {};
    }
    if (!misp)
      return path[0];
    return check_server_name(entry) ? std::string(misp_section) : std::string();
  }

  /// Where else a key of this name exists.
  static std::string suggest_place(std::string_view name) {
    for (const key_spec& key : config_keys())
      if (key.name == name && key.section != misp_section)
        return "did you mean " + std::string(key.section) + "." + std::string(name) + "?";
    return "every key stands in a section, as in server.listen";
  }

  static std::string suggest_key(std::string_view section, std::string_view shown_section,
                                 std::string_view name) {
    std::vector<std::string_view> names;
    for (const key_spec& key : config_keys())
      if (key.section == section)
        names.push_back(key.name);
    if (auto near = nearest(name, names))
      return "did you mean " + std::string(shown_section) + "." + std::string(*near) + "?";
    for (const key_spec& key : config_keys())
      if (key.name == name && key.section != misp_section)
        return "did you mean " + std::string(key.section) + "." + std::string(name) + "?";
    std::string list;
    for (std::string_view known : names)
      list += (list.empty() ? "" : ", ") + std::string(known);
    return "the keys are " + list;
  }

  void apply(const config_entry& entry) {
    std::string section = section_of(entry);
    if (section.empty())
      return;
    bool misp = section == misp_section;
    std::size_t depth = misp ? 3 : 2;
    std::string instance = misp ? entry.path[1] : "";
    const std::string& name = entry.path[depth - 1];
    const key_spec* key = entry.path.size() == depth ? find_config_key(section, name) : nullptr;
    if (key == nullptr) {
      std::string shown = misp ? "misp." + instance : section;
      fault(entry, "unknown key", suggest_key(section, shown, name));
      return;
    }
    std::string full = show_path(entry.path);
    given_[full] = {entry.source, entry.line};
    if (misp)
      value_.misp.try_emplace(instance);
    read_context context{input_.variables, input_.read_file, key->range};
    auto wrong = key->read(value_, instance, entry.value, context);
    if (wrong)
      fault(entry, wrong->cause,
            wrong->mend.empty() ? write_instead(full, suggested_value(*key), entry.value.from_environment)
                                : wrong->mend);
    else if (context.warning)
      warnings_.push_back({entry.source, entry.line, full, context.warning->first, context.warning->second});
  }

  const config_input& input_;
  settings value_;
  std::map<std::string, key_place> given_;
  std::set<std::string> bad_names_;
  std::vector<finding> faults_;
  std::vector<finding> warnings_;
};

} // namespace

std::string to_string(const finding& f) {
  std::string text = f.source;
  if (f.line != 0)
    text += ":" + std::to_string(f.line);
  if (!f.key.empty())
    text += (text.empty() ? "" : ": ") + f.key;
  text += (text.empty() ? "" : ": ") + f.cause;
  if (!f.mend.empty())
    text += "; " + f.mend;
  return text;
}

loaded_config load_config(const config_input& input) {
  return loader(input).run();
}

} // namespace isacbot::app
