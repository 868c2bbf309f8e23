#include "sandbox/app.hpp"

#include "sandbox/files.hpp"
#include "sandbox/response_hooks.hpp"
#include "sandbox/web_api.hpp"

namespace isacbot::sandbox {

app::app(workspace_state initial, bot_addresses bot, const clock& time, random_source& random,
         ports::http_client& client)
    : world_(std::move(initial), time, random),
      driver_(world_, client, std::move(bot)),
      control_(world_, driver_) {}

void app::set_base_url(std::string url) {
  world_.change([&](context& in) { in.state.settings.base_url = std::move(url); });
}

void app::handle(http::request request, ports::http_exchange, reply done) {
  constexpr std::string_view api = "/api/";
  driver_.deliver_due();
  std::string path = request.target.substr(0, request.target.find('?'));
  std::optional<http::response> response;
  if (path.starts_with(api)) {
    response = answer_web_api(world_, std::string_view(path).substr(api.size()), request);
  } else if (path.starts_with("/commands/") || path.starts_with("/actions/") || path.starts_with("/app/")) {
    response = answer_response_url(world_, path, request);
  } else if (path.starts_with("/files-pri/")) {
    response = answer_file_download(world_, path, request);
  } else if (path.starts_with("/sandbox/")) {
    control_.handle(request, std::move(done));
    return;
  } else {
    response = http::make_response(404, "text/plain", "no such page in the sandbox; see docs/sandbox.md");
  }
  // Without an answer the session runs into its deadline, as a lost connection would look.
  if (response)
    done(std::move(*response));
}

} // namespace isacbot::sandbox
