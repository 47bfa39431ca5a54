// Data that moves: replica, reconcile, copy, cutover, invariant. Included by parse.cpp alone.
#pragma once

#include "grammar/rules_shared.hpp"

namespace dmc::grammar::rules {

struct key : node<Kind::key, kw<"key">, names> {};
struct columns : seq<sor<node<Kind::columns_except, kw<"columns">, kw<"except">, names>,
                         node<Kind::columns, kw<"columns">, names>>> {};

template <>
struct item<Items::map> : statement<Kind::map_item, name, symbol<'='>, sql> {};

struct map : node<Kind::map, kw<"map">, block<Items::map>> {};
struct lag : node<Kind::lag, kw<"lag">, kw<"under">, duration> {};
struct every : node<Kind::every, kw<"every">, duration> {};
struct sync : node<Kind::sync, kw<"sync">, words<"strong", "eventual", "best_effort">> {};
struct history : node<Kind::history, kw<"history">, sor<words<"all", "none">, where>> {};
struct cursor : node<Kind::cursor, kw<"cursor">, names, opt<kw<"late">, duration>> {};
struct reject : node<Kind::reject, kw<"reject">, text, kw<"when">, sql> {};
struct rejects : node<Kind::rejects, kw<"rejects">, at_most> {};
struct on_conflict : node<Kind::on_conflict, kw<"on">, kw<"conflict">, words<"upsert", "skip", "fail">> {};
struct on_mismatch : node<Kind::on_mismatch, kw<"on">, kw<"mismatch">,
                          sor<seq<words<"source", "target">, word<"wins">>, seq<word<"latest">, word<"by">, name>>> {};
struct repair : node<Kind::repair, kw<"repair">, at_most> {};

struct read_clauses : sor<key, columns, where, pace> {};

template <>
struct item<Items::replica>
    : sor<map,
          seq<sor<read_clauses, sync, history, lag, every, cursor, reject, rejects, on_conflict, on_mismatch>, end>> {};

template <>
struct item<Items::reconcile> : sor<map, seq<sor<read_clauses, every, lag, on_mismatch, repair>, end>> {};

template <>
struct item<Items::copy> : sor<map, seq<sor<read_clauses, reject, rejects, on_conflict>, end>> {};

struct replica : headed<Kind::replica, kw<"replica">, seq<endpoint, kw<"from">, endpoint>, block<Items::replica>> {};
struct reconcile
    : headed<Kind::reconcile, kw<"reconcile">, seq<endpoint, kw<"with">, endpoint>, block<Items::reconcile>> {};
struct copy : headed<Kind::copy, kw<"copy">, seq<endpoint, kw<"from">, endpoint>, block<Items::copy>> {};

struct require_mismatches : node<Kind::require_mismatches, kw<"require">, kw<"mismatches">, kw<"under">,
                                 amount<Kind::number, Kind::percent>> {};
struct require_lag : node<Kind::require_lag, kw<"require">, kw<"lag">, kw<"under">, duration> {};
struct share : node<Kind::share, amount<Kind::percent>, opt<kw<"for">, duration>> {};
struct reads : node<Kind::reads, kw<"reads">, comma_list<share>> {};
struct writes : node<Kind::writes, kw<"writes">, word<"fenced">> {};
struct hold : node<Kind::hold, kw<"hold">, duration> {};
struct on_breach : node<Kind::on_breach, kw<"on">, kw<"breach">, word<"revert">> {};

template <>
struct item<Items::cutover> : seq<sor<require_mismatches, require_lag, reads, writes, hold, on_breach>, end> {};

struct cutover : headed<Kind::cutover, kw<"cutover">, endpoint, block<Items::cutover>> {};

struct invariant : statement<Kind::invariant, kw<"invariant">, text_value, query> {};

}  // namespace dmc::grammar::rules
