// Reads scripts statement by statement, and asks every rule about each.
#include "compiler/dialects/postgres/lint/lint.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include "compiler/dialects/postgres/lint/rules.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"

namespace dmc::dialects::postgres::lint {

namespace {

std::array<std::span<const Rule>, 4> all_rules() {
  return {lock_rules(), work_rules(), compat_rules(), design_rules()};
}

/// Whether a SET gives a timeout a length: not 0 and not DEFAULT.
bool sets_a_time(const Node& statement) {
  const auto* value = statement.child("args");
  if (statement.text("kind") != "VAR_SET_VALUE" || !value) return false;
  const auto* number = value->child("ival");
  const auto* text = value->child("sval");
  if (number) return number->number("ival") > 0;
  return text && text->text("sval").find_first_not_of("0") != std::string_view::npos;
}

class Reader {
 public:
  Reader(const Facts& facts) : facts_(facts), ground_(facts.before) {}
  std::vector<Finding> found;

  void read(const Script& script, std::size_t index) {
    index_ = index;
    ++transaction_;
    const sql::Parsed parsed = sql::parse(script.sql);
    if (const auto* error = std::get_if<sql::SyntaxError>(&parsed)) {
      found.push_back({"raw.unparsed", "", "not understood: " + error->message, index, error->offset, error->offset});
      return;
    }
    const auto& statements = std::get<std::vector<sql::ParsedStatement>>(parsed);
    begin_transaction();
    for (const auto& statement : statements) {
      if (!script.in_transaction && !begun_) begin_transaction();
      look(script, statement, statements.size() > 1);
    }
    if (begun_ && !statements.empty())
      found.push_back({"tx.uncommitted", "", "the transaction that it begins is never committed", index,
                       statements.back().begin, statements.back().end});
    begun_ = false;
  }

  void end() {
    look_at_end(ground_, [&](std::string_view hazard, std::string object, std::string evidence) {
      found.push_back({hazard, std::move(object), std::move(evidence), index_, 0, 0});
    });
  }

 private:
  void begin_transaction() {
    ++transaction_;
    held_.clear();
    altered_.clear();
    local_lock_timeout_ = local_statement_timeout_ = false;
    ground_.forget_new_values();
  }

  void look(const Script& script, const sql::ParsedStatement& statement, bool several) {
    const Node& tree = statement.tree;
    const bool in_transaction = script.in_transaction || begun_;
    Place place{tree,
                std::string_view(script.sql).substr(statement.begin, statement.end - statement.begin),
                ground_,
                effect_of(tree, ground_),
                transaction_,
                in_transaction,
                several,
                held_,
                altered_,
                facts_.guarded || lock_timeout_ || local_lock_timeout_,
                lock_timeout_ || local_lock_timeout_,
                facts_.guarded || statement_timeout_ || local_statement_timeout_,
                begun_,
                facts_.oldest_version};
    for (const auto rules : all_rules())
      for (const Rule& rule : rules)
        rule.look(place, [&](std::string object, std::string evidence) {
          found.push_back(
              {rule.hazard, std::move(object), std::move(evidence), index_, statement.begin, statement.end});
        });
    remember(place);
    ground_.apply(tree, transaction_);
  }

  /// What the statements behind it must know.
  void remember(const Place& place) {
    const Node& tree = place.statement;
    if (place.effect.lock != Lock::none && place.existing(place.effect.relation)) held_.push_back(place.effect);
    if (tree.is("AlterTableStmt")) altered_.push_back(place.relation());
    if (tree.is("TransactionStmt")) {
      const auto kind = tree.text("kind");
      if (kind == "TRANS_STMT_BEGIN" || kind == "TRANS_STMT_START") {
        begin_transaction();
        begun_ = true;
      }
      if (kind == "TRANS_STMT_COMMIT" || kind == "TRANS_STMT_ROLLBACK") {
        begin_transaction();
        begun_ = false;
      }
    }
    if (!tree.is("VariableSetStmt")) return;
    const bool local = tree.flag("is_local");
    if (tree.text("name") == "lock_timeout") (local ? local_lock_timeout_ : lock_timeout_) = sets_a_time(tree);
    if (tree.text("name") == "statement_timeout")
      (local ? local_statement_timeout_ : statement_timeout_) = sets_a_time(tree);
  }

  const Facts& facts_;
  Ground ground_;
  std::size_t index_ = 0;
  std::size_t transaction_ = 0;
  std::vector<Effect> held_;
  std::vector<std::string> altered_;
  bool lock_timeout_ = false;
  bool local_lock_timeout_ = false;
  bool statement_timeout_ = false;
  bool local_statement_timeout_ = false;
  bool begun_ = false;
};

}  // namespace

std::vector<Finding> lint(const std::vector<Script>& scripts, const Facts& facts) {
  Reader reader(facts);
  for (std::size_t i = 0; i < scripts.size(); ++i) reader.read(scripts[i], i);
  reader.end();
  return std::move(reader.found);
}

std::vector<std::string_view> hazards() {
  std::vector<std::string_view> ids{"perf.fk_unindexed", "raw.unparsed", "tx.uncommitted", "type.pedantic"};
  for (const auto rules : all_rules())
    for (const Rule& rule : rules) ids.push_back(rule.hazard);
  std::ranges::sort(ids);
  return ids;
}

}  // namespace dmc::dialects::postgres::lint
