#include "cli/run.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  try {
    return isacbot::cli::run(argc, argv, {std::cin, std::cout, std::cerr});
  } catch (const std::exception& e) {
    std::cerr << "isacbot: " << e.what() << "\n"; // a defect: expected failures are values
  } catch (...) {
    std::cerr << "isacbot: ended by something unknown\n";
  }
  return 1;
}
