// What a ClickHouse server is and can, as it says itself: versions differ in almost everything.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace dmc::session {

struct ClickhouseServer {
  int major = 0, minor = 0;
  std::string version;                           ///< "18.16.1", "26.7.2.1"
  std::string timezone;                          ///< "Etc/UTC": what a DateTime without one is printed in
  bool read_only = false;                        ///< this user may change nothing
  std::set<std::string, std::less<>> functions;  ///< by the server's spelling
  std::set<std::string, std::less<>> settings;

  bool is_at_least(int wanted_major, int wanted_minor) const {
    return major != wanted_major ? major > wanted_major : minor >= wanted_minor;
  }
  bool has_function(std::string_view name) const { return functions.contains(name); }
  bool has_setting(std::string_view name) const { return settings.contains(name); }
};

}  // namespace dmc::session
