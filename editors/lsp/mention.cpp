// A walk over the tree with the scope in hand.
#include "editors/lsp/mention.hpp"

#include <algorithm>
#include <optional>

namespace dmc::lsp {

namespace {

using grammar::Kind;
using grammar::Node;

struct Scope {
  std::string_view database;
  std::string_view schema;
  std::string_view table;
};

std::string_view bare(const Node& name) {
  const auto text = name.text();
  return text.size() >= 2 && text.front() == '"' ? text.substr(1, text.size() - 2) : text;
}

std::vector<Node> names_in(const Node& node) {
  std::vector<Node> names;
  for (const Node child : node.children())
    if (child.is(Kind::name)) names.push_back(child);
  return names;
}

class Walk {
 public:
  explicit Walk(Mentions& found) : found_(found) {}

  void children(const Node& node, const Scope& scope) {
    for (const Node child : node.children()) visit(child, scope);
  }

  void visit(const Node& node, const Scope& scope);

 private:
  Mention& add(const Node& name, Meaning meaning, const Scope& scope) {
    const auto span = name.span();
    Mention mention{span.begin, span.end,   meaning, false,        Kind::unknown, 0,
                    0,          bare(name), {},      scope.schema, scope.database};
    return found_.names.emplace_back(mention);
  }
  Mention& declare(const Node& name, Meaning meaning, const Node& whole, const Scope& scope) {
    Mention& mention = add(name, meaning, scope);
    mention.declares = true;
    mention.kind = whole.kind();
    mention.whole_begin = whole.span().begin;
    mention.whole_end = whole.span().end;
    return mention;
  }

  /// A schema, or the database where none is called so.
  void in_front(const Node& name, const Scope& scope) { add(name, Meaning::schema, {scope.database, {}, {}}); }

  /// A path whose last name has this meaning; that of a member names its table before it.
  void refer(const Node& path, Meaning meaning, const Scope& scope) {
    const auto names = names_in(path);
    if (names.empty()) return;
    const bool member = meaning == Meaning::column || meaning == Meaning::constraint || meaning == Meaning::enum_value;
    if (member && names.size() > 1) {
      const auto owner_scope = names.size() > 2 ? bare(names[names.size() - 3]) : std::string_view();
      if (names.size() > 2) in_front(names[names.size() - 3], scope);
      auto& owner =
          add(names[names.size() - 2], meaning == Meaning::enum_value ? Meaning::type : Meaning::relation, scope);
      owner.qualifier = owner_scope;
      auto& mention = add(names.back(), meaning, scope);
      mention.owner = bare(names[names.size() - 2]);
      mention.qualifier = owner_scope;
      return;
    }
    if (!member && names.size() > 1) in_front(names[names.size() - 2], scope);
    auto& mention = add(names.back(), meaning, scope);
    if (member)
      mention.owner = scope.table;
    else
      mention.qualifier = names.size() > 1 ? bare(names[names.size() - 2]) : std::string_view();
  }

  void columns(const Node& names, std::string_view table, const Scope& scope) {
    for (const Node name : names_in(names)) add(name, Meaning::column, scope).owner = table;
  }

  void declare_path(const Node& node, Meaning meaning, const Scope& scope) {
    const auto path = node.child(Kind::path);
    const auto names = path ? names_in(*path) : std::vector<Node>();
    if (names.empty()) return;
    if (names.size() > 1) in_front(names[names.size() - 2], scope);
    auto& mention = declare(names.back(), meaning, node, scope);
    if (names.size() > 1) mention.qualifier = bare(names[names.size() - 2]);
  }

  static std::string_view last_of(const Node& node) {
    const auto path = node.is(Kind::path) ? std::optional(node) : node.child(Kind::path);
    const auto names = path ? names_in(*path) : std::vector<Node>();
    return names.empty() ? std::string_view() : bare(names.back());
  }

  static Meaning meaning_of(const Node& kind) {
    const auto word = kind.text();
    if (word == "table" || word.ends_with("view") || word == "partition") return Meaning::relation;
    if (word == "column") return Meaning::column;
    if (word == "index") return Meaning::index;
    if (word == "constraint") return Meaning::constraint;
    if (word == "enum" || word == "domain") return Meaning::type;
    if (word == "value") return Meaning::enum_value;
    if (word == "function" || word == "procedure") return Meaning::function;
    if (word == "sequence") return Meaning::sequence;
    if (word == "trigger") return Meaning::trigger;
    if (word == "schema") return Meaning::schema;
    return Meaning::other;
  }

  /// `KIND A`, and whatever else the statement says.
  void subject(const Node& node, const Scope& scope) {
    const auto kind = node.child(Kind::kind);
    bool first = true;
    for (const Node child : node.children()) {
      if (child.is(Kind::path) && first && kind) {
        refer(child, meaning_of(*kind), scope);
        first = false;
      } else if (!child.is(Kind::path)) {
        visit(child, scope);
      }
    }
  }

  /// A statement about the rows of a table.
  void about_rows(const Node& node, Scope scope) {
    scope.table = last_of(node);
    for (const Node child : node.children()) {
      if (child.is(Kind::path)) {
        refer(child, Meaning::relation, scope);
      } else if (child.is(Kind::assignment)) {
        if (const auto name = child.first()) add(*name, Meaning::column, scope).owner = scope.table;
        children(child, scope);
      } else {
        visit(child, scope);
      }
    }
  }

  void retype(const Node& node, Scope scope) {
    if (const auto path = node.child(Kind::path)) {
      const auto names = names_in(*path);
      if (names.size() > 1) scope.table = bare(names[names.size() - 2]);
      refer(*path, Meaning::column, scope);
    }
    for (const Node child : node.children())
      if (!child.is(Kind::path)) visit(child, scope);
  }

  void trigger(const Node& node, Scope scope) {
    scope.table = last_of(node);
    if (const auto name = node.child(Kind::name)) declare(*name, Meaning::trigger, node, scope).owner = scope.table;
    for (const Node child : node.children()) {
      if (child.is(Kind::path)) refer(child, Meaning::relation, scope);
      if (child.is(Kind::trigger_event))
        for (const Node part : child.children())
          if (part.is(Kind::names)) columns(part, scope.table, scope);
      if (!child.is(Kind::path) && !child.is(Kind::trigger_event)) visit(child, scope);
    }
  }

  void grant(const Node& node, const Scope& scope) {
    const auto object = node.child(Kind::grant_object);
    const auto kind = object ? object->child(Kind::kind) : std::nullopt;
    for (const Node child : node.children()) {
      const auto names = child.is(Kind::privilege) ? child.child(Kind::names) : std::nullopt;
      if (names && object) columns(*names, last_of(*object), scope);
    }
    if (!object) return;
    for (const Node path : object->children())
      if (path.is(Kind::path)) refer(path, kind ? meaning_of(*kind) : Meaning::relation, scope);
  }

  void references(const Node& node, const Scope& scope) {
    if (const auto path = node.child(Kind::path)) {
      refer(*path, Meaning::relation, scope);
      if (const auto names = node.child(Kind::names)) columns(*names, last_of(*path), scope);
    }
    for (const Node child : node.children())
      if (child.is(Kind::on_delete) || child.is(Kind::on_update))
        if (const auto names = child.child(Kind::names)) columns(*names, scope.table, scope);
  }

  void named(const Node& node, Meaning meaning, const Scope& scope) {
    if (const auto name = node.child(Kind::name)) declare(*name, meaning, node, scope).owner = scope.table;
    for (const Node child : node.children())
      if (!child.is(Kind::name)) visit(child, scope);
  }

  /// Tables, or columns of the table around, until somebody knows the pattern.
  void arguments(const Node& use, const Scope& scope) {
    const auto path = use.child(Kind::path);
    const auto pattern = path ? names_in(*path) : std::vector<Node>();
    ArgumentOf argument;
    if (!pattern.empty()) argument.pattern = bare(pattern.back());
    if (pattern.size() > 1) argument.library = bare(pattern.front());
    for (const Node child : use.children()) {
      if (!child.is(Kind::use_argument)) continue;
      const auto given = child.child(Kind::path);
      argument.before = {};
      for (const auto& names = given ? names_in(*given) : std::vector<Node>(); const Node& name : names) {
        argument.in_front = name.span().begin != names.back().span().begin;
        const bool member = names.size() > 1 && !argument.in_front;
        auto& mention = add(name, member ? Meaning::column : Meaning::relation, scope);
        mention.owner = member ? argument.before : scope.table;
        mention.argument = argument;
        argument.before = bare(name);
      }
      // SQL is most likely about the table that was given before.
      Scope inside = scope;
      if (inside.table.empty()) inside.table = argument.table;
      if (!given) children(child, inside);
      if (given && argument.table.empty()) argument.table = argument.before;
      ++argument.number;
    }
  }

  void element(const Node& node, const Scope& scope) {
    for (const Node child : node.children()) {
      if (child.is(Kind::name)) add(child, Meaning::column, scope).owner = scope.table;
      visit(child, scope);
    }
  }

  Mentions& found_;
};

void Walk::visit(const Node& node, const Scope& scope) {
  Scope inner = scope;
  switch (node.kind()) {
    case Kind::sql:
    case Kind::call:
      found_.sql.push_back({node.span().begin, node.span().end, scope.table, scope.schema, scope.database});
      return;
    case Kind::database:
    case Kind::schema:
    case Kind::cluster_database: {
      const bool is_schema = node.is(Kind::schema);
      if (const auto name = node.child(Kind::name)) {
        if (node.is(Kind::cluster_database))
          add(*name, Meaning::database, scope);
        else
          declare(*name, is_schema ? Meaning::schema : Meaning::database, node, scope);
        (is_schema ? inner.schema : inner.database) = bare(*name);
      }
      return children(node, inner);
    }
    case Kind::table:
      declare_path(node, Meaning::relation, scope);
      inner.table = last_of(node);
      for (const Node child : node.children())
        if (!child.is(Kind::path)) visit(child, inner);
      return;
    case Kind::view:
    case Kind::materialized_view:
      declare_path(node, Meaning::relation, scope);
      inner.table = last_of(node);
      for (const Node child : node.children()) {
        if (child.is(Kind::sql)) visit(child, scope);
        if (!child.is(Kind::path) && !child.is(Kind::sql)) visit(child, inner);
      }
      return;
    case Kind::view_target:
      if (const auto path = node.child(Kind::path)) refer(*path, Meaning::relation, Scope{scope.database, {}, {}});
      return;
    case Kind::after:
      for (const Node path : node.children()) refer(path, Meaning::relation, Scope{scope.database, {}, {}});
      return;
    case Kind::column:
      if (const auto name = node.child(Kind::name)) declare(*name, Meaning::column, node, scope).owner = scope.table;
      for (const Node child : node.children())
        if (!child.is(Kind::name)) visit(child, scope);
      return;
    case Kind::type_name:
      if (const auto names = names_in(node); !names.empty()) {
        if (names.size() > 1) in_front(names[names.size() - 2], scope);
        add(names.back(), Meaning::type, Scope{scope.database, {}, {}});
      }
      return;
    case Kind::extension_schema:
      if (const auto name = node.child(Kind::name)) in_front(*name, scope);
      return;
    case Kind::enumeration:
      declare_path(node, Meaning::type, scope);
      for (const Node value : node.children())
        if (value.is(Kind::enum_value))
          if (const auto name = value.first(); name && name->is(Kind::name))
            declare(*name, Meaning::enum_value, value, scope).owner = last_of(node);
      return;
    case Kind::domain:
    case Kind::sequence:
      declare_path(node, node.is(Kind::domain) ? Meaning::type : Meaning::sequence, scope);
      for (const Node child : node.children())
        if (!child.is(Kind::path)) visit(child, scope);
      return;
    case Kind::sequence_option:
      if (const auto path = node.child(Kind::path)) refer(*path, Meaning::column, scope);
      return;
    case Kind::function:
    case Kind::procedure:
      declare_path(node, Meaning::function, scope);
      for (const Node child : node.children())
        if (!child.is(Kind::path)) visit(child, scope);
      return;
    case Kind::trigger:
      return trigger(node, scope);
    case Kind::trigger_call:
      if (const auto path = node.child(Kind::path)) refer(*path, Meaning::function, Scope{scope.database, {}, {}});
      return;
    case Kind::row_policy:
      inner.table = last_of(node);
      if (const auto path = node.child(Kind::path)) refer(*path, Meaning::relation, scope);
      return named(node, Meaning::policy, inner);
    case Kind::index:
      return named(node, Meaning::index, scope);
    case Kind::constraint:
      return named(node, Meaning::constraint, scope);
    case Kind::projection:
    case Kind::extension:
    case Kind::project:
    case Kind::cluster:
    case Kind::shard:
    case Kind::wave:
      return named(node, Meaning::other, scope);
    case Kind::object:
    case Kind::partition:
      declare_path(node, Meaning::other, scope);
      for (const Node child : node.children())
        if (!child.is(Kind::path)) visit(child, scope);
      return;
    case Kind::element:
      return element(node, scope);
    case Kind::foreign_key:
    case Kind::include:
      for (const Node child : node.children()) {
        if (child.is(Kind::names)) columns(child, scope.table, scope);
        if (!child.is(Kind::names)) visit(child, scope);
      }
      return;
    case Kind::references:
      return references(node, scope);
    case Kind::grant:
      return grant(node, scope);
    case Kind::use:
      if (const auto path = node.child(Kind::path)) {
        const auto names = names_in(*path);
        if (!names.empty()) {
          auto& mention = add(names.back(), Meaning::pattern, Scope{});
          mention.qualifier = names.size() > 1 ? bare(names.front()) : std::string_view();
        }
      }
      return arguments(node, scope);
    case Kind::pattern:
      if (const auto name = node.child(Kind::name)) declare(*name, Meaning::pattern, node, Scope{});
      for (const Node child : node.children()) {
        const auto name = child.is(Kind::parameter) ? child.child(Kind::name) : std::nullopt;
        if (name) declare(*name, Meaning::parameter, child, Scope{});
        if (child.is(Kind::block)) visit(child, Scope{});
      }
      return;
    case Kind::change:
      if (const auto text = node.child(Kind::text)) {
        auto& mention = declare(*text, Meaning::change, node, Scope{});
        mention.name = text->inner();
        mention.owner = node.child(Kind::number)->text();
      }
      return children(node, Scope{});
    case Kind::rename:
    case Kind::drop:
    case Kind::apply:
    case Kind::forget:
    case Kind::adopt:
    case Kind::run_for:
      if (const auto name = node.child(Kind::name)) add(*name, Meaning::database, scope);
      return subject(node, scope);
    case Kind::accept:
      if (const auto path = node.child(Kind::path))
        refer(*path, names_in(*path).size() > 1 ? Meaning::column : Meaning::relation, scope);
      return;
    case Kind::drop_rows:
    case Kind::rebuild:
    case Kind::backfill:
      return about_rows(node, scope);
    case Kind::retype:
      return retype(node, scope);
    case Kind::verify:
    case Kind::invariant:
    case Kind::run:
    case Kind::gate_query:
      if (const auto name = node.child(Kind::name)) {
        add(*name, Meaning::database, scope);
        inner.database = bare(*name);
      }
      return children(node, inner);
    case Kind::endpoint:
      if (const auto path = node.child(Kind::path)) refer(*path, Meaning::relation, Scope{});
      if (const auto names = node.child(Kind::names))
        for (const Node name : names_in(*names)) add(name, Meaning::relation, Scope{});
      return;
    default:
      return children(node, scope);
  }
}

bool fits(std::string_view left, std::string_view right) { return left.empty() || right.empty() || left == right; }

bool is_owned(Meaning meaning) {
  return meaning == Meaning::column || meaning == Meaning::constraint || meaning == Meaning::enum_value;
}

}  // namespace

Mentions mentions_of(const grammar::Tree& tree) {
  Mentions found;
  Walk(found).children(tree.root(), Scope{});
  for (const auto& splice : tree.splices) {
    if (splice.environment) continue;
    Mention mention;
    mention.begin = splice.name.begin;
    mention.end = splice.name.end;
    mention.meaning = Meaning::parameter;
    mention.name = tree.text.substr(mention.begin, mention.end - mention.begin);
    found.names.push_back(mention);
  }
  std::ranges::stable_sort(found.names, {}, &Mention::begin);
  return found;
}

bool same_thing(const Mention& left, const Mention& right) {
  if (left.meaning != right.meaning || left.name != right.name) return false;
  if (is_owned(left.meaning) && left.owner != right.owner) return false;
  // A statement may leave out the table of these.
  if ((left.meaning == Meaning::trigger || left.meaning == Meaning::policy) && !fits(left.owner, right.owner))
    return false;
  if (left.meaning == Meaning::database || left.meaning == Meaning::parameter) return true;
  // What is in front may be a schema or a database.
  const bool qualified =
      fits(left.qualifier, right.qualifier) || left.qualifier == right.database || right.qualifier == left.database;
  return qualified && fits(left.database, right.database);
}

}  // namespace dmc::lsp
