/// The guided tour of `isacbot demo`: a member's first ten minutes, each step with what was typed and what
/// was seen. A step is judged by what the sandbox recorded and by what Station's API says, never by the bot's
/// own word.
#pragma once

#include "app/demo_house.hpp"
#include "app/tour_member.hpp"
#include "app/tour_station.hpp"

#include <boost/json/value.hpp>

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace isacbot::app {

class tour {
 public:
  /// @param out  gets the transcript; holds no secret
  tour(demo_house& house, std::ostream& out);

  /// Plays the steps until one fails, or until somebody wants to stop.
  /// @param interrupted  asked before each step, which takes seconds at most
  /// @returns whether every step did what it should
  bool run(const std::function<bool()>& interrupted = [] { return false; });

 private:
  /// @param play  throws nothing; records failures through `expect`
  bool step(std::string_view title, const std::function<void()>& play);
  void say_how_it_ended(bool all);
  void expect(bool holds, std::string_view what);
  /// Shows what the member saw since the last call.
  std::string show_new();
  /// Shows the dialog on top. @returns its text
  std::string show_dialog(std::string_view name);
  void say(std::string_view text);

  void seed_station();
  void ask_for_help();
  void search_unregistered();
  void register_wrong();
  void register_right();
  void search_for(std::string_view term, std::string_view expected);
  void submit_list();
  void submit_again();
  void find_submitted();
  // tour_reports.cpp
  void submit_report();
  void pull_misp();
  void replace_edited_event();
  void show_operator();
  /// Runs a command of the operator's at the running bot. @returns null when it failed
  boost::json::value operate(std::string_view command);
  void reach_limit();

  demo_house& house_;
  std::ostream& out_;
  tour_member member_;
  tour_station station_;
  std::function<bool()> interrupted_;
  bool stopped_ = false; ///< somebody wanted to
  unsigned steps_ = 0;
  std::string submission_; ///< of the report: its id
  bool good_ = true;       ///< of the step being played
};

} // namespace isacbot::app
