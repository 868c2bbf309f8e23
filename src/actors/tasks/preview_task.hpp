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
  /// The bytes of an attached file, from allowed hosts only; what cannot be fetched is refused with words.
  void fetch_attached(const slack::file_reference& file, std::uint64_t max_bytes,
                      std::function<void(std::string)> then);
  /// The same piece by piece, in bounded memory. `take` gets each and calls `more` when it wants the next.
  /// @param at_end  called behind the last one
  void stream_attached(const slack::file_reference& file, std::uint64_t max_bytes,
                       std::function<void(const std::string&, std::function<void()> more)> take,
                       std::function<void()> at_end);
  void refuse_file(std::string text);
  /// Keeps what will be agreed to, then shows the preview.
  void keep_and_show(const secret& draft, const slack::view& preview);

  void refuse(const domain::answers::dialog_faults& faults);
  void refuse(const error& e);
  [[nodiscard]] const std::string& draft_id() const noexcept { return draft_id_; }

 private:
  void show(const slack::view& view);
  struct streaming;
  void stream(const std::shared_ptr<streaming>& s);
  void with_address(const slack::file_reference& file, std::uint64_t max_bytes,
                    std::function<void(slack::file_reference)> then);
  /// @returns false after a refusal
  bool check_address(const slack::file_reference& file);
  void refuse_unread(const error& why);
  void read_safelist(const domain::api_credentials& account, std::uint32_t page,
                     std::shared_ptr<domain::safelist> values, std::function<void(safelist_ptr)> then);

  kind kind_;
  std::string draft_id_;
};

} // namespace isacbot::actors
