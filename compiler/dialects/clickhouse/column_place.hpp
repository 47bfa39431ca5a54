// Where the columns of a table stand while its steps run: `insert … values` and `select *` go by nothing else.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/clickhouse/version.hpp"
#include "compiler/model/table.hpp"

namespace dmc::dialects::clickhouse {

/// What `add column` says behind the column.
struct ColumnPlace {
  std::string clause;      ///< " AFTER `x`", " FIRST"; empty: behind all others
  bool is_missed = false;  ///< it belongs before all others, and the server cannot put it there
};

class ColumnPlaces {
 public:
  ColumnPlaces(const model::Table& table, Version oldest);

  /// The column comes, to stand among the others as in `wanted`.
  ColumnPlace add(const model::Column& column, const std::vector<model::Column>& wanted);
  /// The column goes; the place is the one that it comes back to.
  ColumnPlace drop(const std::string& column);
  void rename(const std::string& from, const std::string& to);
  /// Another column comes beside this one, to take its place; the places are that of the other and the way back.
  /// `to` may be one that nobody sees.
  struct Beside {
    ColumnPlace there, back;
  };
  Beside replace(const std::string& from, const model::Column& to);
  /// Nobody sees the column from then on, though it stays.
  void hide(const std::string& column);
  /// The column is computed from then on, or no longer. Whether the two ways lead to the place where it stands.
  struct Turned {
    bool there_is_missed = false, back_is_missed = false;
  };
  Turned turn(const model::Column& to);

 private:
  /// Servers without FIRST are also those that keep a list for each of these.
  enum class Kind { ordinary, stored, alias };
  struct Entry {
    std::string name;
    Kind kind;
    bool is_seen = true;
  };
  static Kind kind_of(const model::Column& column);
  bool stand_together(Kind one, Kind other) const { return one == other || oldest_ >= column_first; }
  std::vector<Entry>::iterator find(const std::string& name);
  /// Nothing that it would stand before, at `at`.
  bool is_last(std::vector<Entry>::const_iterator at, Kind kind) const;
  /// The words for what is to stand before the entry at `at`.
  ColumnPlace before(std::vector<Entry>::const_iterator at, Kind kind) const;

  std::vector<Entry> entries_;
  Version oldest_;
};

}  // namespace dmc::dialects::clickhouse
