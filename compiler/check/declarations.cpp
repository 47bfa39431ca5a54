// Files to lists. Clusters are inventory: they are read and checked for what they say, and are no part of the model.
#include "compiler/check/declarations.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/clusters.hpp"
#include "compiler/check/lacking.hpp"
#include "compiler/check/secrets.hpp"
#include "compiler/check/words.hpp"

namespace dmc::check {

namespace {

constexpr std::string_view changes_folder = "changes/";
constexpr std::string_view clusters_folder = "clusters/";

/// Whether an address holds a password: `scheme://user:password@host`, or a `password=` in its words.
bool holds_password(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme != std::string_view::npos) {
    const std::string_view rest = address.substr(scheme + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    const std::size_t at = authority.rfind('@');
    const std::size_t colon = authority.find(':');
    if (at != std::string_view::npos && colon < at) return true;
  }
  const std::string lower = lower_case(address);
  return lower.find("password=") != std::string::npos || lower.find("pwd=") != std::string::npos;
}

grammar::Span head_of(const ast::FileItem& item) {
  return std::visit(
      [](const auto& value) {
        if constexpr (requires { value.head; }) {
          return value.head;
        } else {
          return value.span;
        }
      },
      item);
}

class Collector {
 public:
  Collector(Context& context, Expander& expander, Declarations& declarations)
      : context_(context), expander_(expander), declarations_(declarations) {}

  void operator()(const ast::Project& project) { declarations_.projects.push_back(&project); }
  void operator()(const ast::Database& database) { declarations_.databases.push_back(&database); }
  void operator()(const ast::Change& change) { declarations_.changes.push_back(&change); }
  void operator()(const ast::Policy& policy) { declarations_.policies.push_back(&policy); }
  void operator()(const ast::Pattern&) {}
  void operator()(const ast::Cluster& cluster) {
    check_cluster(cluster, context_.diagnostics);
    for (const ast::ClusterItem& item : cluster.items) {
      const auto* database = std::get_if<ast::ClusterDatabase>(&item);
      if (!database) continue;
      for (const auto& entry : database->shards) {
        const auto* shard = std::get_if<ast::Shard>(&entry);
        if (!shard) continue;
        refuse_password("shard", shard->name, shard->address);
        for (const auto& replica : shard->replicas) refuse_password("replica", replica.name, replica.address);
      }
    }
  }
  void operator()(const ast::Replica& replica) { report_unsupported(context_, replica.head, "'replica'"); }
  void operator()(const ast::Reconcile& reconcile) { report_unsupported(context_, reconcile.head, "'reconcile'"); }
  void operator()(const ast::Invariant& invariant) {
    report_unsupported(context_, invariant.head, "'invariant'",
                       "a 'verify' of a change asks once, when the change runs");
  }
  void operator()(const ast::Use& use) {
    const ast::ExpandedProject* expansion = expander_.in_project(use, {ast::PatternScope::project, nullptr, {}});
    if (!expansion) return;
    for (const ast::FileItem& item : expansion->body) std::visit(*this, item);
  }

 private:
  void refuse_password(std::string_view kind, const ast::Name& name, const ast::Address& address) {
    const auto* text = std::get_if<ast::Text>(&address);
    if (!text || !holds_password(text->value)) return;
    auto& diagnostic =
        context_.error("E0257", name.span, fmt::format("the address of {} '{}' holds a password", kind, name.text),
                       "a source text is no place for a secret");
    diagnostic.help.push_back(fmt::format("write:  {} {} at env NAME;  or  at file 'PATH';", kind, name.text));
  }

  Context& context_;
  Expander& expander_;
  Declarations& declarations_;
};

void check_folder(Context& context, const ast::File& file) {
  const std::string& name = context.sources.file(file.id).name;
  const grammar::Span whole{file.id, 0, static_cast<std::uint32_t>(context.sources.file(file.id).text.size())};
  if (context.broken.within(whole)) return;
  if (name.starts_with(changes_folder)) {
    const bool has_change = std::ranges::any_of(file.items, [](const ast::FileItem& item) {
      return std::holds_alternative<ast::Change>(item) || std::holds_alternative<ast::Use>(item);
    });
    if (has_change) return;
    context.error("E0205", {file.id, 0, 0}, fmt::format("{} holds no change", name), "expected: change N '…' { … }")
        .help.push_back("a file of changes/ is one version; what should be belongs into schema/");
  }
  if (name.starts_with(clusters_folder)) {
    for (const ast::FileItem& item : file.items) {
      if (std::holds_alternative<ast::Cluster>(item)) continue;
      context
          .error("E0206", head_of(item), "this stands among the clusters, where no compile reads it",
                 "a file of clusters/ holds clusters only")
          .help.push_back("move it to a file of schema/ or changes/");
    }
  }
}

}  // namespace

Declarations read_declarations(Context& context, Patterns& patterns, Expander& expander) {
  Declarations declarations;
  const std::size_t files = context.syntax.files.size();
  const auto is_cluster = [&](const ast::File& file) {
    return context.sources.file(file.id).name.starts_with(clusters_folder);
  };
  for (std::size_t at = 0; at < files; ++at) {
    const ast::File& file = context.syntax.files[at];
    check_folder(context, file);
    if (is_cluster(file)) continue;
    check_secrets(context, file);
    for (const ast::FileItem& item : file.items)
      if (const auto* pattern = std::get_if<ast::Pattern>(&item)) patterns.declare(context, *pattern);
  }
  Collector collector(context, expander, declarations);
  for (std::size_t at = 0; at < files; ++at) {
    const ast::File& file = context.syntax.files[at];
    for (const ast::FileItem& item : file.items)
      if (!is_cluster(file) || std::holds_alternative<ast::Cluster>(item)) std::visit(collector, item);
  }
  return declarations;
}

const ast::Project* check_project(Context& context, const std::vector<const ast::Project*>& projects) {
  if (projects.empty()) {
    if (context.broken.may_declare("project")) return nullptr;
    auto& diagnostic = context.diagnostics.error("E0200", std::nullopt, "no file declares the project");
    diagnostic.help.push_back("write it into project.mig, which marks the root:  project NAME { edition 1; }");
    return nullptr;
  }
  const ast::Project* project = projects.front();
  for (std::size_t at = 1; at < projects.size(); ++at) {
    auto& diagnostic =
        context.error("E0201", projects[at]->head, fmt::format("a second project, '{}'", projects[at]->name.text),
                      "one set of files is one project");
    diagnostic.notes.push_back({project->head, "the first one"});
  }
  if (!project->edition) {
    if (!context.broken.within(project->span)) {
      context
          .error("E0202", project->head, fmt::format("project '{}' does not say its edition", project->name.text),
                 "the edition fixes what the words mean")
          .help.push_back(fmt::format("write:  project {} {{ edition 1; }}", project->name.text));
    }
  } else if (project->edition->value != 1 && !context.broken.within(project->span)) {
    context.error("E0202", project->edition->span,
                  fmt::format("this version of dmc does not know edition {}", project->edition->value), "expected 1");
  }
  return project;
}

}  // namespace dmc::check
