#include "app/tour_list.hpp"

namespace isacbot::app {

namespace {

/// "h" and "07" and ".example.com".
std::string host(char first, unsigned number, const std::string& rest) {
  return first + std::string(number < 10 ? "0" : "") + std::to_string(number) + rest;
}

} // namespace

tour_list make_tour_list() {
  tour_list list;
  auto add = [&](const std::string& line) {
    list.text += line + '\n';
    ++list.handed_in;
  };
  for (unsigned i = 1; i <= 70; ++i) {
    list.values.push_back(host('h', i, ".example.com"));
    add(list.values.back());
  }
  for (unsigned i = 1; i <= 30; ++i) {
    list.values.push_back(host('k', i, ".example.org"));
    add(i % 2 == 0 ? host('k', i, "[.]example.org") : host('k', i, ".example(.)org"));
  }
  for (unsigned i = 1; i <= 40; ++i) {
    list.values.push_back("CVE-2031-" + std::to_string(1000 + i));
    add(i % 2 == 0 ? list.values.back() : "cve-2031-" + std::to_string(1000 + i));
  }
  list.accepted = static_cast<unsigned>(list.values.size());
  for (unsigned i = 1; i <= 20; ++i, ++list.merged)
    add(host('H', i, ".EXAMPLE.COM"));
  for (unsigned i = 1; i <= 20; ++i, ++list.withheld)
    add("10.0.0." + std::to_string(i));
  for (unsigned i = 1; i <= 20; ++i, ++list.refused)
    add(i % 2 == 0 ? "n/a" : "to do");
  return list;
}

} // namespace isacbot::app
