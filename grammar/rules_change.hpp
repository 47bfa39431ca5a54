// The statements of a change. Included by parse.cpp alone.
#pragma once

#include "grammar/rules_movement.hpp"
#include "grammar/rules_objects.hpp"

namespace dmc::grammar::rules {

struct keeping_both : leaf<Kind::keeping_both, kw<"keeping">, kw<"both">> {};
struct paces : star<label<"a pace", pace>> {};

struct undo : node<Kind::undo, kw<"undo">, sql> {};
struct using_expression : node<Kind::using_expression, kw<"using">, sql> {};

struct rename : statement<Kind::rename, kw<"rename">, subject, kw<"to">, path, opt<keeping_both>> {};

struct dropped_grant : seq<node<Kind::kind, word<"grant">>, node<Kind::grant, granting>> {};
struct drop : statement<Kind::drop, kw<"drop">, sor<dropped_grant, subject>, opt<backup_choice>> {};
struct drop_rows
    : statement<Kind::drop_rows, kw<"drop">, kw<"rows">, kw<"of">, path, where, opt<backup_choice>, paces> {};

struct retype
    : statement<Kind::retype, kw<"retype">, path, opt<using_expression>, opt<undo>, opt<keeping_both>, paces> {};

struct rebuild : statement<Kind::rebuild, kw<"rebuild">, kw<"table">, path, paces> {};

struct assignment : node<Kind::assignment, name, symbol<'='>, sor<sql, value>> {};
struct backfill : statement<Kind::backfill, kw<"backfill">, path, opt<kw<"set">, comma_list<assignment>>, opt<where>,
                            opt<leaf<Kind::follow, kw<"follow">>>, opt<backup_choice>, paces> {};

struct verify : statement<Kind::verify, kw<"verify">, text_value, query> {};

struct gate
    : statement<Kind::gate, kw<"gate">, text_value, opt<node<Kind::gate_query, query, opt<kw<"for">, duration>>>,
                opt<node<Kind::gate_validity, kw<"valid">, kw<"for">, duration>>> {};

struct nothing : leaf<Kind::nothing, kw<"nothing">> {};

template <>
struct item<Items::run>
    : sor<statement<Kind::action, kw<"do">, statements>, statement<Kind::verify, kw<"verify">, sql, comparison>,
          statement<Kind::undo, kw<"undo">, sor<nothing, statements>>,
          seq<leaf<Kind::outside_transaction, kw<"outside">, kw<"transaction">>, end>> {};

struct run : headed<Kind::run, kw<"run">, seq<text_value, kw<"on">, name, opt<node<Kind::run_for, kw<"for">, subject>>>,
                    block<Items::run>> {};

struct apply : statement<Kind::apply, kw<"apply">, subject> {};
struct accept : statement<Kind::accept, kw<"accept">, hazard, kw<"on">, path, kw<"because">, text_value> {};
struct adopt : statement<Kind::adopt, kw<"adopt">, sor<subject, name>> {};
struct forget : statement<Kind::forget, kw<"forget">, subject> {};

template <>
struct item<Items::change> : sor<rename, drop_rows, drop, retype, rebuild, backfill, copy, cutover, verify, gate, run,
                                 apply, accept, adopt, forget, use_statement> {};

struct change : headed<Kind::change, kw<"change">, seq<number_of<Kind::number>, text>, sor<block<Items::change>, end>> {
};

}  // namespace dmc::grammar::rules
