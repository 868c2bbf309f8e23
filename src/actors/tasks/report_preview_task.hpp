/// The preview of a report.
#pragma once

#include "actors/tasks/preview_task.hpp"
#include "domain/report.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace isacbot::actors {

///     read the dialog --> enclave --> link and thread of the message --> files --> observables --> preview
class report_preview_task final : public preview_task {
 public:
  report_preview_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target);

 protected:
  void run(const slack::request& request) override;

 private:
  /// The message that the report was made of: its address, best effort.
  void find_link(std::function<void()> then);
  /// The rest of its thread, if that is wanted.
  void add_thread(std::function<void()> then);
  /// The text of those files of the message that are chosen, and of the attached one.
  void add_files(std::function<void()> then);
  void look_up(const domain::api_credentials& account);
  void preview(const domain::report_observables& found, known_values known);

  domain::report_draft draft_;
  std::vector<chosen_file> files_;
  bool whole_thread_ = false;
  std::size_t report_parts_ = 1;
  std::string remark_;
};

} // namespace isacbot::actors
