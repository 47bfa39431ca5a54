// Every move of the marker, chained by hash: nothing is ever taken out, an undo adds.
#include "compiler/plan/digest.hpp"
#include "runtime/ledger/cell.hpp"
#include "runtime/ledger/sql_ledger.hpp"

namespace dmc::ledger {

void SqlLedger::remember(Move move) {
  move.seq = next_seq();
  const auto last = session_.query(statements_.last_move_hash).rows;
  move.previous = last.empty() ? std::string() : text(last.front().at(0));
  const std::string hash = plan::digest(plan::canonical(move));
  guarded(statements_.insert_move,
          {move.seq, move.move, value_or_null(move.from_hash), value_or_null(move.to_hash), value_or_null(move.plan),
           number(move.forward), move.generation, move.epoch, move.run_id, move.actor, move.at, move.evidence,
           move.previous, hash},
          "write the history");
}

std::vector<std::pair<Move, std::string>> SqlLedger::moves() {
  std::vector<std::pair<Move, std::string>> moves;
  for (const auto& row : session_.query(statements_.moves).rows)
    moves.emplace_back(Move{integer(row.at(0)), text(row.at(1)), text_or_none(row.at(2)), text_or_none(row.at(3)),
                            text_or_none(row.at(4)), integer(row.at(5)) != 0, integer(row.at(6)), integer(row.at(7)),
                            text(row.at(8)), text(row.at(9)), text(row.at(10)), text(row.at(11)), text(row.at(12))},
                       text(row.at(13)));
  return moves;
}

std::optional<std::string> Ledger::broken_chain() {
  std::string previous;
  for (const auto& [move, hash] : moves()) {
    const std::string name = "entry " + std::to_string(move.seq) + " (" + move.move + ", " + move.at + ")";
    if (move.previous != previous) return name + " does not follow the entry before it: one was taken out or put in";
    if (plan::digest(plan::canonical(move)) != hash) return name + " is not what was written then";
    previous = hash;
  }
  return std::nullopt;
}

}  // namespace dmc::ledger
