// A server's process of a rehearsal's own, and who cleans up when we cannot any more: a shell that waits for our end,
// and then ends the server and removes its files.
#pragma once

#include <filesystem>
#include <pwd.h>
#include <string>
#include <sys/types.h>
#include <vector>

namespace dmc::rehearse {

class Watcher {
 public:
  /// `signal`: the name of the one that ends the server, "QUIT". Where no process can be started there is none.
  Watcher(const std::string& signal, const std::vector<std::filesystem::path>& folders);
  /// All is done already.
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// Whom to end; 0: nobody.
  void guard(pid_t process) const;

 private:
  void tell(const std::string& word) const;

  pid_t process_ = -1;
  int word_ = -1;  ///< it hears of our end through it
};

/// Starts a program in the folder, as that user or as ourselves; → its process, negative when there can be none. What
/// it says goes to the folder's file "log"; no signal of a terminal reaches it. `surroundings`: "NAME=value".
pid_t launch(std::vector<std::string> words, std::vector<std::string> surroundings, const std::filesystem::path& folder,
             const passwd* user);

/// The last lines of a file, in one; empty when there are none.
std::string last_lines(const std::filesystem::path& file);

/// Returns when the process has ended, whose parent we are; answers how.
int wait_for_end(pid_t process);

}  // namespace dmc::rehearse
