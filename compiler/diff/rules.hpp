// The ordering rules: what keeps a delta from running at a place, each with its name.
#pragma once

#include <array>
#include <string_view>

#include "compiler/diff/delta.hpp"
#include "compiler/diff/survey.hpp"

namespace dmc::diff {

/// Where a delta would run: in front of the statement of that number.
struct Setting {
  const Delta& delta;
  std::size_t site = 0;
  const State& state;
  const Survey& survey;
  std::size_t statement = 0;
  const model::Table* table = nullptr;  ///< of a part only: the state's, with what runs together with it already in it
};

struct Rule {
  std::string_view name;
  bool (*holds_back)(const Setting&);
};

bool its_table_is_missing(const Setting& setting);
bool its_name_is_taken(const Setting& setting);
bool what_it_replaces_is_missing(const Setting& setting);
bool a_name_in_it_is_missing(const Setting& setting);
bool a_table_it_references_is_missing(const Setting& setting);
bool a_name_in_it_goes_later(const Setting& setting);
bool a_column_in_it_changes_later(const Setting& setting);
bool a_value_in_it_is_renamed_later(const Setting& setting);
bool privileges_that_go_later_would_be_given_to_it(const Setting& setting);
bool its_column_was_only_now_added_empty(const Setting& setting);

/// A delta runs at the first place where none of these holds it back. That tightening waits for the end and held deltas
/// for their statement is no question of names: they are not asked about before.
inline constexpr std::array rules{
    Rule{"its table is there under its name", its_table_is_missing},
    Rule{"its name is free", its_name_is_taken},
    Rule{"what it replaces is there", what_it_replaces_is_missing},
    Rule{"every name in it exists", a_name_in_it_is_missing},
    Rule{"what it references is there", a_table_it_references_is_missing},
    Rule{"no statement behind it takes a name in it away", a_name_in_it_goes_later},
    Rule{"no statement behind it renames or retypes a column in it", a_column_in_it_changes_later},
    Rule{"no statement behind it renames a value in it", a_value_in_it_is_renamed_later},
    Rule{"default privileges that go are gone", privileges_that_go_later_would_be_given_to_it},
    Rule{"a default for new rows comes behind the empty column", its_column_was_only_now_added_empty},
};

/// The first rule that holds the delta back; null when it can run.
const Rule* held_back_by(const Setting& setting);

}  // namespace dmc::diff
