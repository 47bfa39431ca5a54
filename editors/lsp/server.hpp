// The conversation: messages in, messages out. It neither reads nor writes anything itself, and starts no thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "editors/lsp/disk.hpp"
#include "editors/lsp/json.hpp"
#include "editors/lsp/workspace.hpp"

namespace dmc::lsp {

class Server {
 public:
  using Send = std::function<void(const Json&)>;

  /// All are lent. `send` is called with each message to the client.
  Server(Disk& disk, const dialects::Dialects& dialects, std::string version, Send send);

  /// The bodies of messages that have come, in their order. One that a later one of them cancels is not begun.
  void receive(const std::vector<std::string>& bodies);
  /// Something that is no message came.
  void receive_problem(std::string_view problem);

  /// What is to be checked now, or nothing; whoever runs the server checks it beside the conversation.
  std::optional<CheckInput> next_check() const;
  void take(CheckResult result);

  bool has_ended() const { return exit_code_.has_value(); }
  /// 0 after a proper `shutdown` and `exit`, 1 otherwise.
  int exit_code() const { return exit_code_.value_or(1); }

 private:
  struct Located {
    Workspace* workspace = nullptr;
    std::string name;
  };

  void handle(const Json& message);
  void request(const Json& id, const std::string& method, const Json& params);
  void notification(const std::string& method, const Json& params);
  void answer(const Json& id, Json result);
  void refuse(const Json& id, std::int64_t code, std::string_view why);
  void notify(std::string_view method, Json params);

  Json initialize(const Json& params);
  void initialized();
  Json about_document(const std::string& method, const Json& params, const Json& id, bool& refused);
  Json all_symbols(const Json& params) const;

  void did_open(const Json& params);
  void say_alone(const std::string& path);
  void did_change(const Json& params);
  void did_close(const Json& params);
  void reload(const Json& params);
  /// The project of a folder, if it is in one.
  void open_folder(const std::string& uri);
  /// A project whose folder goes is forgotten with what is shown of it, unless a file of it is still open.
  void change_folders(const Json& params);

  /// The project that a document belongs to, loaded at the first question.
  Located locate(const std::string& uri);
  Workspace& workspace(const std::string& root);
  void load(Workspace& workspace);
  void publish(Workspace& workspace, const std::string& name);
  void publish_all(Workspace& workspace);

  Disk& disk_;
  const dialects::Dialects& dialects_;
  std::string version_;
  Send send_;
  enum class State { fresh, running, shut_down } state_ = State::fresh;
  bool watches_files_ = false;
  bool creates_files_ = false;
  bool said_alone_ = false;  ///< that a file belongs to no project
  std::optional<int> exit_code_;
  std::map<std::string, std::unique_ptr<Workspace>> workspaces_;  ///< by root
  /// What the client shows of each project, by root and name: of the files with some.
  std::map<std::string, std::map<std::string, std::string>> published_;
};

}  // namespace dmc::lsp
