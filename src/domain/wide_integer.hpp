/// 128-bit arithmetic, for products of counts and nanoseconds.
#pragma once

namespace isacbot::domain {

__extension__ using uint128 = unsigned __int128;

} // namespace isacbot::domain
