/// Exit statuses of every command.
#pragma once

namespace isacbot::cli {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;       ///< unknown command or option, missing argument
inline constexpr int exit_differences = 3; ///< a check found differences
inline constexpr int exit_config = 78;     ///< bad configuration (EX_CONFIG of sysexits.h)

} // namespace isacbot::cli
