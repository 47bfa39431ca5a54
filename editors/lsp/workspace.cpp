// Files come and go; what is asked of them is in workspace_names.cpp.
#include "editors/lsp/workspace.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/catalog/catalog.hpp"
#include "compiler/check/standard_library.hpp"

namespace dmc::lsp {

namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<std::string> path_of(std::string_view uri) {
  constexpr std::string_view scheme = "file:";
  const bool is_file =
      uri.size() > scheme.size() && std::ranges::equal(uri.substr(0, scheme.size()), scheme, {}, small);
  if (!is_file || uri[scheme.size()] != '/') return std::nullopt;
  uri.remove_prefix(scheme.size());
  if (uri.starts_with("//")) uri.remove_prefix(std::min(uri.find('/', 2), uri.size()));  // the host is this one
  return unescaped(uri);
}

std::string unescaped(std::string_view uri) {
  std::string path;
  for (std::size_t at = 0; at < uri.size(); ++at) {
    const bool escaped = uri[at] == '%' && at + 2 < uri.size() && hex(uri[at + 1]) >= 0 && hex(uri[at + 2]) >= 0;
    path += escaped ? static_cast<char>(hex(uri[at + 1]) * 16 + hex(uri[at + 2])) : uri[at];
    if (escaped) at += 2;
  }
  return path;
}

std::string uri_of_path(std::string_view path) {
  std::string uri = "file://";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/-_.~").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

void Workspace::load(Loaded loaded) {
  if (library_.empty())
    for (const auto& pattern : check::standard_library())
      library_.push_back(std::make_unique<Document>(std::string(pattern.name), std::string(pattern.text)));
  if (!loaded.is_known) {
    loaded_.problem = std::move(loaded.problem);
    return;
  }
  std::set<std::string> there;
  for (auto& source : loaded.input.sources) {
    there.insert(source.name);
    if (is_open(source.name)) {
      on_disk_of_open_[source.name] = std::move(source.text);
    } else if (const auto* known = document(source.name); !known || known->text() != source.text) {
      change(source.name, std::move(source.text));
    }
  }
  std::vector<std::string> gone;
  for (const auto& [name, document] : documents_)
    if (!there.contains(name) && !is_open(name)) gone.push_back(name);
  for (const auto& name : gone) forget(name);
  std::erase_if(on_disk_of_open_, [&](const auto& entry) { return !there.contains(entry.first); });
  loaded.input.sources.clear();
  loaded_ = std::move(loaded);
  ++revision_;
  read_base();
}

/// The models of the catalog before the open change: what is in it, is there already.
void Workspace::read_base() {
  base_.clear();
  sealed_ = 0;
  plan::JsonError ignored;  // a catalog or an index that cannot be read is the check's to tell
  if (loaded_.input.index)
    if (const auto index = catalog::read_index(*loaded_.input.index, ignored); index && !index->sealed.empty())
      sealed_ = index->sealed.back().number;
  const auto change = open_change();
  const std::string* newest = nullptr;
  for (const auto& [number, bytes] : loaded_.input.catalogs)
    if (!change || fmt::format("{}", number) != change->mention.owner) newest = &bytes;
  const auto catalog = newest ? catalog::parse_catalog(*newest, ignored) : std::nullopt;
  if (catalog) base_ = catalog->models();
}

void Workspace::set(const std::string& name, std::string text) {
  forget(name);
  auto document = std::make_unique<Document>(name, std::move(text));
  const auto& names = document->mentions().names;
  for (std::size_t at = 0; at < names.size(); ++at)
    if (names[at].declares) declared_[std::string(names[at].name)].emplace_back(document.get(), at);
  documents_[name] = std::move(document);
}

void Workspace::forget(const std::string& name) {
  ++revision_;
  const auto* document = this->document(name);
  if (!document) return;
  std::set<std::string_view> names;
  for (const auto& mention : document->mentions().names)
    if (mention.declares) names.insert(mention.name);
  for (const auto each : names) {
    const auto found = declared_.find(each);
    if (found == declared_.end()) continue;
    std::erase_if(found->second, [&](const auto& entry) { return entry.first == document; });
    if (found->second.empty()) declared_.erase(found);
  }
  documents_.erase(name);
}

void Workspace::open(const std::string& name, const std::string& uri, std::string text) {
  uris_[name] = uri;
  const auto* known = document(name);
  if (known && !is_open(name)) on_disk_of_open_[name] = std::string(known->text());
  open_.insert(name);
  if (!known || known->text() != text) set(name, std::move(text));
}

void Workspace::change(const std::string& name, std::string text) {
  if (const auto* known = document(name)) {
    const std::string before(known->text());
    shift_findings(name, before, text);
  }
  set(name, std::move(text));
}

void Workspace::close(const std::string& name) {
  open_.erase(name);
  uris_.erase(name);
  const auto saved = on_disk_of_open_.find(name);
  if (saved == on_disk_of_open_.end()) {
    forget(name);
    return;
  }
  if (const auto* known = document(name); known->text() != saved->second) change(name, std::move(saved->second));
  on_disk_of_open_.erase(saved);
}

const Document* Workspace::document(const std::string& name) const {
  const auto found = documents_.find(name);
  return found == documents_.end() ? nullptr : found->second.get();
}

std::string Workspace::uri_of(const std::string& name) const {
  if (const auto said = uris_.find(name); said != uris_.end()) return said->second;
  if (!root_.empty()) return uri_of_path(root_ + "/" + name);
  return name.starts_with('/') ? uri_of_path(name) : name;
}

CheckInput Workspace::check_input(const std::function<bool(const std::string&)>& is_source) const {
  CheckInput input{root_, revision_, loaded_.input};
  for (const auto& [name, document] : documents_)
    if (is_source(name)) input.project.sources.push_back({name, std::string(document->text())});
  return input;
}

void Workspace::take(CheckResult result) { checked_ = std::move(result); }

void Workspace::take_quick(const std::string& name, std::vector<Finding> findings) {
  std::erase_if(checked_.findings, [&](const Finding& finding) { return finding.file == name && finding.of_check; });
  for (auto& finding : findings) {
    finding.of_check = true;
    checked_.findings.push_back(std::move(finding));
  }
}

/// What the check said behind an edit moves along, and what it said of the edited text itself goes.
void Workspace::shift_findings(const std::string& name, std::string_view before, std::string_view after) {
  const auto same = std::ranges::mismatch(before, after);
  const auto begin = static_cast<std::size_t>(same.in1 - before.begin());
  std::size_t tail = 0;
  while (tail < std::min(before.size(), after.size()) - begin &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
    ++tail;
  const auto end = before.size() - tail;
  const auto moved = static_cast<std::uint32_t>(after.size() - before.size());  // wraps, and wraps back
  std::erase_if(checked_.findings, [&](Finding& finding) {
    if (finding.file != name) return false;
    if (finding.begin >= end) {
      finding.begin += moved;
      finding.end += moved;
      return false;
    }
    return finding.end > begin;
  });
}

std::vector<Finding> Workspace::findings(const std::string& name) const {
  std::vector<Finding> found;
  const auto* known = document(name);
  if (!known) return found;
  for (const auto& diagnostic : known->syntax().sorted()) found.push_back(finding_of(diagnostic, known->sources()));
  for (const auto& finding : checked_.findings) {
    // What the parser says, it says of the text as it is now.
    const bool of_parser = finding.what.code >= "E0100" && finding.what.code < "E0150";
    if (finding.file == name && !(of_parser && known->was_parsed())) found.push_back(finding);
  }
  return found;
}

std::set<std::string> Workspace::files_with_findings() const {
  std::set<std::string> files;
  for (const auto& finding : checked_.findings) files.insert(finding.file);
  for (const auto& [name, document] : documents_)
    if (!document->syntax().empty()) files.insert(name);
  return files;
}

}  // namespace dmc::lsp
