#include "cli/submit.hpp"

#include "app/admin_door.hpp"
#include "app/admin_wire.hpp"
#include "app/service.hpp"
#include "app/version.hpp"
#include "cli/admin_views.hpp"
#include "cli/exit_status.hpp"
#include "cli/load_settings.hpp"
#include "cli/progress_line.hpp"
#include "cli/stop_request.hpp"
#include "core/bytes.hpp"
#include "core/random.hpp"

#include <boost/json/serialize.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <memory>
#include <system_error>
#include <utility>

namespace isacbot::cli {

namespace json = boost::json;

namespace {

constexpr std::size_t piece_bytes = std::size_t{512} << 10U;
constexpr milliseconds look_interval{500};

/// A file or standard input.
class source {
 public:
  static result<source> open(const std::string& name) {
    source out;
    if (name == "-")
      return out;
    out.owned_ = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about {};
    if (out.owned_ < 0 || ::fstat(out.owned_, &about) != 0)
      return fail(ec::io_failure, name + " cannot be read: " + std::generic_category().message(errno));
    if (S_ISDIR(about.st_mode))
      return fail(ec::io_failure, name + " is a directory");
    out.number_ = out.owned_;
    out.size_ = S_ISREG(about.st_mode) ? static_cast<std::uint64_t>(about.st_size) : 0;
    return out;
  }
  source(source&& other) noexcept
      : number_(other.number_),
        owned_(std::exchange(other.owned_, -1)),
        size_(other.size_) {}
  source& operator=(source&&) = delete;
  ~source() {
    if (owned_ >= 0)
      ::close(owned_);
  }

  /// 0: nobody knows.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  /// Fills `piece` as far as there are bytes; empty at the end.
  result<void> read(std::string& piece, stop_request& stop) {
    piece.resize(piece_bytes);
    std::size_t filled = 0;
    while (filled < piece.size()) {
      pollfd wanted{number_, POLLIN, 0};
      if (::poll(&wanted, 1, 200) == 0 || stop.wait(milliseconds{0})) {
        if (stop.wait(milliseconds{0}))
          return fail(ec::cancelled, "stopped");
        continue;
      }
      const ssize_t length = ::read(number_, piece.data() + filled, piece.size() - filled);
      if (length < 0 && (errno == EINTR || errno == EAGAIN))
        continue;
      if (length < 0)
        return fail(ec::io_failure, "the file cannot be read: " + std::generic_category().message(errno));
      if (length == 0)
        break;
      filled += static_cast<std::size_t>(length);
    }
    piece.resize(filled);
    return {};
  }

 private:
  source() = default;

  int number_ = STDIN_FILENO;
  int owned_ = -1;
  std::uint64_t size_ = 0;
};

/// One submission on its way.
class submit_run {
 public:
  submit_run(const submit_arguments& arguments, app::settings configured, streams io)
      : arguments_(arguments),
        configured_(std::move(configured)),
        io_(io),
        terminal_(&io.err == &std::cerr && isatty(STDERR_FILENO) == 1) {}

  int run() {
    auto from = source::open(arguments_.file);
    if (!from)
      return tell(from.error());
    if (auto started = find_service(); !started)
      return tell(started.error());
    auto list = hand_over(*from);
    if (!list)
      return tell(list.error());
    auto receipt = ask("submit accept", {{"list", *list}, {"again", arguments_.again}});
    if (!receipt) {
      (void)ask("submit abandon", {{"list", *list}}); // waits for an acceptance that is still under way
      if (is_ambiguous(receipt.error().code) || receipt.error().code == ec::unavailable)
        io_.err
            << "isacbot: it is not known whether it was accepted: `isacbot submissions list` tells. The same "
               "command again asks before it sends the same a second time.\n";
      return tell(receipt.error());
    }
    const auto& shown = receipt->get_object();
    if (shown.at("same_content").get_bool()) {
      (void)ask("submit abandon", {{"list", *list}});
      io_.err << "isacbot: the same was handed in as " << text(shown, "id") << " at "
              << text(shown, "created") << "; nothing was sent. Send it once more with --again.\n";
      return exit_failed;
    }
    return finish(shown);
  }

 private:
  static std::string text(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  }

  int tell(const error& fault) {
    io_.err << "isacbot: " << to_string(fault) << "\n";
    return fault.code == ec::bad_configuration ? exit_config : exit_failed;
  }

  result<json::value> ask(std::string command, json::object words) {
    return app::run_at_the_service(configured_, {std::move(command), std::move(words)}, [](const auto&) {});
  }

  /// The one that runs; else this process becomes one, without Slack, for as long as the submission takes.
  result<void> find_service() {
    auto answered = ask("ping", {});
    if (answered)
      return {};
    if (answered.error().code != ec::unavailable)
      return answered.error();
    auto alone = configured_;
    alone.slack.enabled = false;
    alone.admin.listen = {"127.0.0.1", 0};
    app::service_seams seams{time_, random_, {}, {}, {}, true, std::string(app::version())};
    seams.misp_on_request_only = true;
    auto running = app::service::start(alone, std::move(seams));
    if (!running)
      return running.error();
    own_ = std::move(*running);
    return {};
  }

  /// Brings the whole file. @returns the list's name, closed but not accepted
  result<std::string> hand_over(source& from) {
    std::string tags;
    for (const std::string& tag : arguments_.tags)
      (tags += tags.empty() ? "" : ",") += tag;
    auto opened = ask("submit open", {{"enclave", arguments_.enclave},
                                      {"tags", tags},
                                      {"request", random_uuid(random_)},
                                      {"report", arguments_.report},
                                      {"title", arguments_.title},
                                      {"send_special", arguments_.send_special},
                                      {"send_safelisted", arguments_.send_safelisted}});
    if (!opened)
      return opened.error();
    if (!opened->at("safelist_checked").as_bool())
      io_.err << "isacbot: Station cannot be asked for the safelist now: nothing is withheld because of it\n";
    std::string list = text(opened->get_object(), "list");
    auto brought = bring(from, list);
    if (!brought) {
      (void)ask("submit abandon", {{"list", list}});
      return brought.error();
    }
    return list;
  }

  result<void> bring(source& from, const std::string& list) {
    progress_line progress(io_.err, terminal_, time_);
    std::string piece;
    std::uint64_t done = 0;
    for (std::int64_t number = 0;; ++number) {
      if (auto read = from.read(piece, stop_); !read)
        return read.error();
      if (piece.empty())
        break;
      if (auto added = ask("submit add", {{"list", list}, {"piece", number}, {"bytes", to_base64(piece)}});
          !added)
        return added.error();
      done += piece.size();
      progress.show("bytes read", done, from.size());
    }
    auto closed = ask("submit close", {{"list", list}});
    if (!closed)
      return closed.error();
    if (stop_.wait(milliseconds{0}))
      return fail(ec::cancelled, "stopped; nothing was handed in");
    return {};
  }

  /// Accepted: from here on nothing is lost, whatever becomes of this process.
  int finish(json::object receipt) {
    const std::string id = text(receipt, "id");
    bool well = true;
    if (own_ || arguments_.wait) {
      if (!arguments_.json)
        io_.err << "accepted as " << id << "; waiting until it is delivered (Ctrl-C: "
                << (own_ ? "the next `isacbot serve` delivers the rest)\n"
                         : "it is delivered all the same)\n");
      auto last = wait_for(id);
      if (!last) {
        io_.err << "isacbot: " << id << " is accepted all the same\n";
        return tell(last.error());
      }
      receipt = *last;
      const std::string standing = text(receipt, "standing");
      well = standing != "stuck" && standing != "dead" && !(arguments_.wait && standing == "under way");
      if (standing == "under way")
        io_.err << "stopped waiting; nothing is lost. "
                << (own_ ? "The next `isacbot serve` delivers the rest" : "The service delivers the rest")
                << "; `isacbot submissions show " << id << "` tells how far it is, `cancel` gives it up.\n";
    }
    if (arguments_.json)
      io_.out << json::serialize(receipt) << "\n";
    else
      show_submission(receipt, io_.out);
    if (own_)
      own_->stop();
    return well ? exit_done : exit_failed;
  }

  result<json::object> wait_for(const std::string& id) {
    progress_line progress(io_.err, terminal_, time_);
    while (true) {
      auto shown = ask("submissions show", {{"id", id}});
      if (!shown)
        return shown.error();
      const auto& receipt = shown->get_object();
      const auto& far = receipt.at("progress").get_object();
      progress.show("rows delivered", far.at("done").to_number<std::uint64_t>(),
                    far.at("total").to_number<std::uint64_t>());
      const std::string standing = text(receipt, "standing");
      if (standing != "under way" || stop_.wait(look_interval))
        return receipt;
    }
  }

  const submit_arguments& arguments_;
  app::settings configured_;
  streams io_;
  bool terminal_;
  system_clock time_;
  system_random random_;
  stop_request stop_; ///< before the service: its threads inherit what is blocked
  std::unique_ptr<app::service> own_;
};

} // namespace

int run_submit(const submit_arguments& arguments, streams io) {
  if (arguments.report == arguments.title.empty()) {
    io.err << "isacbot: --report and --title go together\n";
    return exit_usage;
  }
  auto configured = load_settings(arguments.config, io);
  if (!configured)
    return exit_config;
  return submit_run(arguments, std::move(*configured), io).run();
}

} // namespace isacbot::cli
