// Which method does what stands in two tables; the rest is the life of the conversation.
#include "editors/lsp/server.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/plan/json_message.hpp"
#include "editors/lsp/features.hpp"

namespace dmc::lsp {

namespace {

// Error codes of the protocol.
constexpr std::int64_t parse_error = -32700;
constexpr std::int64_t invalid_request = -32600;
constexpr std::int64_t method_not_found = -32601;
constexpr std::int64_t invalid_params = -32602;
constexpr std::int64_t not_initialized = -32002;
constexpr std::int64_t cancelled = -32800;
constexpr std::int64_t request_failed = -32803;

struct Feature {
  std::string_view method;
  Json (*answer)(const Asked&);
};

constexpr std::array features{Feature{"textDocument/completion", completion},
                              Feature{"textDocument/hover", hover},
                              Feature{"textDocument/signatureHelp", signature_help},
                              Feature{"textDocument/definition", definition},
                              Feature{"textDocument/references", references},
                              Feature{"textDocument/prepareRename", prepare_rename},
                              Feature{"textDocument/rename", rename},
                              Feature{"textDocument/documentSymbol", document_symbols},
                              Feature{"textDocument/formatting", formatting},
                              Feature{"textDocument/foldingRange", folding},
                              Feature{"textDocument/semanticTokens/full", semantic_tokens},
                              Feature{"textDocument/codeAction", code_actions}};

const Feature* feature_of(std::string_view method) {
  const auto* found = std::ranges::find(features, method, &Feature::method);
  return found == features.end() ? nullptr : found;
}

Json capabilities() {
  const auto texts = [](std::initializer_list<std::string_view> all) {
    JsonArray items;
    for (const auto text : all) items.push_back(json(text));
    return json_array(std::move(items));
  };
  const auto yes = json_bool(true);
  return json_object(
      {{"positionEncoding", json("utf-16")},
       {"textDocumentSync", json_object({{"openClose", yes}, {"change", json(std::int64_t{2})}, {"save", yes}})},
       {"completionProvider", json_object({{"triggerCharacters", texts({".", " ", "("})}})},
       {"hoverProvider", yes},
       {"signatureHelpProvider", json_object({{"triggerCharacters", texts({"(", ","})}})},
       {"definitionProvider", yes},
       {"referencesProvider", yes},
       {"renameProvider", json_object({{"prepareProvider", yes}})},
       {"documentSymbolProvider", yes},
       {"workspaceSymbolProvider", yes},
       {"documentFormattingProvider", yes},
       {"foldingRangeProvider", yes},
       {"workspace",
        json_object({{"workspaceFolders", json_object({{"supported", yes}, {"changeNotifications", yes}})}})},
       {"codeActionProvider", json_object({{"codeActionKinds", texts({"quickfix"})}})},
       {"semanticTokensProvider", json_object({{"legend", semantic_legend()}, {"full", yes}})}});
}

/// The ids that `$/cancelRequest` names, written as JSON.
std::set<std::string> cancelled_in(const std::vector<std::optional<Json>>& messages) {
  std::set<std::string> ids;
  for (const auto& message : messages)
    if (message && text_at(*message, "method") == "$/cancelRequest")
      if (const Json* id = find(*message, "params.id")) ids.insert(write(*id));
  return ids;
}

bool is_object(const Json& value) { return std::holds_alternative<JsonObject>(value.value); }

}  // namespace

Server::Server(Disk& disk, const dialects::Dialects& dialects, std::string version, Send send)
    : disk_(disk), dialects_(dialects), version_(std::move(version)), send_(std::move(send)) {}

void Server::receive(const std::vector<std::string>& bodies) {
  std::vector<std::optional<Json>> messages;
  std::vector<plan::JsonError> errors(bodies.size());
  for (std::size_t at = 0; at < bodies.size(); ++at)
    messages.push_back(plan::read_json_message(bodies[at], errors[at]));
  const auto stopped = cancelled_in(messages);
  for (std::size_t at = 0; at < messages.size() && !has_ended(); ++at) {
    if (!messages[at]) {
      refuse(Json{}, parse_error, "this is not JSON: " + errors[at].message);
      continue;
    }
    const Json* id = find(*messages[at], "id");
    if (id != nullptr && find(*messages[at], "method") != nullptr && stopped.contains(write(*id)))
      refuse(*id, cancelled, "taken back before it was begun");
    else
      handle(*messages[at]);
  }
}

void Server::receive_problem(std::string_view problem) { refuse(Json{}, parse_error, problem); }

void Server::handle(const Json& message) {
  const Json* id = find(message, "id");
  const auto method = text_at(message, "method");
  static const Json nothing = json_object();
  const Json* params = find(message, "params");
  const Json& given = params != nullptr && is_object(*params) ? *params : nothing;
  const bool proper_id = id == nullptr || std::holds_alternative<std::string>(id->value) ||
                         std::holds_alternative<std::int64_t>(id->value);
  if (!proper_id) return refuse(Json{}, invalid_request, "an id is a number or a text");
  if (method.empty()) {
    const bool is_answer = find(message, "result") != nullptr || find(message, "error") != nullptr;
    if (!is_answer) refuse(id ? *id : Json{}, invalid_request, "a message has a method");
  } else if (id != nullptr) {
    request(*id, method, given);
  } else {
    notification(method, given);
  }
}

void Server::request(const Json& id, const std::string& method, const Json& params) {
  if (method == "initialize") {
    if (state_ != State::fresh) return refuse(id, invalid_request, "the server was initialized before");
    return answer(id, initialize(params));
  }
  if (state_ == State::fresh) return refuse(id, not_initialized, "the first request is 'initialize'");
  if (state_ == State::shut_down) return refuse(id, invalid_request, "the server was shut down");
  if (method == "shutdown") {
    state_ = State::shut_down;
    return answer(id, Json{});
  }
  if (method == "workspace/symbol") return answer(id, all_symbols(params));
  if (feature_of(method) == nullptr) return refuse(id, method_not_found, "there is no method " + method);
  bool refused = false;
  auto result = about_document(method, params, id, refused);
  if (!refused) answer(id, std::move(result));
}

void Server::notification(const std::string& method, const Json& params) {
  if (method == "exit") {
    exit_code_ = state_ == State::shut_down ? 0 : 1;
    return;
  }
  if (state_ != State::running) return;
  if (method == "initialized") initialized();
  if (method == "textDocument/didOpen") did_open(params);
  if (method == "textDocument/didChange") did_change(params);
  if (method == "textDocument/didClose") did_close(params);
  if (method == "workspace/didChangeWorkspaceFolders") change_folders(params);
  if (method == "textDocument/didSave" || method == "workspace/didChangeWatchedFiles") reload(params);
}

Json Server::about_document(const std::string& method, const Json& params, const Json& id, bool& refused) {
  const auto [workspace, name] = locate(text_at(params, "textDocument.uri"));
  const auto* document = workspace ? workspace->document(name) : nullptr;
  const Json* position = find(params, "position");
  if (!document) {
    refused = true;
    refuse(id, invalid_params, "no such document is known");
    return {};
  }
  const auto offset = position ? document->offset(place_of(*position)) : 0;
  auto result = feature_of(method)->answer({*workspace, *document, offset, params, dialects_, creates_files_});
  if (const Json* why = find(result, "refused")) {
    refused = true;
    refuse(id, request_failed, std::get<std::string>(why->value));
  }
  if (const auto said = text_at(result, "said"); !said.empty()) {
    std::erase_if(std::get<JsonObject>(result.value), [](const auto& entry) { return entry.first == "said"; });
    notify("window/showMessage", json_object({{"type", json(std::int64_t{2})}, {"message", json(said)}}));
  }
  return result;
}

Json Server::all_symbols(const Json& params) const {
  JsonArray symbols;
  for (const auto& [root, workspace] : workspaces_)
    for (auto& symbol : workspace_symbols(*workspace, text_at(params, "query"))) symbols.push_back(std::move(symbol));
  return json_array(std::move(symbols));
}

Json Server::initialize(const Json& params) {
  state_ = State::running;
  watches_files_ = is_true(params, "capabilities.workspace.didChangeWatchedFiles.dynamicRegistration");
  for (const auto& operation : list_at(params, "capabilities.workspace.workspaceEdit.resourceOperations")) {
    const auto* name = std::get_if<std::string>(&operation.value);
    creates_files_ = creates_files_ || (name && *name == "create");
  }
  creates_files_ = creates_files_ && is_true(params, "capabilities.workspace.workspaceEdit.documentChanges");
  std::vector<std::string> folders;
  for (const auto& folder : list_at(params, "workspaceFolders")) folders.push_back(text_at(folder, "uri"));
  if (folders.empty()) folders.push_back(text_at(params, "rootUri"));
  for (const auto& uri : folders) open_folder(uri);
  return json_object({{"capabilities", capabilities()},
                      {"serverInfo", json_object({{"name", json("dmc")}, {"version", json(version_)}})}});
}

void Server::initialized() {
  if (watches_files_) {
    JsonArray watchers;
    for (const std::string_view glob : {"**/*.mig", "**/catalog/*.json"})
      watchers.push_back(json_object({{"globPattern", json(glob)}}));
    const Json options = json_object({{"watchers", json_array(std::move(watchers))}});
    const Json registration = json_object(
        {{"id", json("files")}, {"method", json("workspace/didChangeWatchedFiles")}, {"registerOptions", options}});
    send_(json_object({{"jsonrpc", json("2.0")},
                       {"id", json("register")},
                       {"method", json("client/registerCapability")},
                       {"params", json_object({{"registrations", json_array({registration})}})}}));
  }
}

void Server::answer(const Json& id, Json result) {
  send_(json_object({{"jsonrpc", json("2.0")}, {"id", id}, {"result", std::move(result)}}));
}

void Server::refuse(const Json& id, std::int64_t code, std::string_view why) {
  send_(json_object(
      {{"jsonrpc", json("2.0")}, {"id", id}, {"error", json_object({{"code", json(code)}, {"message", json(why)}})}}));
}

void Server::notify(std::string_view method, Json params) {
  send_(json_object({{"jsonrpc", json("2.0")}, {"method", json(method)}, {"params", std::move(params)}}));
}

std::optional<CheckInput> Server::next_check() const {
  for (const auto& [root, workspace] : workspaces_)
    if (!root.empty() && workspace->checked().revision != workspace->revision())
      return workspace->check_input([this](const std::string& name) { return disk_.is_source(name); });
  return std::nullopt;
}

void Server::take(CheckResult result) {
  const auto found = workspaces_.find(result.root);
  // Of a text that has changed since, the places are wrong.
  if (found == workspaces_.end() || found->second->revision() != result.revision) return;
  found->second->take(std::move(result));
  publish_all(*found->second);
}

}  // namespace dmc::lsp
