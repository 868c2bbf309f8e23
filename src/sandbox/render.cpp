#include "sandbox/render.hpp"

#include "sandbox/elements.hpp"

namespace isacbot::sandbox {

namespace {

/// Collects the lines of one message or view.
class page {
 public:
  page(const workspace_state& state, const json::object* values, const json::object* errors)
      : state_(state),
        values_(values),
        errors_(errors) {}

  void add(std::string line) {
    if (!line.empty())
      lines_ += line + "\n";
  }
  void add_blocks(const json::array& blocks) {
    for (const json::value& block : blocks)
      if (block.is_object())
        add_block(block.get_object());
  }
  [[nodiscard]] std::string text(const json::value* value) const {
    const json::object* object = value != nullptr ? value->if_object() : nullptr;
    if (object == nullptr)
      return {};
    std::string plain = text_at(*object, "text");
    return text_at(*object, "type") == "mrkdwn" ? render_markup(state_, plain) : plain;
  }
  [[nodiscard]] std::string take() { return std::move(lines_); }

 private:
  void add_block(const json::object& block) {
    std::string type = text_at(block, "type");
    if (type == "section") {
      add(text(block.if_contains("text")));
      for_each(block, "fields", [&](const json::value& field) { add("  " + text(&field)); });
      if (const json::object* accessory = object_at(block, "accessory"))
        add("  " + element(*accessory));
    } else if (type == "header") {
      add("# " + text(block.if_contains("text")));
    } else if (type == "divider") {
      add("---");
    } else if (type == "context") {
      std::string line;
      for_each(block, "elements", [&](const json::value& part) {
        line +=
            (line.empty() ? "" : "  ") + (part.is_object() && text_at(part.get_object(), "type") == "image"
                                              ? text_at(part.get_object(), "alt_text")
                                              : text(&part));
      });
      add(line);
    } else if (type == "actions") {
      std::string line;
      for_each(block, "elements", [&](const json::value& part) {
        if (part.is_object())
          line += (line.empty() ? "" : " ") + element(part.get_object());
      });
      add(line);
    } else if (type == "input") {
      add_input(block);
    } else if (type == "image") {
      add("[image: " + text_at(block, "alt_text") + "]");
    } else if (type == "rich_text") {
      for_each(block, "elements", [&](const json::value& part) { add_rich(part); });
    } else if (type == "table") {
      for_each(block, "rows", [&](const json::value& row) { add_row(row); });
    } else if (type == "markdown") {
      add(text_at(block, "text"));
    }
  }

  void add_input(const json::object& block) {
    const json::value* optional = block.if_contains("optional");
    bool is_optional = optional != nullptr && *optional == true;
    std::string block_id = text_at(block, "block_id");
    add(text(block.if_contains("label")) + (is_optional ? " (optional)" : "") + ": " +
        entered(block_id, block.at("element").get_object()));
    add(has(block, "hint") ? "  " + text(block.if_contains("hint")) : "");
    if (errors_ != nullptr && has(*errors_, block_id))
      add("  ! " + text_at(*errors_, block_id));
  }

  /// What the input holds, as its field shows it.
  [[nodiscard]] std::string entered(const std::string& block_id, const json::object& element) const {
    const json::object* block = values_ != nullptr ? object_at(*values_, block_id) : nullptr;
    const json::object* value = block != nullptr ? object_at(*block, text_at(element, "action_id")) : nullptr;
    if (value == nullptr)
      return "[ ]";
    std::string shown;
    for (const auto& member : *value) {
      if (member.key() == "type")
        continue;
      if (member.value().is_string())
        shown = std::string(member.value().get_string());
      else if (const json::object* option = member.value().if_object())
        shown = text(option->if_contains("text"));
      else if (const json::array* several = member.value().if_array())
        for (const json::value& one : *several)
          shown += (shown.empty() ? "" : ", ") + (one.is_object() ? text(one.get_object().if_contains("text"))
                                                  : one.is_string() ? std::string(one.get_string())
                                                                    : "");
    }
    return "[" + (shown.empty() ? " " : shown) + "]";
  }

  [[nodiscard]] std::string element(const json::object& e) const {
    std::string type = text_at(e, "type");
    if (type == "image")
      return "[image: " + text_at(e, "alt_text") + "]";
    if (type == "button")
      return "[" + text(e.if_contains("text")) + "]";
    std::string label = text(e.if_contains("placeholder"));
    return "[" + (label.empty() ? type : label) + " v]";
  }

  [[nodiscard]] std::string inline_text(const json::array& parts) const {
    std::string line;
    for (const json::value& value : parts) {
      const json::object* part = value.if_object();
      if (part == nullptr)
        continue;
      std::string type = text_at(*part, "type");
      const json::object* style = object_at(*part, "style");
      bool is_code = style != nullptr && has(*style, "code") && style->at("code") == true;
      std::string shown = text_at(*part, "text");
      if (type == "link")
        shown = shown.empty() ? text_at(*part, "url") : shown + " (" + text_at(*part, "url") + ")";
      else if (type == "user")
        shown = render_markup(state_, "<@" + text_at(*part, "user_id") + ">");
      else if (type == "channel")
        shown = render_markup(state_, "<#" + text_at(*part, "channel_id") + ">");
      else if (type == "emoji")
        shown = ":" + text_at(*part, "name") + ":";
      else if (type == "date")
        shown = render_markup(state_, "<!date^" + json::serialize(part->at("timestamp")) + "^" +
                                          text_at(*part, "format") + "|" + text_at(*part, "fallback") + ">");
      line += is_code ? "`" + shown + "`" : shown;
    }
    return line;
  }

  void add_rich(const json::value& value) {
    const json::object* part = value.if_object();
    const json::array* elements = part != nullptr ? array_at(*part, "elements") : nullptr;
    if (elements == nullptr)
      return;
    std::string type = text_at(*part, "type");
    if (type == "rich_text_list") {
      for (const json::value& item : *elements)
        if (const json::array* inner = item.is_object() ? array_at(item.get_object(), "elements") : nullptr)
          add("- " + inline_text(*inner));
    } else {
      add((type == "rich_text_quote" ? "> " : "") + inline_text(*elements));
    }
  }

  void add_row(const json::value& row) {
    std::string line;
    const json::array* cells = row.if_array();
    for (std::size_t i = 0; cells != nullptr && i < cells->size(); ++i) {
      const json::object* cell = (*cells)[i].if_object();
      std::string shown = cell != nullptr ? text_at(*cell, "text") : "";
      if (cell != nullptr && text_at(*cell, "type") == "rich_text")
        for_each(*cell, "elements", [&](const json::value& part) {
          if (const json::array* inner = part.is_object() ? array_at(part.get_object(), "elements") : nullptr)
            shown += inline_text(*inner);
        });
      line += (i == 0 ? "" : " | ") + shown;
    }
    add(line);
  }

  template <class F>
  void for_each(const json::object& from, std::string_view key, F visit) const {
    if (const json::array* list = array_at(from, key))
      for (const json::value& one : *list)
        visit(one);
  }

  const workspace_state& state_;
  const json::object* values_;
  const json::object* errors_;
  std::string lines_;
};

} // namespace

std::string render(const workspace_state& state, const message& m) {
  page p{state, nullptr, nullptr};
  const json::array* blocks = array_at(m.content, "blocks");
  if (blocks != nullptr && !blocks->empty())
    p.add_blocks(*blocks);
  else
    p.add(render_markup(state, text_at(m.content, "text")));
  if (const json::array* attachments = array_at(m.content, "attachments"))
    for (const json::value& value : *attachments)
      if (const json::object* attachment = value.if_object()) {
        if (const json::array* inner = array_at(*attachment, "blocks"))
          p.add_blocks(*inner);
        else
          p.add("| " + render_markup(state, text_at(*attachment, "text")));
      }
  for (const std::string& id : m.files)
    p.add("[file: " + state.files.at(id).name + "]");
  return p.take();
}

std::string render(const workspace_state& state, const view& v) {
  page p{state, &v.values, &v.errors};
  if (has(v.body, "title"))
    p.add("== " + p.text(v.body.if_contains("title")) + " ==");
  p.add_blocks(v.body.at("blocks").get_array());
  p.add(v.notice.empty() ? "" : "! " + v.notice);
  std::string buttons;
  for (std::string_view key : {"close", "submit"})
    if (has(v.body, key))
      buttons += (buttons.empty() ? "(" : " (") + p.text(v.body.if_contains(key)) + ")";
  p.add(buttons);
  return p.take();
}

} // namespace isacbot::sandbox
