#include "protocol/slack/slash_command.hpp"

#include "protocol/slack/utf8.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace isacbot::slack {

namespace {

/// Reads fields of a form; remembers the first one that is wrong.
class field_reader {
 public:
  explicit field_reader(const form::fields& fields) : fields_(fields) {}

  std::string optional(std::string_view name) {
    std::size_t count = fields_.count(name);
    if (count > 1)
      refuse(name, "comes more than once");
    return count == 1 ? clean_text(*fields_.find(name)) : std::string();
  }
  std::string required(std::string_view name) {
    std::string value = optional(name);
    if (value.empty())
      refuse(name, "is missing");
    return value;
  }
  void refuse(std::string_view name, std::string_view why) {
    if (!fault_)
      fault_ = fail(ec::malformed, "command field " + std::string(name) + " " + std::string(why));
  }
  [[nodiscard]] const std::optional<error>& fault() const noexcept { return fault_; }

 private:
  const form::fields& fields_;
  std::optional<error> fault_;
};

} // namespace

result<slash_command> parse_slash_command(const form::fields& fields) {
  field_reader reader(fields);
  slash_command command;
  command.command = reader.required("command");
  if (!command.command.starts_with('/'))
    reader.refuse("command", "does not begin with a slash");
  command.text = reader.optional("text");
  command.response_url = secret(reader.required("response_url"));
  command.trigger_id = reader.required("trigger_id");
  command.channel = channel_id{reader.required("channel_id")};
  command.api_app_id = reader.optional("api_app_id");
  identity_fields who;
  who.enterprise = reader.optional("enterprise_id");
  who.user = reader.required("user_id");
  // Booleans are texts in this one kind of request.
  std::string wide = reader.optional("is_enterprise_install");
  if (!wide.empty() && wide != "true" && wide != "false")
    reader.refuse("is_enterprise_install", "is neither true nor false");
  who.team = wide == "true" ? reader.optional("team_id") : reader.required("team_id");
  if (who.team.empty() && who.enterprise.empty())
    reader.refuse("enterprise_id", "is missing");
  command.app = installation{team_id{who.enterprise}, team_id{who.team}, wide == "true"};
  command.who = make_member(who);
  if (reader.fault())
    return *reader.fault();
  return command;
}

} // namespace isacbot::slack
