// The documents of the conversation: opened, changed, closed, and what is shown of them.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "editors/lsp/features.hpp"
#include "editors/lsp/quick_check.hpp"
#include "editors/lsp/server.hpp"

namespace dmc::lsp {

namespace {

/// U+FFFD.
constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// One change of `didChange` carried out: of a range, or of the whole text.
std::string changed(std::string text, const Json& change) {
  const Json* range = find(change, "range");
  const Json* given = find(change, "text");
  if (given == nullptr || !std::holds_alternative<std::string>(given->value)) return text;
  const auto& inserted = std::get<std::string>(given->value);
  if (range == nullptr) return inserted;
  const Lines lines(text);
  const Json none;
  const auto place = [&](std::string_view key) {
    const Json* found = find(*range, key);
    return lines.offset(text, place_of(found ? *found : none));
  };
  const auto half = [&](std::string_view key) {
    const Json* found = find(*range, key);
    return found && lines.is_half(text, place_of(*found));
  };
  const auto begin = place("start");
  const auto end = std::max(begin, place("end"));
  // Half of a sign that stays is no sign any more.
  const auto before = half("start") ? replacement : std::string_view();
  const auto behind = half("end") ? replacement : std::string_view();
  const auto rest = behind.empty() ? end : end + 4;
  return fmt::format("{}{}{}{}{}", text.substr(0, begin), before, inserted, behind, text.substr(rest));
}

}  // namespace

Server::Located Server::locate(const std::string& uri) {
  const auto path = path_of(uri);
  if (!path) return uri.empty() ? Located{} : Located{&workspace(""), unescaped(uri)};
  for (const auto& [root, known] : workspaces_)
    if (!root.empty() && path->starts_with(root + "/")) {
      // A project inside of a project is one of its own.
      const auto nearest = disk_.root_of(*path);
      if (!nearest || *nearest == root) return {known.get(), path->substr(root.size() + 1)};
    }
  const auto root = disk_.root_of(*path);
  if (!root) return {&workspace(""), *path};
  return {&workspace(*root), path->substr(std::min(root->size() + 1, path->size()))};
}

Workspace& Server::workspace(const std::string& root) {
  auto& known = workspaces_[root];
  if (!known) {
    known = std::make_unique<Workspace>(root, dialects_);
    if (!root.empty()) load(*known);
  }
  return *known;
}

void Server::load(Workspace& workspace) {
  const auto before = workspace.problem();
  workspace.load(disk_.load(workspace.root()));
  if (!workspace.problem().empty() && workspace.problem() != before)
    notify("window/showMessage",
           json_object({{"type", json(std::int64_t{1})}, {"message", json(workspace.problem())}}));
}

void Server::did_open(const Json& params) {
  const auto [workspace, name] = locate(text_at(params, "textDocument.uri"));
  if (!workspace) return;
  const auto known = workspace->uri_of(name);
  workspace->open(name, text_at(params, "textDocument.uri"), text_at(params, "textDocument.text"));
  // What is shown of it under another name goes.
  if (known != workspace->uri_of(name) && published_[workspace->root()].erase(name) > 0)
    notify("textDocument/publishDiagnostics", json_object({{"uri", json(known)}, {"diagnostics", json_array()}}));
  if (workspace->root().empty() && path_of(text_at(params, "textDocument.uri"))) say_alone(name);
  publish(*workspace, name);
}

/// Once, because it is as good as never a surprise a second time.
void Server::say_alone(const std::string& path) {
  if (std::exchange(said_alone_, true)) return;
  const auto file = path.substr(path.rfind('/') + 1);
  notify("window/showMessage",
         json_object({{"type", json(std::int64_t{3})},
                      {"message", json(fmt::format("{} belongs to no project: no folder above it has a project.mig. "
                                                   "Only its syntax is checked; dmc new NAME begins a project",
                                                   file))}}));
}

void Server::did_change(const Json& params) {
  const auto [workspace, name] = locate(text_at(params, "textDocument.uri"));
  const auto* document = workspace && workspace->is_open(name) ? workspace->document(name) : nullptr;
  if (!document) return;
  std::string text(document->text());
  for (const auto& change : list_at(params, "contentChanges")) text = changed(std::move(text), change);
  workspace->change(name, std::move(text));
  // Before the first check of the whole nobody knows what is there.
  const bool is_known = !workspace->root().empty() && workspace->checked().revision > 0 && disk_.is_source(name);
  if (is_known) workspace->take_quick(name, quick_check(*workspace, *workspace->document(name), dialects_));
  publish(*workspace, name);
}

void Server::did_close(const Json& params) {
  const auto [workspace, name] = locate(text_at(params, "textDocument.uri"));
  if (!workspace || !workspace->is_open(name)) return;
  const auto known = workspace->uri_of(name);
  workspace->close(name);
  if (known != workspace->uri_of(name) && published_[workspace->root()].erase(name) > 0)
    notify("textDocument/publishDiagnostics", json_object({{"uri", json(known)}, {"diagnostics", json_array()}}));
  publish(*workspace, name);
}

/// Something was written: what is not open is read again. A catalog counts, too.
void Server::reload(const Json& params) {
  std::set<Workspace*> touched;
  if (const auto uri = text_at(params, "textDocument.uri"); !uri.empty()) touched.insert(locate(uri).workspace);
  for (const auto& change : list_at(params, "changes")) touched.insert(locate(text_at(change, "uri")).workspace);
  for (auto* workspace : touched)
    if (workspace != nullptr && !workspace->root().empty()) load(*workspace);
}

void Server::open_folder(const std::string& uri) {
  if (const auto path = path_of(uri))
    if (const auto root = disk_.root_of(*path)) (void)workspace(*root);
}

void Server::change_folders(const Json& params) {
  for (const auto& folder : list_at(params, "event.removed")) {
    const auto path = path_of(text_at(folder, "uri"));
    const auto root = path ? disk_.root_of(*path) : std::nullopt;
    const auto known = root ? workspaces_.find(*root) : workspaces_.end();
    if (known == workspaces_.end() || !known->second->open_files().empty()) continue;
    for (const auto& [name, text] : published_[*root])
      notify("textDocument/publishDiagnostics",
             json_object({{"uri", json(known->second->uri_of(name))}, {"diagnostics", json_array()}}));
    published_.erase(*root);
    workspaces_.erase(known);
  }
  for (const auto& folder : list_at(params, "event.added")) open_folder(text_at(folder, "uri"));
}

void Server::publish(Workspace& workspace, const std::string& name) {
  const auto uri = workspace.uri_of(name);
  const auto* document = workspace.document(name);
  const Json found = document ? diagnostics(workspace, *document) : json_array();
  const bool none = std::get<JsonArray>(found.value).empty();
  auto& published = published_[workspace.root()];
  const auto known = published.find(name);
  auto text = write(found);
  if (known == published.end() ? none : known->second == text) return;
  if (none)
    published.erase(name);
  else
    published[name] = std::move(text);
  notify("textDocument/publishDiagnostics", json_object({{"uri", json(uri)}, {"diagnostics", found}}));
}

void Server::publish_all(Workspace& workspace) {
  auto names = workspace.files_with_findings();
  for (const auto& [name, text] : published_[workspace.root()]) names.insert(name);
  for (const auto& name : names) publish(workspace, name);
}

}  // namespace dmc::lsp
