// Names, types, values and the clauses that many statements share. Included by parse.cpp alone.
#pragma once

#include "grammar/combinators.hpp"

namespace dmc::grammar::rules {

using pegtl::opt;
using pegtl::plus;
using pegtl::seq;
using pegtl::sor;
using pegtl::star;

template <typename Rule>
using comma_list = seq<Rule, star<comma, Rule>>;

template <typename Rule>
using in_parentheses = seq<symbol<'('>, Rule, symbol<')'>>;

template <Literal... Words>
using phrase_of = seq<word<Words>...>;

// Types

struct interval_field : words<"year", "month", "day", "hour", "minute", "second"> {};

struct long_type_name
    : sor<phrase_of<"double", "precision">, phrase_of<"character", "varying">, phrase_of<"char", "varying">,
          phrase_of<"bit", "varying">, seq<word<"national">, words<"character", "char">, opt<word<"varying">>>,
          seq<word<"interval">, interval_field, opt<word<"to">, interval_field>>> {};

struct dotted_name : seq<name, quiet<star<symbol<'.'>, name>>> {};

struct type_name : node<Kind::type_name, sor<long_type_name, dotted_name>> {};

struct type_native : node<Kind::type_native, kw<"native">, text> {};

/// Words that only ever follow a type are not offered where something else is expected.
struct type_suffix : quiet<opt<type_continues, opt<arguments>,
                               opt<node<Kind::type_zone, words<"with", "without">, kw<"time">, kw<"zone">>>,
                               opt<words<"unsigned", "signed">, opt<word<"zerofill">>>,
                               star<node<Kind::array, symbol<'['>, opt<number_of<Kind::number>>, symbol<']'>>>>> {};

struct type : label<"a type", node<Kind::type, type_begins, sor<type_native, type_name>, type_suffix>> {};

// Names

struct names : node<Kind::names, in_parentheses<comma_list<name>>> {};

struct path : node<Kind::path, dotted_name> {};

struct signature : node<Kind::signature, symbol<'('>, opt<comma_list<type>>, symbol<')'>> {};

/// A path that may be a function's.
struct object_path : node<Kind::path, dotted_name, quiet<opt<signature>>> {};

/// One table, or several of equal names: `front.hits`, `trading (trades, positions)`.
struct endpoint : node<Kind::endpoint, path, opt<names>> {};

struct paths : comma_list<object_path> {};

struct after : node<Kind::after, kw<"after">, paths> {};

// Values

template <Kind... Kinds>
struct amount : sor<number_of<Kinds...>, splice> {};

struct number : amount<Kind::number> {};
struct duration : amount<Kind::duration> {};
struct text_value : sor<text, splice> {};

struct value : label<"a value", sor<text, number_of<Kind::number, Kind::percent, Kind::size, Kind::duration>, boolean,
                                    null_value, splice>> {};

struct env : node<Kind::env, kw<"env">, name> {};

struct comparison
    : node<Kind::comparison,
           sor<seq<kw<"is">, sor<leaf<Kind::not_empty, kw<"not">, kw<"empty">>, leaf<Kind::empty, kw<"empty">>>>,
               seq<comparison_sign, value>>> {};

/// `on shop (select …) = 0`: a name of a database, a query, and what it must answer.
struct query : seq<kw<"on">, name, sql, comparison> {};

// Clauses

struct where : node<Kind::where, kw<"where">, sql> {};
struct comment : node<Kind::comment, kw<"comment">, long_text> {};

struct setting_value : sor<value, env, name> {};
struct setting : node<Kind::setting, path, symbol<'='>, setting_value> {};
struct settings : node<Kind::settings, kw<"settings">, comma_list<setting>> {};

struct batch : node<Kind::batch, kw<"batch">, amount<Kind::number, Kind::size>> {};
struct parallel : node<Kind::parallel, kw<"parallel">, number> {};
struct rate : node<Kind::rate, kw<"rate">, number> {};
struct pause : node<Kind::pause, kw<"pause">, duration> {};
struct pace : sor<batch, parallel, rate, pause> {};

struct with_backup : leaf<Kind::with_backup, kw<"with">, kw<"backup">> {};
struct without_backup : leaf<Kind::without_backup, kw<"without">, kw<"backup">> {};
struct backup_choice : sor<with_backup, without_backup> {};

struct at_most : seq<kw<"at">, kw<"most">, amount<Kind::number, Kind::percent>> {};

struct engine : node<Kind::engine, kw<"on">, name, opt<version>> {};

struct use_argument : node<Kind::use_argument, sor<value, statements, path>> {};
struct use : node<Kind::use, kw<"use">, path, opt<symbol<'('>, opt<comma_list<use_argument>>, symbol<')'>>> {};
struct use_statement : seq<use, end> {};

struct hazards : comma_list<hazard> {};

struct require_approval : node<Kind::require_approval, kw<"require">, kw<"approval">, number, opt<kw<"for">, hazards>> {
};

// KINDs

struct kind_words : sor<phrase_of<"materialized", "view">, phrase_of<"row", "policy">,
                        words<"table", "column", "view", "index", "constraint", "sequence", "enum", "value", "domain",
                              "trigger", "extension", "schema", "partition", "projection", "object", "invariant">> {};

struct kind : label<"a kind of object", node<Kind::kind, kind_words>> {};

struct function_kind : node<Kind::kind, words<"function", "procedure">> {};
struct movement_kind : node<Kind::kind, words<"replica", "reconcile">> {};

/// `KIND A`: a function is named with its argument types, a replica with its tables, an invariant by its text.
struct subject : label<"a kind of object",
                       sor<seq<function_kind, object_path>, seq<movement_kind, endpoint>, seq<kind, sor<text, path>>>> {
};

}  // namespace dmc::grammar::rules
