// Places what no statement is needed for among the statements: as early as every name in it exists, tightening last.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/diff/delta.hpp"
#include "compiler/diff/move.hpp"
#include "compiler/diff/rules.hpp"
#include "compiler/diff/word_index.hpp"

namespace dmc::diff {

class Order {
 public:
  /// `states` are moved on with every change that is added to `changes`; both must outlive this.
  Order(const Ground& ground, const Survey& survey, std::vector<State>& states, std::vector<std::vector<Delta>> deltas,
        std::vector<change::Change>& changes);

  /// Runs what can run in front of this statement.
  void settle(std::size_t statement);
  /// Runs what can run at the place where the last one was told.
  void settle();
  /// The place behind the last statement: what tightens runs too. What still cannot run is reported (E0298).
  void finish();

  /// An `apply`: what waited for this statement runs. How many deltas that were; those that cannot run here are
  /// reported.
  std::size_t release(std::size_t statement, const model::Origin& where);
  /// Carries what waited for this statement over into the table, as far as the names in it exist. The rest waits no
  /// longer.
  void take_held(std::size_t statement, std::size_t site, model::Table& table);

  /// What reads the column, and is to be reworded from its new type on, into `alter`: as far as it can be by then it
  /// waits no longer.
  void take_along(std::size_t site, change::AlterTable& alter, const std::string& column);

  /// Adds a statement's change and does it.
  void add(std::size_t site, change::Change change);
  /// A gate changes no database.
  void add_gate(change::Change change) { changes_.push_back(std::move(change)); }
  /// Whether the part of the table is still to be made as desired, so that the old one may go.
  bool replaces(std::size_t site, const std::string& table, Kind kind, const std::string& member) const;
  /// Whether any text of what is desired, or anything that is there now besides the object itself, has the name as a
  /// word: false where it has not, so that nobody need look closer.
  bool may_call(std::size_t site, const std::string& name);
  bool may_hold(std::size_t site, const std::string& name, const std::string& object);
  /// Whether the column, or the table, came with this change.
  bool is_new(const Subject& subject) const { return new_.contains(subject); }

 private:
  struct Pending {
    std::vector<Delta> wholes;                        ///< tables, objects, views, triggers: in this order, by path
    std::map<std::string, std::vector<Delta>> parts;  ///< by table
    std::vector<Delta> waiting;                       ///< for a statement, or for the end
    bool stale = true;                                ///< something happened since nothing more could run
  };

  /// The trigger or object of that delta as it is, when it reads the column of the table.
  std::optional<change::ObjectValue> reader(std::size_t site, const Delta& delta, const std::string& table,
                                            const std::string& column) const;
  /// Null when the delta can run at this place.
  const Rule* held_back(std::size_t site, const Delta& delta, const model::Table* table = nullptr) const;
  void enter(Pending& pending, Delta delta) const;
  void settle_site(std::size_t site);
  bool create_ready(std::size_t site);
  bool alter_ready(std::size_t site);
  bool break_circle(std::size_t site);
  bool create(std::size_t site, const Delta& delta);
  bool take_ready(std::size_t site, std::vector<Delta>& deltas, model::Table& table, std::vector<Delta>& taken);
  void create_without(std::size_t site, const Delta& delta, const std::set<std::string>& missing);
  /// `in_front` of what changes the columns: on the way back that is behind it.
  void refresh_views(std::size_t site, const std::string& relation, bool in_front = false);
  /// Drops the views that are replaced later in the change and read what is renamed here, or a view that gets another
  /// text, or write into it.
  void make_way(std::size_t site, const change::Change& rename);
  void stop(std::size_t site, const std::string& view);
  /// The statement of that number takes the view away, and comes behind a rename that it would have to come before.
  void too_late(const model::View& view, std::size_t goes);
  void stop_readers(std::size_t site, const std::string& relation, const std::string& column);
  /// Views that are replaced later in the change, where the text of a reader fits only what they are then.
  std::set<std::string> waiting_views(std::size_t site) const;
  /// The view's replacement, while that still has to run; null: there is none.
  Delta* replacement(std::size_t site, const std::string& view);
  void note_new(std::size_t site, const change::Change& change);
  void report_circle(std::size_t site);

  const Ground& ground_;
  const Survey& survey_;
  std::vector<State>& states_;
  std::vector<change::Change>& changes_;
  std::vector<Pending> pending_;
  std::set<Subject> new_;
  std::map<std::size_t, Words> words_;      ///< by site, once it was asked for
  std::map<Subject, model::View> stopped_;  ///< views that made way, as they were
  std::size_t statement_ = 0;
};

}  // namespace dmc::diff
