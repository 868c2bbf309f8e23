/// Identities as types of their own, so that a channel is never passed where a user is wanted.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace isacbot {

/// A text with a meaning. `Tag` only makes types different.
template <class Tag>
struct id {
  std::string value;

  id() = default;
  explicit id(std::string text) : value(std::move(text)) {}
  [[nodiscard]] bool empty() const noexcept { return value.empty(); }
  friend auto operator<=>(const id&, const id&) = default;
};

using team_id = id<struct team_id_tag>;       ///< Slack workspace ("T...") or organisation ("E...")
using user_id = id<struct user_id_tag>;       ///< Slack user ("U..." or "W..."), unique within a team only
using channel_id = id<struct channel_id_tag>; ///< Slack conversation ("C...", "G...", "D...")
using enclave_id = id<struct enclave_id_tag>; ///< TruSTAR enclave; usually a UUID, not always
using submission_id = id<struct submission_id_tag>; ///< ours: one accepted dialog, file or command

/// A Slack user. User ids are only unique within a team, so both parts are always kept together.
struct member {
  team_id team;
  user_id user;

  friend auto operator<=>(const member&, const member&) = default;
};

} // namespace isacbot

template <class Tag>
struct std::hash<isacbot::id<Tag>> {
  std::size_t operator()(const isacbot::id<Tag>& x) const noexcept {
    return std::hash<std::string>{}(x.value);
  }
};

template <>
struct std::hash<isacbot::member> {
  std::size_t operator()(const isacbot::member& x) const noexcept {
    return std::hash<std::string>{}(x.team.value) * 31U + std::hash<std::string>{}(x.user.value);
  }
};
