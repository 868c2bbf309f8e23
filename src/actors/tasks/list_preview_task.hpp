/// The preview of a list of indicators.
#pragma once

#include "actors/tasks/preview_task.hpp"
#include "domain/indicator_list.hpp"
#include "domain/lists/list_reader.hpp"

namespace isacbot::actors {

class list_preview_task final : public preview_task {
 public:
  list_preview_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target);

 protected:
  void run(const slack::request& request) override;

 private:
  void read_everything(const domain::api_credentials& account);
  /// The text and the file. @returns false after a refusal
  bool read_list();
  // A file that is larger than what is kept in memory (list_preview_staging.cpp).
  void stage(const domain::api_credentials& account);
  void hand_on(std::function<void()> then);
  void close_stage(const domain::api_credentials& account);
  void give_up(const error& why);

  void look_up(const domain::api_credentials& account);
  void preview(known_values known);

  domain::indicator_draft draft_;
  std::optional<slack::file_reference> file_;
  domain::indicator_list list_;
  bool safelist_checked_ = false;
  std::unique_ptr<domain::list_reader> reader_;           ///< of the file that is staged
  std::shared_ptr<std::vector<domain::list_item>> items_; ///< read, not handed on yet
};

} // namespace isacbot::actors
