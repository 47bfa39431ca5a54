// One column: its type and its options, which may exclude each other.
#include <array>

#include <fmt/format.h>

#include "compiler/check/lacking.hpp"
#include "compiler/check/literals.hpp"
#include "compiler/check/tables.hpp"

namespace dmc::check {

namespace {

using grammar::Span;

Span span_of(const ast::ColumnOption& option) {
  return std::visit([](const auto& value) { return value.span; }, option);
}

/// Reads the options of one column, in any order.
class OptionReader {
 public:
  OptionReader(TableBuilder& builder, const ast::Column& syntax, model::Column& column)
      : builder_(builder), syntax_(syntax), column_(column) {}

  void operator()(const ast::NotNull& option) {
    not_null_ = option.span;
    column_.not_null = true;
    column_.not_null_conflict = read_conflict(builder_, option.on_conflict, option.span);
    if (option.name) lacking(option.name->span, "names of 'not null'", "leave out: constraint NAME");
  }
  void operator()(const ast::Nullable& option) { nullable_ = option.span; }
  void operator()(const ast::Default& option) {
    default_ = option.span;
    if (const auto* literal = std::get_if<ast::Literal>(&option.value)) {
      column_.default_value = model::Sql{sql_of(*literal)};
    } else if (const auto* sql = std::get_if<ast::Sql>(&option.value)) {
      column_.default_value = sql_of(*sql);
    } else {
      report_unsupported(builder_.context, option.span, "a default from the environment");
    }
  }
  void operator()(const ast::ColumnPrimaryKey& option) {
    if (is_deferrable(option.deferral)) lacking(option.span, "keys that are checked late");
    model::Key key;
    key.elements.push_back(element());
    key.elements.back().descending = option.direction == ast::Direction::descending;
    key.conflict = read_conflict(builder_, option.on_conflict, option.span);
    key.deferrable = is_deferrable(option.deferral);
    key.initially_deferred = option.deferral == ast::Deferral::initially_deferred;
    add_primary_key(builder_, std::move(key), option.name, option.span);
  }
  void operator()(const ast::ColumnUnique& option) {
    if (is_deferrable(option.deferral)) lacking(option.span, "keys that are checked late");
    if (option.nulls_not_distinct) lacking(option.span, "'nulls not distinct'");
    model::Key key;
    key.elements.push_back(element());
    key.conflict = read_conflict(builder_, option.on_conflict, option.span);
    key.deferrable = is_deferrable(option.deferral);
    key.initially_deferred = option.deferral == ast::Deferral::initially_deferred;
    key.nulls_not_distinct = option.nulls_not_distinct;
    add_unique(builder_, std::move(key), option.name, option.span);
  }
  void operator()(const ast::ColumnReferences& option) {
    add_foreign_key(builder_, {column_.name}, *option.references, option.name, option.span);
  }
  void operator()(const ast::Check& option) { add_check(builder_, option); }
  void operator()(const ast::Generated& option) {
    generate(option.span, option.expression, option.storage == ast::GeneratedStorage::stored);
  }
  void operator()(const ast::Identity& option) {
    identity_ = option.span;
    column_.identity = option.kind == ast::IdentityKind::always ? model::Identity::always : model::Identity::by_default;
    if (option.kind == ast::IdentityKind::serial &&
        !report_lacking(builder_.context, builder_.engine(), option.span, "serial columns", "write: identity"))
      column_.identity = model::Identity::serial;
    for (const ast::SequenceOption& detail : option.options) {
      if (!builder_.engine().has("options of an identity"))
        lacking(detail.span, fmt::format("'{}' of an identity", detail.words));
      column_.identity_options += (column_.identity_options.empty() ? "" : " ") + option_text(detail);
    }
  }
  void operator()(const ast::Collate& option) { column_.collation = text_of(option.collation); }
  void operator()(const ast::Comment& option) { column_.comment = std::string(option.text.value); }
  void operator()(const ast::Codec& option) {
    lacking(option.span, "column codecs");
    column_.codec = text_of(option.codecs);
  }
  void operator()(const ast::Ttl& option) {
    lacking(option.span, "'ttl'", "delete what is old in a change: drop rows of TABLE where (…) with backup;");
    column_.ttl = sql_of(option.expression);
  }
  void operator()(const ast::ColumnStorage& option) {
    lacking(option.span, "column storage methods");
    column_.storage = std::string(option.method.text);
  }
  void operator()(const ast::Compression& option) {
    lacking(option.span, "column compression");
    column_.compression = std::string(option.method.text);
  }
  void operator()(const ast::Statistics& option) {
    if (option.kinds.empty()) {
      lacking(option.span, "statistics targets of a column");
      column_.statistics = option.target.value;
    } else {
      lacking(option.span, "kinds of statistics of a column");
      column_.sketches = text_of(option.kinds);
    }
  }
  void operator()(const ast::Materialized& option) {
    lacking(option.span, "materialized columns", "a generated column is the same: generated (…) stored");
    generate(option.span, option.expression, true);
  }
  void operator()(const ast::Alias& option) {
    lacking(option.span, "alias columns", "a generated column is the same: generated (…) virtual");
    generate(option.span, option.expression, false);
  }
  void operator()(const ast::Ephemeral& option) {
    lacking(option.span, "ephemeral columns");
    ephemeral_ = option.span;
    column_.ephemeral = option.expression ? sql_of(*option.expression) : model::Sql{};
  }
  void operator()(const ast::OnUpdateValue& option) {
    lacking(option.span, "'on update' of a value", "a trigger does it: use std.updated_at(TABLE);");
  }

  /// Once every option was read.
  void finish() {
    exclude(not_null_, nullable_, "'not null' and 'null'");
    exclude(default_, generated_, "'default' and 'generated'");
    exclude(default_, identity_, "'default' and 'identity'");
    exclude(generated_, identity_, "'generated' and 'identity'");
    exclude(nullable_, identity_, "'null' and 'identity'");
    exclude(ephemeral_, default_, "'ephemeral' and 'default'");
    exclude(ephemeral_, generated_, "'ephemeral' and 'generated'");
    say_null_in_type();
  }

 private:
  static bool is_deferrable(ast::Deferral deferral) {
    return deferral != ast::Deferral::unstated && deferral != ast::Deferral::not_deferrable;
  }

  void generate(Span span, const ast::Sql& expression, bool stored) {
    if (column_.generated) {
      builder_.context.error("E0223", span, fmt::format("column '{}' is generated twice", syntax_.name.text),
                             "it may stand once");
    }
    generated_ = span;
    column_.generated = model::Generated{sql_of(expression), stored};
  }

  /// Where types say it, every column is `not null`, and `null` is a type around the column's own.
  void say_null_in_type() {
    const std::string& word = builder_.engine().nullable_type;
    if (word.empty()) return;
    column_.not_null = true;
    const bool is_said = column_.type.find(word + "(") != std::string::npos;
    if (nullable_ && !is_said && !column_.type.empty())
      if (const std::string* type = builder_.types.read_nullable(builder_.context, syntax_.type)) column_.type = *type;
  }

  model::Element element() const {
    model::Element result;
    result.column = column_.name;
    return result;
  }

  void lacking(Span span, std::string_view thing, std::string way = {}) {
    report_lacking(builder_.context, builder_.engine(), span, thing, std::move(way));
  }

  void exclude(const std::optional<Span>& one, const std::optional<Span>& other, std::string_view both) {
    if (!one || !other) return;
    const bool in_order = one->begin < other->begin;
    auto& diagnostic = builder_.context.error(
        "E0222", in_order ? *other : *one, fmt::format("{} of column '{}' exclude each other", both, syntax_.name.text),
        "keep one of the two");
    diagnostic.notes.push_back({in_order ? *one : *other, "the other one"});
  }

  TableBuilder& builder_;
  const ast::Column& syntax_;
  model::Column& column_;
  std::optional<Span> not_null_, nullable_, default_, generated_, identity_, ephemeral_;
};

/// Options that may stand several times: each of them is a constraint of its own.
bool may_repeat(const ast::ColumnOption& option) {
  return std::holds_alternative<ast::Check>(option) || std::holds_alternative<ast::ColumnReferences>(option);
}

void report_repeated(Context& context, const ast::Column& column) {
  std::array<const ast::ColumnOption*, std::variant_size_v<ast::ColumnOption>> seen{};
  for (const ast::ColumnOption& option : column.options) {
    const ast::ColumnOption*& first = seen.at(option.index());
    if (first && !may_repeat(option)) {
      auto& diagnostic =
          context.error("E0223", span_of(option), fmt::format("column '{}' has this option twice", column.name.text),
                        "it may stand once");
      diagnostic.notes.push_back({span_of(*first), "the first one"});
      continue;
    }
    first = &option;
  }
}

/// Whether the column is an identity and the whole primary key, which decides its type on some engines.
bool is_identity_key(const TableBuilder& builder, const ast::Column& column) {
  bool is_identity = false;
  bool is_key = false;
  for (const ast::ColumnOption& option : column.options) {
    is_identity = is_identity || std::holds_alternative<ast::Identity>(option);
    is_key = is_key || std::holds_alternative<ast::ColumnPrimaryKey>(option);
  }
  if (!is_identity || is_key) return is_identity;
  for (const ast::TableClause* clause : builder.draft.clauses) {
    const auto* key = std::get_if<ast::PrimaryKey>(clause);
    if (!key || key->elements.size() != 1) continue;
    const auto* name = std::get_if<ast::Name>(&key->elements.front().key);
    if (name && same_name(name->text, column.name.text, builder.database.fold())) return true;
  }
  return false;
}

}  // namespace

void add_column(TableBuilder& builder, const ast::Column& syntax) {
  model::Column& column = builder.table().columns.emplace_back();
  column.name = syntax.name.text;
  column.origin.span = syntax.span;
  check_new_name(builder.context, builder.engine(), syntax.name, "column");
  const Types::Place place{builder.draft.strict, is_identity_key(builder, syntax),
                           syntax.name.quoted ? std::string_view() : syntax.name.text};
  if (const std::string* type = builder.types.read(builder.context, syntax.type, place)) column.type = *type;
  if (syntax.options.size() > 1) report_repeated(builder.context, syntax);
  OptionReader reader(builder, syntax, column);
  for (const ast::ColumnOption& option : syntax.options) std::visit(reader, option);
  reader.finish();
}

}  // namespace dmc::check
