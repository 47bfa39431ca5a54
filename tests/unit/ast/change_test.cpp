// The statements of a change.
#include "built.hpp"

namespace dmc::ast::test {

namespace {

std::string name_of(const Subject& subject) { return words(std::get<Path>(subject.name)); }

}  // namespace

TEST_CASE("a change has a number and a title, with or without statements") {
  const Built built("change 8 'slugs'; change 7 'one name per user' { apply table t; }");
  CHECK(built.item<Change>(0).number.value == 8);
  CHECK(built.item<Change>(0).title.value == "slugs");
  CHECK(built.item<Change>(0).statements.empty());
  CHECK(built.item<Change>(1).statements.size() == 1);
  CHECK(built.sources.text(built.item<Change>(1).head) == "change 7 'one name per user'");
}

TEST_CASE("rename") {
  const InChange change(
      "rename table people to audit.users keeping both; rename column t.a to b; "
      "rename materialized view v to w; rename row policy p to q; rename function f(int, text) to g;");
  const auto& table = change.statement<Rename>(0);
  CHECK(table.subject.kind == ObjectKind::table);
  CHECK(name_of(table.subject) == "people");
  CHECK(words(table.to) == "audit users");
  CHECK(table.keeping_both);
  CHECK(name_of(change.statement<Rename>(1).subject) == "t a");
  CHECK_FALSE(change.statement<Rename>(1).keeping_both);
  CHECK(change.statement<Rename>(2).subject.kind == ObjectKind::materialized_view);
  CHECK(change.statement<Rename>(3).subject.kind == ObjectKind::row_policy);
  CHECK(std::get<Path>(change.statement<Rename>(4).subject.name).arguments.size() == 2);
  CHECK(change.sources.text(change.statement<Rename>(3).subject.span) == "row policy p");
}

TEST_CASE("drop") {
  const InChange change(
      "drop column users.first with backup; drop table t without backup; drop index i; "
      "drop invariant 'no debt'; drop replica trading (trades, positions); "
      "drop grant select on orders to app; drop value order_state.old;");
  CHECK(change.statement<Drop>(0).backup == Backup::with);
  CHECK(name_of(std::get<Subject>(change.statement<Drop>(0).subject)) == "users first");
  CHECK(change.statement<Drop>(1).backup == Backup::without);
  CHECK(change.statement<Drop>(2).backup == Backup::unstated);
  CHECK(std::get<Text>(std::get<Subject>(change.statement<Drop>(3).subject).name).value == "no debt");
  const auto& replica = std::get<Subject>(change.statement<Drop>(4).subject);
  CHECK(replica.kind == ObjectKind::replica);
  CHECK(words(std::get<Endpoint>(replica.name).tables) == "trades positions");
  CHECK(words(std::get<Grant>(change.statement<Drop>(5).subject).roles) == "app");
  CHECK(std::get<Subject>(change.statement<Drop>(6).subject).kind == ObjectKind::value);
}

TEST_CASE("every kind of object has its word, and the word its kind") {
  const std::vector<ObjectKind> kinds = {ObjectKind::table,      ObjectKind::view,        ObjectKind::materialized_view,
                                         ObjectKind::sequence,   ObjectKind::enumeration, ObjectKind::domain,
                                         ObjectKind::trigger,    ObjectKind::extension,   ObjectKind::schema,
                                         ObjectKind::row_policy, ObjectKind::object,      ObjectKind::column,
                                         ObjectKind::value,      ObjectKind::index,       ObjectKind::constraint,
                                         ObjectKind::partition,  ObjectKind::projection,  ObjectKind::invariant,
                                         ObjectKind::function,   ObjectKind::procedure,   ObjectKind::replica,
                                         ObjectKind::reconcile};
  for (const ObjectKind kind : kinds) {
    const InChange change("apply " + std::string(word(kind)) + " a;");
    CHECK(change.statement<Apply>().subject.kind == kind);
  }
  CHECK(word(ObjectKind::grant) == "grant");
}

TEST_CASE("drop rows, retype, rebuild") {
  const InChange change(
      "drop rows of old_logs where (at < 5) with backup batch 1_000 pause 1s; "
      "retype users.age using (age::int) undo (age::text) keeping both rate 9; retype a.b; "
      "rebuild table t parallel 2;");
  const auto& rows = change.statement<DropRows>(0);
  CHECK(words(rows.table) == "old_logs");
  CHECK(rows.where.text == "at < 5");
  CHECK(rows.backup == Backup::with);
  CHECK(rows.pace.pause->milliseconds == 1000);
  const auto& retype = change.statement<Retype>(1);
  CHECK(words(retype.column) == "users age");
  CHECK(retype.using_->text == "age::int");
  CHECK(retype.undo->text == "age::text");
  CHECK(retype.keeping_both);
  CHECK(retype.pace.rate->value == 9);
  CHECK_FALSE(change.statement<Retype>(2).using_.has_value());
  CHECK(change.statement<Rebuild>(3).pace.parallel->value == 2);
}

TEST_CASE("backfill") {
  const InChange change(
      "backfill users set full_name = (first || last), age = 5 where (full_name is null) follow with backup "
      "batch 5_000; backfill totals where (x) batch 1MiB; backfill v;");
  const auto& table = change.statement<Backfill>(0);
  CHECK(words(table.target) == "users");
  REQUIRE(table.set.size() == 2);
  CHECK(table.set[0].column.text == "full_name");
  CHECK(std::get<Sql>(table.set[0].value).text == "first || last");
  CHECK(std::get<Integer>(std::get<Literal>(table.set[1].value)).value == 5);
  CHECK(table.where->text == "full_name is null");
  CHECK(table.follow);
  CHECK(table.backup == Backup::with);
  CHECK(change.statement<Backfill>(1).set.empty());
  CHECK_FALSE(change.statement<Backfill>(2).where.has_value());
}

TEST_CASE("verify compares with a literal, or asks whether there is anything") {
  const InChange change(
      "verify 'a' on shop (select 1) = 1; verify 'b' on shop (q) <> 'x'; verify 'c' on shop (q) < 1; "
      "verify 'd' on shop (q) <= 1; verify 'e' on shop (q) > 1; verify 'f' on shop (q) >= null; "
      "verify 'g' on shop (q) is empty; verify 'h' on shop (q) is not empty;");
  const auto compared = [&](std::size_t index) {
    return std::get<Compared>(change.statement<Verify>(index).expectation.answer);
  };
  CHECK(change.statement<Verify>(0).name.value == "a");
  CHECK(change.statement<Verify>(0).database.text == "shop");
  CHECK(change.statement<Verify>(0).expectation.query.text == "select 1");
  CHECK(compared(0).comparison == Comparison::equal);
  CHECK(std::get<Integer>(compared(0).literal).value == 1);
  CHECK(compared(1).comparison == Comparison::not_equal);
  CHECK(std::get<Text>(compared(1).literal).value == "x");
  CHECK(compared(2).comparison == Comparison::less);
  CHECK(compared(3).comparison == Comparison::less_or_equal);
  CHECK(compared(4).comparison == Comparison::greater);
  CHECK(compared(5).comparison == Comparison::greater_or_equal);
  CHECK(std::holds_alternative<Null>(compared(5).literal));
  CHECK(std::holds_alternative<IsEmpty>(change.statement<Verify>(6).expectation.answer));
  CHECK(std::holds_alternative<IsNotEmpty>(change.statement<Verify>(7).expectation.answer));
  CHECK(change.sources.text(change.statement<Verify>(6).expectation.span) == "(q) is empty");
}

TEST_CASE("gates wait for a person or for a query") {
  const InChange change(
      "gate 'deployed'; gate 'quiet' on shop (select 1) = 0 for 5m; gate 'now' on shop (q) is empty;");
  CHECK_FALSE(change.statement<Gate>(0).condition.has_value());
  CHECK(change.statement<Gate>(1).name.value == "quiet");
  CHECK(change.statement<Gate>(1).condition->duration->milliseconds == 300'000);
  CHECK(change.statement<Gate>(1).condition->database.text == "shop");
  CHECK_FALSE(change.statement<Gate>(2).condition->duration.has_value());
}

TEST_CASE("run does, verifies and undoes") {
  const InChange change(
      "run 'stats' on shop for table users { do (analyze users); do $$ x; $$; verify (select 1) > 0; verify (q) is "
      "empty; undo (a); "
      "undo (b); outside transaction; } run 'n' on shop { do (x); undo nothing; } run 'u' on shop { do (x); }");
  const auto& run = change.statement<Run>(0);
  CHECK(run.name.value == "stats");
  CHECK(run.database.text == "shop");
  CHECK(name_of(*run.subject) == "users");
  CHECK(change.sources.text(run.head) == "run 'stats' on shop for table users");
  REQUIRE(run.actions.size() == 2);
  CHECK(run.actions[1].text == " x; ");
  CHECK(run.verify.size() == 2);
  CHECK(std::get<std::vector<Sql>>(run.undo).size() == 2);
  CHECK(run.outside_transaction);
  CHECK(std::holds_alternative<UndoNothing>(change.statement<Run>(1).undo));
  CHECK(std::holds_alternative<UndoUnstated>(change.statement<Run>(2).undo));
  CHECK_FALSE(change.statement<Run>(2).subject.has_value());
}

TEST_CASE("accept, adopt, forget, use") {
  const InChange change(
      "accept rewrite.stored_generated on users because 'twelve rows'; adopt shop; adopt table t; "
      "forget view v; use std.archive_table(users, 'x', 5, 7d, (a > 0), users.email, true);");
  const auto& accept = change.statement<Accept>(0);
  CHECK(accept.hazard.text == "rewrite.stored_generated");
  CHECK(words(accept.subject) == "users");
  CHECK(accept.because.value == "twelve rows");
  CHECK(std::get<Name>(change.statement<Adopt>(1).subject).text == "shop");
  CHECK(name_of(std::get<Subject>(change.statement<Adopt>(2).subject)) == "t");
  CHECK(change.statement<Forget>(3).subject.kind == ObjectKind::view);
  const auto& arguments = change.statement<Use>(4).arguments;
  REQUIRE(arguments.size() == 7);
  CHECK(words(std::get<Path>(arguments[0].value)) == "users");
  CHECK(std::get<Text>(arguments[1].value).value == "x");
  CHECK(arguments[1].text == "'x'");
  CHECK(std::get<Integer>(arguments[2].value).value == 5);
  CHECK(std::get<Duration>(arguments[3].value).milliseconds == 604'800'000);
  CHECK(std::get<Sql>(arguments[4].value).text == "a > 0");
  CHECK(arguments[4].text == "(a > 0)");
  CHECK(words(std::get<Path>(arguments[5].value)) == "users email");
  CHECK(std::get<Boolean>(arguments[6].value).value);
}

}  // namespace dmc::ast::test
