/// Inside of block_check: one walk over blocks that collects faults. Not for use elsewhere.
#pragma once

#include "sandbox/block_check.hpp"

#include <initializer_list>
#include <set>
#include <string_view>

namespace isacbot::sandbox {

/// Where an element stands; each kind of element is allowed in some places only.
enum class place : unsigned { section = 1, actions = 2, input = 4, context = 8 };

/// Whether a member has to be there.
enum class need { optional, required };

class block_checker {
 public:
  explicit block_checker(surface where) : where_(where) {}

  void check_blocks(const json::array& blocks, const std::string& at, std::size_t most);
  void check_options_answer(const json::object& answer);
  /// Plain text of a view's title and buttons, at most `most` characters.
  void check_plain_text(const json::object& from, std::string_view key, const std::string& at,
                        std::size_t most, need n);
  void check_string(const json::object& from, std::string_view key, const std::string& at, std::size_t least,
                    std::size_t most, need n);
  void check_flag(const json::object& from, std::string_view key, const std::string& at);
  void check_known_members(const json::object& from, const std::string& at,
                           std::initializer_list<std::string_view> known);
  void refuse(std::string at, std::string message);

  [[nodiscard]] bool has_input() const noexcept { return has_input_; }
  [[nodiscard]] std::vector<block_fault> take() { return std::move(faults_); }

 private:
  // block_checker.cpp: the common parts
  void check_text(const json::object& from, std::string_view key, const std::string& at, std::size_t most,
                  need n, bool markup_allowed);
  void check_choice(const json::object& from, std::string_view key, const std::string& at,
                    std::initializer_list<std::string_view> allowed, need n);
  void check_integer(const json::object& from, std::string_view key, const std::string& at,
                     std::int64_t least, std::int64_t most);
  const json::array* check_list(const json::object& from, std::string_view key, const std::string& at,
                                std::size_t least, std::size_t most, need n);

  // block_kinds.cpp
  void check_block(const json::value& block, const std::string& at);
  void check_section(const json::object& block, const std::string& at);
  void check_context(const json::object& block, const std::string& at);
  void check_actions(const json::object& block, const std::string& at);
  void check_input(const json::object& block, const std::string& at);
  void check_image(const json::object& block, const std::string& at);

  // element_kinds.cpp
  void check_element(const json::value& element, const std::string& at, place where,
                     std::set<std::string>& ids);
  void check_button(const json::object& element, const std::string& at);
  void check_text_input(const json::object& element, const std::string& at);
  void check_menu(const json::object& element, const std::string& at, std::string_view type);
  void check_confirm(const json::object& element, const std::string& at);

  // option_check.cpp
  void check_choices(const json::object& element, const std::string& at, std::size_t most,
                     bool groups_allowed, bool markup_allowed);
  void check_options(const json::array& options, const std::string& at, bool markup_allowed,
                     std::set<std::string>& values);
  void check_initial_options(const json::object& element, const std::string& at);

  // rich_text_check.cpp
  void check_rich_text(const json::object& block, const std::string& at);
  void check_rich_elements(const json::array& elements, const std::string& at);
  void check_table(const json::object& block, const std::string& at);

  surface where_;
  std::vector<block_fault> faults_;
  std::set<std::string> block_ids_;
  std::size_t tables_ = 0;
  std::size_t markdown_characters_ = 0;
  bool has_input_ = false;
};

} // namespace isacbot::sandbox
