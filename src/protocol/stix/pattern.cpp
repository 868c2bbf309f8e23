#include "protocol/stix/pattern.hpp"

#include "protocol/stix/pattern_token.hpp"

#include <optional>
#include <utility>

namespace isacbot::stix {

namespace {

struct operator_name {
  std::string_view name;
  comparison_operator op;
};
constexpr operator_name operators[] = {
    {"=", comparison_operator::equal},
    {"==", comparison_operator::equal},
    {"!=", comparison_operator::unequal},
    {"<>", comparison_operator::unequal},
    {"<", comparison_operator::less},
    {"<=", comparison_operator::less_or_equal},
    {">", comparison_operator::greater},
    {">=", comparison_operator::greater_or_equal},
    {"IN", comparison_operator::in},
    {"LIKE", comparison_operator::like},
    {"MATCHES", comparison_operator::matches},
    {"ISSUBSET", comparison_operator::is_subset},
    {"ISSUPERSET", comparison_operator::is_superset},
};

/// Recursive descent, one function a rule of the grammar. The first fault stays; after it every rule returns.
class pattern_parser {
 public:
  explicit pattern_parser(std::string_view pattern) : pattern_(pattern) { step(); }

  result<std::vector<comparison>> parse() && {
    observations();
    if (!fault_ && now_.kind != token_kind::end)
      refuse("something behind the pattern");
    if (fault_)
      return *fault_;
    return std::move(found_);
  }

 private:
  void step() {
    if (fault_)
      return;
    auto next = take_token(pattern_, at_);
    if (next)
      now_ = std::move(*next);
    else
      fault_ = next.error();
  }
  void refuse(std::string_view what) {
    if (!fault_)
      fault_ =
          fail(ec::malformed, "STIX pattern: " + std::string(what) + " at byte " + std::to_string(now_.at));
  }
  [[nodiscard]] bool is(token_kind kind, std::string_view text) const {
    return !fault_ && now_.kind == kind && now_.text == text;
  }
  [[nodiscard]] bool is_word(std::string_view text) const { return is(token_kind::word, text); }
  [[nodiscard]] bool is_symbol(std::string_view text) const { return is(token_kind::symbol, text); }
  bool take_word(std::string_view text) { return is_word(text) && (step(), true); }
  bool take_symbol(std::string_view text) { return is_symbol(text) && (step(), true); }
  void expect_symbol(std::string_view text) {
    if (!take_symbol(text))
      refuse("\"" + std::string(text) + "\" is expected");
  }
  void expect(token_kind kind, std::string_view name) {
    if (now_.kind == kind)
      step();
    else
      refuse(std::string(name) + " is expected");
  }

  /// AND binds closest, then OR, then FOLLOWEDBY; for the comparisons in them it makes no difference.
  void observations() {
    if (++depth_ > max_pattern_depth)
      refuse("nested too deep");
    do
      observation();
    while (!fault_ && (take_word("AND") || take_word("OR") || take_word("FOLLOWEDBY")));
    --depth_;
  }

  void observation() {
    if (take_symbol("[")) {
      comparisons();
      expect_symbol("]");
    } else if (take_symbol("(")) {
      observations();
      expect_symbol(")");
    } else {
      refuse("an observation is expected");
    }
    while (!fault_ && qualifier()) {
    }
  }

  bool qualifier() {
    if (take_word("WITHIN")) {
      expect(token_kind::number, "a number");
      if (!take_word("SECONDS"))
        refuse("SECONDS is expected");
    } else if (take_word("REPEATS")) {
      expect(token_kind::number, "a number");
      if (!take_word("TIMES"))
        refuse("TIMES is expected");
    } else if (take_word("START")) {
      expect(token_kind::timestamp, "a timestamp");
      if (!take_word("STOP"))
        refuse("STOP is expected");
      expect(token_kind::timestamp, "a timestamp");
    } else {
      return false;
    }
    return true;
  }

  void comparisons() {
    if (++depth_ > max_pattern_depth)
      refuse("nested too deep");
    do
      test();
    while (!fault_ && (take_word("AND") || take_word("OR")));
    --depth_;
  }

  void test() {
    if (take_symbol("(")) {
      comparisons();
      return expect_symbol(")");
    }
    comparison made;
    if (is_word("NOT") || is_word("EXISTS")) {
      made.negated = take_word("NOT");
      if (!take_word("EXISTS"))
        return refuse("EXISTS is expected");
      made.op = comparison_operator::exists;
      object_path(made);
    } else {
      object_path(made);
      made.negated = take_word("NOT");
      operation(made);
    }
    if (!fault_)
      found_.push_back(std::move(made));
  }

  void object_path(comparison& made) {
    if (now_.kind != token_kind::word)
      return refuse("the type of an object is expected");
    made.object_type = now_.text;
    step();
    expect_symbol(":");
    path_step(made);
    while (!fault_) {
      if (take_symbol("[")) {
        if (now_.kind != token_kind::number && !is_symbol("*"))
          return refuse("an index is expected");
        step();
        expect_symbol("]");
      } else if (take_symbol(".")) {
        path_step(made);
      } else {
        return;
      }
    }
  }
  void path_step(comparison& made) {
    if (fault_)
      return;
    if (now_.kind != token_kind::word && now_.kind != token_kind::text)
      return refuse("the name of a property is expected");
    made.path.push_back(now_.text);
    step();
  }

  void operation(comparison& made) {
    for (const operator_name& known : operators) {
      if (!is_word(known.name) && !is_symbol(known.name))
        continue;
      made.op = known.op;
      step();
      return known.op == comparison_operator::in ? set(made) : value(made);
    }
    refuse("an operator is expected");
  }

  void set(comparison& made) {
    expect_symbol("(");
    if (take_symbol(")"))
      return;
    do
      value(made);
    while (!fault_ && take_symbol(","));
    expect_symbol(")");
  }

  void value(comparison& made) {
    if (fault_)
      return;
    std::optional<constant_kind> kind;
    switch (now_.kind) {
    case token_kind::text:
      kind = constant_kind::text;
      break;
    case token_kind::number:
      kind = constant_kind::number;
      break;
    case token_kind::timestamp:
      kind = constant_kind::timestamp;
      break;
    case token_kind::binary:
      kind = constant_kind::binary;
      break;
    case token_kind::hex:
      kind = constant_kind::hex;
      break;
    case token_kind::word:
      if (now_.text == "true" || now_.text == "false")
        kind = constant_kind::flag;
      break;
    default:
      break;
    }
    const bool needs_text = made.op == comparison_operator::like || made.op == comparison_operator::matches ||
                            made.op == comparison_operator::is_subset ||
                            made.op == comparison_operator::is_superset;
    if (!kind || (needs_text && kind != constant_kind::text))
      return refuse(needs_text ? "a text is expected" : "a value is expected");
    made.values.push_back({*kind, now_.text});
    step();
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  token now_;
  std::optional<error> fault_;
  std::size_t depth_ = 0;
  std::vector<comparison> found_;
};

} // namespace

result<std::vector<comparison>> parse_pattern(std::string_view text) {
  if (text.size() > max_pattern_bytes)
    return fail(ec::too_large, "a STIX pattern of more than 64 KiB");
  return pattern_parser(text).parse();
}

} // namespace isacbot::stix
