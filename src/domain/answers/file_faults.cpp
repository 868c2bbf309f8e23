// What keeps a file from being read, and what to do about it.
#include "domain/answers.hpp"
#include "domain/answers/dialog_parts.hpp"
#include "domain/answers/show.hpp"
#include "domain/indicator_file.hpp"
#include "domain/message_files.hpp"

namespace isacbot::domain::answers {

using namespace slack;

namespace {

std::string explain(file_trouble why, std::uint64_t size, bool of_message, std::uint64_t max_bytes) {
  const std::string otherwise = of_message ? "or untick the file and paste its text." : "or paste its text.";
  switch (why) {
  case file_trouble::too_large:
    return (size > max_bytes ? "This file is too large: " + shown_size(size) + "."
                             : std::string("This file is too large, with all the others together.")) +
           " I take at most " + shown_size(max_bytes) + " here." + (of_message ? " Please untick it." : "");
  case file_trouble::elsewhere:
    return of_message ? "I do not fetch files from where this one is. Please untick it and paste its text."
                      : "I do not fetch files from where this one is. Please paste its text instead.";
  case file_trouble::no_scope:
    return of_message
               ? "I have no right to read files here: the app needs the scope files:read. Please untick "
                 "the file and paste its text."
               : "I have no right to read files here: the app needs the scope files:read. Please paste "
                 "the text instead.";
  case file_trouble::out_of_reach:
    return of_message
               ? "Slack does not show me this file. If I am not in the channel it was posted in, invite me "
                 "there with /invite @TruSTAR and try again. Or untick it, and attach it to this dialog "
                 "or paste its text."
               : "Slack does not show me this file. Please attach it again, or paste its text.";
  case file_trouble::not_given:
    break;
  }
  return "Slack does not give me this file now. Please try again, " + otherwise;
}

} // namespace

dialog_faults file_faults(file_trouble why, const file_reference& file, bool of_message,
                          std::uint64_t max_bytes) {
  return file_faults(explain(why, file.size, of_message, max_bytes), file, of_message);
}

dialog_faults file_faults(std::string_view why, const file_reference& file, bool of_message) {
  return {{std::string(of_message ? block_message_files : block_file),
           name_before(of_message ? shown_name(file) : file.name) + std::string(why)}};
}

dialog_faults nothing_to_list(bool files_offered) {
  return {{std::string(block_indicators),
           files_offered ? "Write indicators here, tick a file of the message, or attach a file below."
                         : "Write indicators here, or attach a file below."}};
}

dialog_faults nothing_to_report(bool files_offered) {
  return {{std::string(block_body),
           files_offered ? "Write a text here, tick a file of the message, or attach a text file below."
                         : "Write a text here, or attach a text file below."}};
}

std::string thread_not_read(bool partly) {
  return partly ? "I could read only the beginning of the thread; its later messages are left out."
                : "I could not read the thread: I have to be a member of the channel, with the right to read "
                  "it. "
                  "Its other messages are left out.";
}

message dialog_too_old() {
  return message("That dialog is older than a day, and I do not know any more which message it was opened "
                 "from. Copy what you typed, and use the shortcut on the message again."_mrkdwn);
}

message dialog_not_changed() {
  return message(
      "Slack did not let me change the dialog. What you typed is still in it: press the button again, "
      "or copy it and use the shortcut on the message once more."_mrkdwn);
}

} // namespace isacbot::domain::answers
