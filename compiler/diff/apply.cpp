// One change, done to the model.
#include <algorithm>
#include <concepts>

#include "compiler/diff/diff.hpp"
#include "compiler/diff/move.hpp"

namespace dmc::diff {

namespace {

/// Does a change to a store and remembers what it touched.
template <class Store>
class Move {
 public:
  Move(Store& store, const dialects::Dialect& dialect) : store_(store), dialect_(dialect) {}

  void operator()(const change::CreateTable& kind) { add("table", kind.table); }
  void operator()(const change::DropTable& kind) { take("table " + kind.table.path()); }
  void operator()(const change::RenameTable& kind) {
    touch(carry_rename(store_, dialect_, kind.before.path(), std::nullopt, kind.after.path()));
    if (kind.old_name) add("view", *kind.old_name);
  }
  void operator()(const change::AlterTable& kind) {
    for (const auto& move : kind.moves)
      if (move.from != move.to) touch(carry_rename(store_, dialect_, kind.before.path(), move.from, move.to));
    add("table", kind.after);
    for (const auto& one : kind.along)
      if (one.after) std::visit([&](const auto& object) { add_any(object); }, *one.after);
  }
  void operator()(const change::CreateView& kind) { add("view", kind.view); }
  void operator()(const change::ReplaceView& kind) { add("view", kind.after); }
  void operator()(const change::DropView& kind) { take("view " + kind.view.path()); }
  void operator()(const change::CreateTrigger& kind) { add("trigger", kind.trigger); }
  void operator()(const change::ReplaceTrigger& kind) { add("trigger", kind.after); }
  void operator()(const change::DropTrigger& kind) { take("trigger " + kind.trigger.path()); }
  void operator()(const change::CreateObject& kind) { add(kind.object); }
  void operator()(const change::ReplaceObject& kind) { add(kind.after); }
  void operator()(const change::DropObject& kind) { take(kind.object.label()); }
  void operator()(const change::RenameValue& kind) { become(kind.objects); }
  void operator()(const change::BackfillRows&) {}
  void operator()(const change::DropRows&) {}
  void operator()(const change::VerifyQuery&) {}
  void operator()(const change::WaitAtGate&) {}
  void operator()(const change::RunStatements& kind) { become(kind.objects); }
  void operator()(const change::Adopt& kind) { become(kind.objects); }
  void operator()(const change::Forget& kind) {
    for (const auto& object : kind.objects) take(object);
  }
  void operator()(const change::EndKept&) {}

  std::vector<std::string> touched() && {
    std::ranges::sort(touched_);
    touched_.erase(std::ranges::unique(touched_).begin(), touched_.end());
    return std::move(touched_);
  }

 private:
  void touch(std::vector<std::string> objects) {
    touched_.insert(touched_.end(), std::make_move_iterator(objects.begin()), std::make_move_iterator(objects.end()));
  }
  template <class T>
  void add(std::string_view kind, const T& object) {
    touched_.push_back(std::string(kind) + " " + object.path());
    put(store_, object);
  }
  void add(const model::Object& object) {
    touched_.push_back(object.label());
    put(store_, object);
  }
  void add_any(const model::Table& table) { add("table", table); }
  void add_any(const model::View& view) { add("view", view); }
  void add_any(const model::Trigger& trigger) { add("trigger", trigger); }
  void add_any(const model::Object& object) { add(object); }
  void take(const std::string& object) {
    touched_.push_back(object);
    touch(erase(store_, object));
  }
  void become(const std::vector<change::ObjectAfter>& objects) {
    for (const auto& [object, value] : objects) {
      if (!value) {
        take(object);
        continue;
      }
      touched_.push_back(object);
      put(store_, *value);
    }
  }

  Store& store_;
  const dialects::Dialect& dialect_;
  std::vector<std::string> touched_;
};

template <class Store>
std::vector<std::string> moved(const change::Change& change, Store& store, const dialects::Dialect& dialect) {
  Move<Store> move(store, dialect);
  std::visit(move, change.kind);
  return std::move(move).touched();
}

}  // namespace

std::vector<std::string> apply(const change::Change& change, model::Database& database,
                               const dialects::Dialect& dialect) {
  return moved(change, database, dialect);
}

void move_on(State& state, const change::Change& change) { moved(change, state, *state.dialect); }

}  // namespace dmc::diff
