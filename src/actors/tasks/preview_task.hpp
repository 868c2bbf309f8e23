/// A submission dialog was submitted: what would be sent, what would not, and why. Nothing leaves yet.
#pragma once

#include "actors/tasks/command_task.hpp"
#include "domain/answers.hpp"
#include "domain/dialog_drafts.hpp"
#include "protocol/slack/file_reference.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::actors {

/// What both kinds of submission have in common:
///
///     read the dialog --> may the member create there? --> which values are known? --> draft --> push the
///     preview
///       2 s without all of that: the pushed view says "Checking…" and becomes the preview by views.update
class preview_task : public command_task {
 public:
  struct kind {
    std::string_view title;      ///< of the dialog
    std::string_view text_block; ///< where faults go that belong nowhere else
  };
  /// A file that goes into the submission.
  struct chosen_file {
    slack::file_reference file;
    bool of_message = false; ///< else attached to the dialog
  };
  struct known_values {
    bool checked = false; ///< false: Station could not be asked in time
    std::uint64_t count = 0;
    std::vector<domain::indicator_row> first; ///< the first few
  };

  preview_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target, kind what);

 protected:
  /// Where the dialog came from; the answer goes there. When it is gone, the member is told and this is the
  /// end.
  std::optional<domain::dialog_context> read_context(const slack::view_state& view);
  /// @returns nullopt after a refusal
  std::optional<std::vector<std::string>> read_tags(const slack::view_state& view);
  /// The other messages of the thread that the dialog's message is in, normalised, oldest first; one that is
  /// very long comes up to a thousand messages.
  /// @param then  also gets what to tell the member when not all of it could be read; empty: it was
  void read_thread(const domain::dialog_context& context,
                   std::function<void(std::vector<std::string>, std::string remark)> then);
  /// From now on "Checking…" is shown when it takes long. Without credentials the dialog says so.
  void check_with_credentials(std::function<void(domain::api_credentials)> then);
  /// @param then  gets the enclave's name; an enclave in which the member may not create is refused
  void check_enclave(const domain::api_credentials& account, const enclave_id& chosen,
                     std::function<void(std::string)> then);
  /// Which of the first 1,000 rows Station knows: a courtesy, left out without allowance.
  void check_known(const domain::api_credentials& account, const enclave_id& enclave,
                   const std::vector<domain::indicator_row>& rows, std::function<void(known_values)> then);
  /// The company's safelist, remembered for a while; null when Station could not be asked in time.
  void with_safelist(const domain::api_credentials& account, std::function<void(safelist_ptr)> then);
  // Files (preview_files.cpp). What cannot be read is refused, with its name and what to do.

  /// Those of the message that are ticked, then the one attached to the dialog.
  static std::vector<chosen_file> read_files(const slack::view_state& view,
                                             const domain::dialog_context& context);
  /// Asks Slack for what it has left out of the files, and checks their addresses and the sum of their sizes.
  void prepare_files(std::vector<chosen_file> files, std::uint64_t max_bytes,
                     std::function<void(std::vector<chosen_file>)> then);
  /// The bytes of prepared files, one after the other; `each` gets them in their order.
  /// @param max_bytes  of all together
  void fetch_files(std::vector<chosen_file> files, std::uint64_t max_bytes,
                   std::function<bool(const chosen_file&, const std::string& bytes)> each,
                   std::function<void()> at_end);
  /// A prepared file piece by piece, in bounded memory. `take` gets each and calls `more` when it wants the
  /// next.
  /// @param at_end  called behind the last one
  void stream_file(const chosen_file& file, std::uint64_t max_bytes,
                   std::function<void(const std::string&, std::function<void()> more)> take,
                   std::function<void()> at_end);
  void refuse_file(const chosen_file& which, domain::answers::file_trouble why, std::uint64_t max_bytes = 0);
  void refuse_file(const chosen_file& which, std::string_view why);
  static std::vector<std::string> names_of(const std::vector<chosen_file>& files);

  /// Keeps what will be agreed to, then shows the preview.
  void keep_and_show(const secret& draft, const slack::view& preview);

  /// The end of every submission that is not shown to its member.
  virtual void on_refused() {}

  void refuse(const domain::answers::dialog_faults& faults);
  void refuse(const error& e);
  [[nodiscard]] const std::string& draft_id() const noexcept { return draft_id_; }

 private:
  void show(const slack::view& view);
  struct threading;
  void read_page(const std::shared_ptr<threading>& t);
  struct streaming;
  void stream(const std::shared_ptr<streaming>& s);
  struct preparing;
  void prepare(const std::shared_ptr<preparing>& p);
  struct fetching;
  void fetch(const std::shared_ptr<fetching>& f);
  void refuse_unread(const chosen_file& which, const error& why, std::uint64_t max_bytes);
  void read_safelist(const domain::api_credentials& account, std::uint32_t page,
                     std::shared_ptr<domain::safelist> values, std::function<void(safelist_ptr)> then);

  kind kind_;
  std::string draft_id_;
};

} // namespace isacbot::actors
