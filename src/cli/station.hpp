/// `isacbot station ...`: accounts of the embedded Station, changed in its database.
#pragma once

#include "cli/streams.hpp"

#include <string>

namespace isacbot::cli {

struct station_arguments {
  std::string config;
  bool json = false;
};

struct add_enclave_arguments : station_arguments {
  std::string name;
  std::string type = "INTERNAL";
};
/// Prints the id of the new enclave.
int run_add_enclave(const add_enclave_arguments& arguments, streams io);

struct add_user_arguments : station_arguments {
  std::string name;
  std::string company;
};
/// Prints key and secret of the new user, which are shown this once.
int run_add_user(const add_user_arguments& arguments, streams io);

struct grant_arguments : station_arguments {
  std::string key;
  std::string enclave;
  std::string access; ///< "view", "submit" or "full"
};
int run_grant(const grant_arguments& arguments, streams io);

} // namespace isacbot::cli
