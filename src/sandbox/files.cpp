#include "sandbox/files.hpp"

#include "core/bytes.hpp"
#include "sandbox/api_method.hpp"
#include "sandbox/form.hpp"
#include "sandbox/web_api.hpp"

#include <algorithm>
#include <charconv>

namespace isacbot::sandbox {

namespace {

/// A name as it may stand in an address.
std::string path_name(const std::string& name) {
  std::string out;
  for (char c : name) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                 c == '-' || c == '_';
    out.push_back(plain ? c : '_');
  }
  return out;
}

std::string file_path(const workspace_state& state, const stored_file& file, std::string_view kind) {
  return "/files-pri/" + state.settings.team_id + "-" + file.id + "/" + std::string(kind) +
         path_name(file.name);
}

std::string extension_of(const std::string& name) {
  auto dot = name.rfind('.');
  return dot == std::string::npos ? "text" : name.substr(dot + 1);
}

bool may_read(const workspace_state& state, const http::request& request) {
  const auto& scopes = state.settings.scopes;
  std::string wanted = "Bearer " + std::string(state.settings.bot_token.reveal());
  return equal_constant_time(request.headers.find("Authorization").value_or(""), wanted) &&
         std::find(scopes.begin(), scopes.end(), "files:read") != scopes.end();
}

const stored_file* find_by_path(const workspace_state& state, const std::string& path) {
  for (const auto& [id, file] : state.files)
    if (!file.is_deleted &&
        (path == file_path(state, file, "download/") || path == file_path(state, file, "")))
      return &file;
  return nullptr;
}

/// A file that was posted is for those who are where it was.
bool is_in_reach(const workspace_state& state, const stored_file& file) {
  return file.channels.empty() || file.is_handed_over ||
         std::any_of(file.channels.begin(), file.channels.end(), [&](const std::string& id) {
           auto found = state.channels.find(id);
           return found != state.channels.end() && found->second.members.contains(state.settings.bot_user_id);
         });
}

bool is_public(const workspace_state& state, const stored_file& file) {
  return std::any_of(file.channels.begin(), file.channels.end(), [&](const std::string& id) {
    auto found = state.channels.find(id);
    return found != state.channels.end() && !found->second.is_private && !found->second.is_direct;
  });
}

/// The bytes, or those of a single range "bytes=a-b" (RFC 9110 section 14).
http::response content_answer(const stored_file& file, const http::request& request) {
  auto wanted = request.headers.find("Range").value_or("");
  auto dash = wanted.find('-');
  if (!wanted.starts_with("bytes=") || dash == std::string_view::npos)
    return http::make_response(200, file.mimetype, file.content);
  std::size_t first = 0;
  std::size_t last = 0;
  auto read = [](std::string_view text, std::size_t& to) {
    auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), to);
    return failed == std::errc{} && end == text.data() + text.size();
  };
  if (!read(wanted.substr(6, dash - 6), first) || !read(wanted.substr(dash + 1), last) || last < first)
    return http::make_response(200, file.mimetype, file.content);
  const std::string total = std::to_string(file.content.size());
  if (first >= file.content.size()) {
    auto answer = http::make_response(416, "text/plain", "no such bytes");
    answer.headers.add("Content-Range", "bytes */" + total);
    return answer;
  }
  auto answer = http::make_response(206, file.mimetype, file.content.substr(first, last - first + 1));
  answer.headers.add("Content-Range", "bytes " + std::to_string(first) + "-" +
                                          std::to_string(first + answer.body.size() - 1) + "/" + total);
  return answer;
}

} // namespace

std::string add_file(context& in, stored_file file) {
  file.id = make_id(in, "F");
  auto id = file.id;
  in.state.files[id] = std::move(file);
  return id;
}

json::object file_payload(const workspace_state& state, const stored_file& file) {
  const std::string& base = state.settings.base_url;
  return {{"id", file.id},
          {"created", std::chrono::duration_cast<seconds>(file.created.time_since_epoch()).count()},
          {"timestamp", std::chrono::duration_cast<seconds>(file.created.time_since_epoch()).count()},
          {"name", file.name},
          {"title", file.name},
          {"mimetype", file.mimetype},
          {"filetype", extension_of(file.name)},
          {"pretty_type", "Plain Text"},
          {"user", file.user},
          {"user_team", state.settings.team_id},
          {"editable", true},
          {"size", file.content.size()},
          {"mode", "snippet"},
          {"is_external", false},
          {"external_type", ""},
          {"is_public", is_public(state, file)},
          {"public_url_shared", false},
          {"url_private", base + file_path(state, file, "")},
          {"url_private_download", base + file_path(state, file, "download/")},
          {"has_rich_preview", false},
          {"file_access", "visible"}};
}

json::object message_file_payload(const workspace_state& state, const stored_file& file) {
  if (file.is_deleted)
    return {{"id", file.id}, {"mode", "tombstone"}};
  if (file.is_foreign)
    return {{"id", file.id},     {"created", 0},          {"timestamp", 0},
            {"user", file.user}, {"mode", "file_access"}, {"file_access", "check_file_info"}};
  return file_payload(state, file);
}

std::optional<http::response> answer_file_download(workspace& world, const std::string& path,
                                                   const http::request& request) {
  if (request.method != "GET")
    return http::make_response(405, "text/plain", "GET only");
  return world.change([&](context& in) -> std::optional<http::response> {
    auto fault = take_fault(in.state, "file_download");
    recorded_call record;
    record.method = "file_download";
    record.arguments = {{"path", path}};
    std::optional<http::response> response;
    if (fault) {
      response = answer_fault(*fault);
      record.outcome = "planned fault";
    } else if (const stored_file* file = find_by_path(in.state, path); file == nullptr) {
      response = http::make_response(404, "text/html", "<html><body>File not found</body></html>");
      record.outcome = "file_not_found";
    } else if (!may_read(in.state, request) || !is_in_reach(in.state, *file)) {
      response = http::make_response(302, "text/html", "");
      response->headers.add("Location", in.state.settings.base_url + "/?redir=" + path);
      record.outcome = "login page";
    } else {
      response = content_answer(*file, request);
      record.outcome = "ok";
    }
    record.status = response ? response->status : 0;
    record_call(in, std::move(record));
    return response;
  });
}

api_result files_info(context& in, const json::object& arguments) {
  std::string id = text_at(arguments, "file");
  if (id.empty())
    return missing_argument("file");
  auto found = in.state.files.find(id);
  if (found == in.state.files.end() || !is_in_reach(in.state, found->second))
    return refusal{"file_not_found", {}};
  if (found->second.is_deleted)
    return refusal{"file_deleted", {}};
  return json::object{{"file", file_payload(in.state, found->second)},
                      {"comments", json::array()},
                      {"response_metadata", {{"next_cursor", ""}}}};
}

} // namespace isacbot::sandbox
