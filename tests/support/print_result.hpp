/// Lets a failing CHECK of a result<T> print its error. Values are not printed: they may be secret, or large.
#pragma once

#include "core/error.hpp"

#include <catch2/catch_tostring.hpp>

#include <string>

template <class T>
struct Catch::StringMaker<isacbot::result<T>> {
  static std::string convert(const isacbot::result<T>& r) { return r ? "a value" : to_string(r.error()); }
};
