/// One Web API method: a function from arguments to an answer over the workspace.
#pragma once

#include "sandbox/dialogs.hpp"
#include "sandbox/state.hpp"

#include <array>
#include <string_view>

namespace isacbot::sandbox {

/// What a method returns: members besides "ok", or a refusal.
using api_result = boost::system::result<json::object, refusal>;

struct api_method {
  std::string_view name;
  std::string_view scope; ///< needed by the token; "" for none
  api_result (*run)(context& in, const json::object& arguments);
};

/// @returns nullptr for a method that the sandbox doesn't know
const api_method* find_api_method(std::string_view name);

// dialog_methods.cpp
api_result views_open(context& in, const json::object& arguments);
api_result views_push(context& in, const json::object& arguments);
api_result views_update(context& in, const json::object& arguments);
api_result views_publish(context& in, const json::object& arguments);

// chat_methods.cpp
api_result chat_post_message(context& in, const json::object& arguments);
api_result chat_post_ephemeral(context& in, const json::object& arguments);
api_result chat_update(context& in, const json::object& arguments);
api_result chat_delete(context& in, const json::object& arguments);
api_result chat_get_permalink(context& in, const json::object& arguments);

// thread_methods.cpp
api_result conversations_replies(context& in, const json::object& arguments);

// directory_methods.cpp
api_result auth_test(context& in, const json::object& arguments);
api_result conversations_open(context& in, const json::object& arguments);
api_result conversations_info(context& in, const json::object& arguments);
api_result users_info(context& in, const json::object& arguments);

// files.cpp
api_result files_info(context& in, const json::object& arguments);

/// "invalid_arguments", naming the argument that is missing.
refusal missing_argument(std::string_view name);

} // namespace isacbot::sandbox
