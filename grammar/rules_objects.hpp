// What a database holds besides tables: types, views, code, rights. Included by parse.cpp alone.
#pragma once

#include "grammar/rules_movement.hpp"
#include "grammar/rules_table.hpp"

namespace dmc::grammar::rules {

// Types and sequences

struct extension
    : statement<Kind::extension, kw<"extension">, name, opt<node<Kind::extension_version, kw<"version">, text>>,
                opt<node<Kind::extension_schema, kw<"schema">, name>>> {};

struct enum_value : node<Kind::enum_value, sor<name, text>> {};

/// The values stand in braces and are no items, so that one line can hold them all.
struct enumeration : node<Kind::enumeration, kw<"enum">, path, symbol<'{'>, opt<comma_list<enum_value>>, symbol<'}'>> {
};

struct domain_option
    : label<"a constraint", sor<not_null, null_allowed, default_value, check, collate,
                                node<Kind::constraint, kw<"constraint">, name, sor<not_null, check>>>> {};
struct domain : statement<Kind::domain, kw<"domain">, path, type, star<domain_option>> {};

struct sequence_statement : statement<Kind::sequence, kw<"sequence">, path, quiet<opt<kw<"as">, type>>,
                                      star<label<"an option of a sequence", sequence_option>>> {};

struct object : statement<Kind::object, kw<"object">, text, path, node<Kind::object_create, kw<"create">, statements>,
                          opt<node<Kind::object_replace, kw<"replace">, statements>>,
                          node<Kind::object_drop, kw<"drop">, statements>, opt<after>> {};

// Views

struct check_option : node<Kind::check_option, kw<"with">, opt<words<"local", "cascaded">>, kw<"check">, kw<"option">> {
};

template <>
struct item<Items::view> : sor<index, seq<comment, end>> {};

struct view : block_or_end<Kind::view,
                           seq<kw<"view">, path, opt<names>, quiet<opt<settings>>, kw<"as">, sql,
                               quiet<opt<check_option>>, quiet<opt<after>>>,
                           block<Items::view>> {};

struct materialized_view_option
    : label<"an option of the view",
            sor<table_engine, order_by, settings, ttl, node<Kind::partition_by, kw<"partition">, kw<"by">, sql>,
                node<Kind::primary_key, kw<"primary">, kw<"key">, sql>>> {};

struct materialized_view : block_or_end<Kind::materialized_view,
                                        seq<kw<"materialized">, kw<"view">, path, opt<names>,
                                            star<sor<on_cluster, node<Kind::view_target, kw<"to">, path>>>,
                                            star<materialized_view_option>, kw<"as">, sql, quiet<opt<after>>>,
                                        block<Items::view>> {};

// Code

struct returns : node<Kind::returns, kw<"returns">, sor<seq<word<"table">, arguments>, seq<opt<word<"setof">>, type>>> {
};

struct option_value : sor<text, number_of<Kind::number>, boolean, null_value, splice, env, name> {};
struct function_setting : node<Kind::setting, path, sor<symbol<'='>, kw<"to">>, comma_list<option_value>> {};

struct function_option
    : label<"an option of the function",
            node<Kind::function_option,
                 sor<seq<word<"language">, name>,
                     words<"immutable", "stable", "volatile", "strict", "leakproof", "window", "deterministic">,
                     seq<word<"not">, words<"leakproof", "deterministic">>,
                     seq<word<"security">, words<"definer", "invoker">>,
                     seq<word<"parallel">, words<"safe", "unsafe", "restricted">>, seq<words<"cost", "rows">, number>,
                     phrase_of<"called", "on", "null", "input">, phrase_of<"returns", "null", "on", "null", "input">,
                     phrase_of<"no", "sql">, phrase_of<"contains", "sql">, phrase_of<"reads", "sql", "data">,
                     phrase_of<"modifies", "sql", "data">, seq<word<"set">, function_setting>>>> {};

/// A body, or the file and the symbol of a function written in C.
struct function_body
    : node<Kind::function_body, kw<"as">, label<"the body: $$ … $$", sor<statements, seq<text, opt<comma, text>>>>> {};

struct code_tail : seq<star<function_option>, function_body, star<function_option>, quiet<opt<after>>> {};

struct function : statement<Kind::function, kw<"function">, path, arguments, opt<returns>, code_tail> {};
struct procedure : statement<Kind::procedure, kw<"procedure">, path, arguments, code_tail> {};

struct update_columns : seq<kw<"of">, sor<names, node<Kind::names, comma_list<name>>>> {};
struct trigger_event
    : node<Kind::trigger_event,
           sor<seq<word<"update">, quiet<opt<update_columns>>>, words<"insert", "delete", "truncate">>> {};

struct transition
    : seq<kw<"referencing">, plus<node<Kind::transition, words<"old", "new">, word<"table">, kw<"as">, name>>> {};

struct trigger_option : sor<transition, node<Kind::for_each, kw<"for">, kw<"each">, words<"row", "statement">>,
                            node<Kind::when, kw<"when">, sql>, deferrable> {};

struct trigger_call : node<Kind::trigger_call, kw<"execute">, quiet<opt<kw<"function">>>, path, arguments> {};

struct firing : node<Kind::firing, sor<word<"disabled">, seq<word<"enabled">, words<"always", "replica">>>> {};

struct trigger
    : statement<Kind::trigger, kw<"trigger">, name, sor<words<"before", "after">, phrase_of<"instead", "of">>,
                trigger_event, star<kw<"or">, trigger_event>, kw<"on">, path, star<trigger_option>,
                sor<trigger_call, function_body>, quiet<opt<firing>>, quiet<opt<after>>> {};

// Rights

struct roles : node<Kind::roles, kw<"to">, comma_list<name>> {};

struct row_policy
    : statement<Kind::row_policy, kw<"row">, kw<"policy">, name, kw<"on">, path,
                quiet<opt<kw<"as">, words<"permissive", "restrictive">>>,
                opt<node<Kind::policy_action, kw<"for">, words<"all", "select", "insert", "update", "delete">>>,
                opt<roles>, opt<node<Kind::using_expression, kw<"using">, sql>>,
                opt<node<Kind::with_check, kw<"with">, kw<"check">, sql>>> {};

struct privilege : node<Kind::privilege, plus<privilege_word>, opt<names>> {};
struct granted_kind
    : node<Kind::kind,
           sor<phrase_of<"all", "tables", "in", "schema">, phrase_of<"all", "sequences", "in", "schema">,
               words<"table", "view", "schema", "sequence", "function", "procedure", "database", "domain">>> {};
struct grant_object : node<Kind::grant_object, kw<"on">, quiet<opt<granted_kind>>, paths> {};
struct granting : seq<comma_list<privilege>, grant_object, roles,
                      opt<leaf<Kind::grant_option, kw<"with">, kw<"grant">, kw<"option">>>> {};
struct grant : node<Kind::grant, kw<"grant">, granting> {};

// The list itself

struct schema : headed<Kind::schema, kw<"schema">, name, block<Items::database>> {};

template <>
struct item<Items::database>
    : sor<table, view, materialized_view, trigger, function, procedure, extension, enumeration, domain,
          sequence_statement, schema, row_policy, seq<grant, end>, object, use_statement, seq<comment, end>,
          seq<settings, end>, replica, reconcile, invariant> {};

struct database : headed<Kind::database, kw<"database">, seq<name, opt<engine>>, block<Items::database>> {};

}  // namespace dmc::grammar::rules
