/// The preview of a list of indicators.
#pragma once

#include "actors/tasks/preview_task.hpp"
#include "domain/indicator_list.hpp"
#include "domain/lists/list_reader.hpp"

namespace isacbot::actors {

/// Bytes of all files of a list together.
inline constexpr std::uint64_t max_list_files = 256U << 20U;

///     read the dialog --> enclave --> safelist --> thread of the message --> files --> the list --> preview
///                                                       over 8 MiB: piece by piece into the OUTBOX's stage
class list_preview_task final : public preview_task {
 public:
  list_preview_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target);

 protected:
  void run(const slack::request& request) override;

 private:
  void read_everything(const domain::api_credentials& account);
  /// The rest of the message's thread, if that is wanted, behind the text.
  void add_thread(std::function<void()> then);
  /// The text and the files. @returns false after a refusal
  bool read_list();
  // Files that are larger than what is kept in memory (list_preview_staging.cpp).
  void stage(const domain::api_credentials& account);
  void stage_text(const domain::api_credentials& account);
  void stage_file(std::size_t which, const domain::api_credentials& account);
  [[nodiscard]] domain::indicator_list_options staging_options() const;
  [[nodiscard]] domain::item_sink staging_sink();
  void hand_on(std::function<void()> then);
  void close_stage(const domain::api_credentials& account);
  void on_refused() override; ///< what was staged is not needed any more

  /// Whether something is withheld that can be sent all the same.
  [[nodiscard]] bool has_overridable() const;
  void look_up(const domain::api_credentials& account);
  void preview(known_values known);

  domain::indicator_draft draft_;
  std::vector<chosen_file> files_;
  bool whole_thread_ = false;
  std::string remark_;
  domain::indicator_list list_;
  bool safelist_checked_ = false;
  std::unique_ptr<domain::list_reader> reader_;           ///< of the file that is being staged
  std::shared_ptr<std::vector<domain::list_item>> items_; ///< read, not handed on yet
};

} // namespace isacbot::actors
