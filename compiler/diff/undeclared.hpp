// What a change does without saying so: each an error with the statement that would say it, and an entry for `dmc
// draft`.
#pragma once

#include <string>
#include <vector>

#include "compiler/diff/diff.hpp"
#include "compiler/diff/survey.hpp"

namespace dmc::diff {

/// Collects the entries and reports each where it is found.
class Undeclarations {
 public:
  Undeclarations(const Ground& ground, const Survey& survey, std::vector<Undeclared>& entries)
      : ground_(ground), survey_(survey), entries_(entries) {}

  /// E0207. `became` are the names of new ones that it may have become, the likeliest first.
  void loss(const Subject& subject, const model::Origin& where, const std::vector<std::string>& became);
  /// E0207 for what is the same as before under another name.
  void rename(const Subject& subject, const model::Origin& where, const std::string& became);
  /// E0208
  void retype(const Subject& column, const model::Table& table, const model::Column& before,
              const model::Column& after);
  /// E0207 for an object whose text changes and does not say how to replace it.
  void replacement(const Subject& object, const model::Origin& where);
  /// E0209. Not for what a loss may have become: then that is the one mistake.
  void required(const Subject& column, const model::Column& after);
  /// E0296. `was` and `is` say what differs: "the key (id)".
  void rebuild(const Subject& table, const model::Origin& where, const std::string& was, const std::string& is);

 private:
  /// E0208 for a column with values that becomes generated: they go.
  void computed(const Subject& column, const model::Column& before, const model::Column& after);
  /// E0294: a rename ends in what nobody declares.
  /// `instead`: what is declared in its place, where that is known.
  void undeclared_arrival(const Subject& subject, const model::Statement& statement, const model::Origin& where,
                          const std::string& instead = {});
  /// E0207: what `keeping both` lets go on is neither shown by the desired state nor dropped.
  void unshown(const Subject& subject, const model::Statement& statement);
  const Ground& ground_;
  const Survey& survey_;
  std::vector<Undeclared>& entries_;
};

}  // namespace dmc::diff
