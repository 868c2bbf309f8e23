/// Files that the operator's `submit` brings through the admin socket, piece by piece: each is read as it
/// comes, and its items go on to the OUTBOX. A report's text is kept until it is whole.
#pragma once

#include "app/list_door.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "domain/lists/indicator_list_options.hpp"
#include "domain/model.hpp"
#include "domain/report_split.hpp"
#include "observables/known_names.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace isacbot::app {

inline constexpr std::size_t max_piece = std::size_t{512} << 10U;
inline constexpr std::size_t max_report_text = std::size_t{32} << 20U;
inline constexpr std::size_t max_incoming_lists = 16;
inline constexpr std::chrono::minutes incoming_patience{30};

/// How what comes in is read.
struct intake_rules {
  observables::known_names names{};
  domain::report_limits report_limits{}; ///< a report over them is split
  domain::withhold_rules withhold{};
};

/// Thread-safe; pieces of one list wait for each other.
class incoming_lists {
 public:
  incoming_lists(list_door door, intake_rules rules, const clock& time);
  ~incoming_lists();
  incoming_lists(const incoming_lists&) = delete;
  incoming_lists& operator=(const incoming_lists&) = delete;

  struct opening {
    domain::submission submission; ///< who, where, tags, request key, kind
    std::string title;             ///< of a report
    bool send_special = false;
    bool send_safelisted = false;
  };
  struct opened {
    std::string id;               ///< names the list from here on
    bool safelist_checked = true; ///< false: Station could not be asked, nothing is withheld because of it
  };
  /// @error ec::overloaded, with nothing opened at the door; what the door says
  result<opened> open(opening what);

  /// @param piece  counted from 0: a piece that comes twice is not taken twice
  /// @returns items so far
  /// @error ec::not_found, ec::conflict; what the reader or the door says: the list is forgotten then
  result<std::uint64_t> add(const std::string& id, std::uint64_t piece, std::string_view bytes);

  struct summary {
    domain::counts counts;
    std::string format; ///< for people
  };
  /// The file has ended. @error as add
  result<summary> close(const std::string& id);

  /// @error as add; ec::invalid_argument: nothing in it can be sent. After an error of the door the same
  ///        may be asked again.
  result<actors::acceptance_outcome> accept(const std::string& id, bool again);

  /// Waits for what is being done with it; one that was accepted meanwhile stays accepted.
  void abandon(const std::string& id);

 private:
  struct incoming;
  class locked_list;

  result<std::shared_ptr<incoming>> find(const std::string& id);
  /// The list for one caller at a time.
  result<locked_list> lock(const std::string& id);
  // With its lock held:
  result<void> take(incoming& list, std::string_view bytes);
  result<summary> close(incoming& list);
  result<actors::acceptance_outcome> accept_report(incoming& list, bool again);
  void forget(incoming& list);
  void give_up(incoming& list);

  void drop_old();
  domain::indicator_list_options options_for(const opening& what, opened& out) const;

  list_door door_;
  intake_rules rules_;
  const clock& time_;
  std::mutex mutex_; ///< of what follows; taken after a list's own
  std::map<std::string, std::shared_ptr<incoming>> lists_;
  std::size_t opening_ = 0; ///< have a place, and are not in `lists_` yet
};

} // namespace isacbot::app
