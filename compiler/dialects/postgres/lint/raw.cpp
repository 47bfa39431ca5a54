#include "compiler/dialects/postgres/lint/raw.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "compiler/dialects/postgres/lint/lint.hpp"
#include "compiler/model/secrets.hpp"

namespace dmc::dialects::postgres::lint {

namespace {

/// What the rules that need no engine say already, of a whole statement.
constexpr std::array<std::string_view, 3> said_elsewhere{"raw.unparsed", "tx.nesting", "tx.uncommitted"};

Script joined(const std::vector<model::Sql>& statements, bool in_transaction) {
  Script script;
  script.in_transaction = in_transaction;
  for (const auto& sql : statements) script.sql.append(sql.text).append(";\n");
  return script;
}

/// Where the statements of a `run` begin in its script.
std::vector<std::size_t> beginnings(const change::Change& change) {
  std::vector<std::size_t> begins;
  const auto* run = std::get_if<change::RunStatements>(&change.kind);
  if (!run) return begins;
  std::size_t at = 0;
  for (const auto& sql : run->statement.statements) {
    begins.push_back(at);
    at += sql.text.size() + 2;
  }
  return begins;
}

struct Text {
  Script script;
  std::string name;  ///< of the `run` or the object
};

Text text_of(const change::Change& change) {
  if (const auto* kind = std::get_if<change::RunStatements>(&change.kind))
    return {joined(kind->statement.statements, kind->statement.in_transaction), kind->statement.name};
  if (const auto* kind = std::get_if<change::CreateObject>(&change.kind))
    return {joined({kind->object.create}, true), kind->object.name};
  if (const auto* kind = std::get_if<change::ReplaceObject>(&change.kind)) {
    const auto& after = kind->after;
    if (after.replace) return {joined({*after.replace}, true), after.name};
    return {joined({kind->before.drop, after.create}, true), after.name};
  }
  if (const auto* kind = std::get_if<change::DropObject>(&change.kind))
    return {joined({kind->object.drop}, true), kind->object.name};
  return {};
}

}  // namespace

RawHazards raw_hazards(const change::Change& change, const model::Database& before) {
  auto [script, name] = text_of(change);
  RawHazards raw;
  auto& hazards = raw.hazards;
  if (script.sql.empty()) return raw;
  const auto begins = beginnings(change);
  if (!model::secrets_of({script.sql}).empty())
    hazards.push_back({"secret.in_server_log",
                       name,
                       "the server may write the statement into its log; a superuser's step in a transaction keeps it "
                       "from that",
                       {}});
  for (const auto& finding : lint({std::move(script)}, {&before, before.oldest_version, true})) {
    if (std::ranges::find(said_elsewhere, finding.hazard) != said_elsewhere.end()) continue;
    plan::Hazard hazard{
        std::string(finding.hazard), finding.object.empty() ? name : finding.object, finding.evidence, {}};
    const bool again = std::ranges::any_of(
        hazards, [&](const plan::Hazard& other) { return other.id == hazard.id && other.object == hazard.object; });
    if (again) continue;
    // A statement's place begins right behind the sign that ends the one before.
    if (const auto at = std::ranges::upper_bound(begins, finding.begin + 1); at != begins.begin()) {
      const auto begin = *(at - 1);
      raw.places.push_back({hazard.id, hazard.object, static_cast<std::size_t>(at - begins.begin()) - 1,
                            std::max(finding.begin, begin) - begin, finding.end - begin});
    }
    hazards.push_back(std::move(hazard));
  }
  return raw;
}

}  // namespace dmc::dialects::postgres::lint
