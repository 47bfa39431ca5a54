// Tables: columns, their options, and the clauses. Included by parse.cpp alone.
#pragma once

#include "grammar/rules_shared.hpp"

namespace dmc::grammar::rules {

// Parts

struct conflict
    : node<Kind::conflict, kw<"on">, kw<"conflict">, words<"rollback", "abort", "fail", "ignore", "replace">> {};

struct initially : seq<word<"initially">, words<"deferred", "immediate">> {};
struct deferrable
    : node<Kind::deferrable, sor<seq<opt<word<"not">>, word<"deferrable">, quiet<opt<initially>>>, initially>> {};

struct action_words
    : sor<phrase_of<"no", "action">, words<"restrict", "cascade">, seq<word<"set">, words<"null", "default">>> {};
struct on_delete : node<Kind::on_delete, kw<"on">, kw<"delete">, action_words, opt<names>> {};
struct on_update : node<Kind::on_update, kw<"on">, kw<"update">, action_words, opt<names>> {};
struct match_kind : node<Kind::match, kw<"match">, words<"full", "partial", "simple">> {};

struct references : node<Kind::references, kw<"references">, path, opt<names>,
                         star<sor<on_delete, on_update, match_kind, deferrable>>> {};

struct nulls_not_distinct : leaf<Kind::nulls_not_distinct, kw<"nulls">, kw<"not">, kw<"distinct">> {};
struct include : node<Kind::include, kw<"include">, names> {};
struct using_method : node<Kind::using_method, kw<"using">, name> {};
struct collate : node<Kind::collate, kw<"collate">, path> {};
struct sort_order : words<"asc", "desc"> {};

struct check : node<Kind::check, kw<"check">, sql, opt<leaf<Kind::no_inherit, kw<"no">, kw<"inherit">>>> {};

// Elements of keys and indexes

struct call : leaf<Kind::call, dotted_name, arguments> {};
struct operator_class
    : node<Kind::operator_class, node<Kind::path, optional_name, quiet<star<symbol<'.'>, name>>>, opt<arguments>> {};
struct element_order : seq<opt<sort_order>, opt<word<"nulls">, words<"first", "last">>> {};

struct index_element
    : node<Kind::element, label<"a column, a call or an expression in parentheses", sor<call, sql, name>>,
           quiet<opt<collate>, opt<operator_class>>, element_order> {};

struct exclude_element
    : node<Kind::element, label<"a column, a call or an expression in parentheses", sor<call, sql, name>>,
           quiet<opt<collate>, opt<operator_class>>, element_order,
           node<Kind::element_operator, kw<"with">, database_operator>> {};

struct key_element : node<Kind::element, label<"a column", name>, quiet<opt<collate>>, quiet<opt<sort_order>>> {};

template <typename Element>
struct elements : node<Kind::elements, in_parentheses<comma_list<Element>>> {};

// Column options

struct not_null : node<Kind::not_null, kw<"not">, kw<"null">, opt<conflict>> {};
struct null_allowed : leaf<Kind::null_allowed, kw<"null">> {};

struct sequence_option
    : node<Kind::sequence_option,
           sor<seq<word<"start">, opt<word<"with">>, number>, seq<word<"increment">, opt<word<"by">>, number>,
               seq<words<"minvalue", "maxvalue", "cache">, number>,
               seq<word<"no">, words<"minvalue", "maxvalue", "cycle">>, word<"cycle">,
               seq<word<"owned">, word<"by">, sor<word<"none">, path>>, seq<word<"sequence">, word<"name">, path>>> {};

struct identity
    : node<Kind::identity, kw<"identity">, quiet<opt<words<"always", "serial">>>, quiet<star<sequence_option>>> {};
struct generated : node<Kind::generated, kw<"generated">, sql, opt<words<"stored", "virtual">>> {};
struct default_value : node<Kind::default_value, kw<"default">, sor<value, sql>> {};

struct column_primary_key
    : node<Kind::primary_key, kw<"primary">, kw<"key">, quiet<opt<sort_order>>, quiet<opt<conflict>>> {};
struct column_unique : node<Kind::unique, kw<"unique">, quiet<opt<nulls_not_distinct>>, quiet<opt<conflict>>> {};

struct named_column_constraint
    : node<Kind::constraint, kw<"constraint">, name,
           sor<not_null, null_allowed, column_unique, column_primary_key, check, references>> {};

struct codec : node<Kind::codec, kw<"codec">, arguments> {};
struct ttl : node<Kind::ttl, kw<"ttl">, sql> {};

struct column_option
    : label<"a column option",
            sor<not_null, null_allowed, default_value, column_primary_key, column_unique, references, check, generated,
                identity, collate, comment, named_column_constraint, codec, ttl,
                node<Kind::on_update_value, kw<"on">, kw<"update">, sql>,
                node<Kind::materialized, kw<"materialized">, sql>, node<Kind::alias, kw<"alias">, sql>,
                node<Kind::ephemeral, kw<"ephemeral">, opt<sql>>, node<Kind::storage, kw<"storage">, name>,
                node<Kind::compression, kw<"compression">, name>,
                node<Kind::statistics, kw<"statistics">, sor<number, arguments>>>> {};

struct column : statement<Kind::column, column_name, type, star<column_option>> {};

// Clauses

struct primary_key_columns : sor<elements<key_element>, sql> {};
struct constraint_tail : star<quiet<sor<include, deferrable, conflict>>> {};

struct primary_key : node<Kind::primary_key, kw<"primary">, kw<"key">, primary_key_columns, constraint_tail> {};
struct unique : node<Kind::unique, kw<"unique">, opt<nulls_not_distinct>, elements<key_element>, constraint_tail> {};
struct foreign_key : node<Kind::foreign_key, kw<"foreign">, kw<"key">, names, references> {};
struct exclude : node<Kind::exclude, kw<"exclude">, opt<using_method>, elements<exclude_element>,
                      star<sor<include, where, deferrable>>> {};

struct table_constraint : sor<primary_key, foreign_key, check, exclude, unique> {};
/// ClickHouse: never asked of rows, believed by the optimizer.
struct assume : node<Kind::check, leaf<Kind::assumed, kw<"assume">>, sql> {};
struct constraint : node<Kind::constraint, kw<"constraint">, name, sor<table_constraint, assume>> {};

struct index_options : star<label<"an index option", sor<include, nulls_not_distinct, where, settings, comment,
                                                         node<Kind::index_type, kw<"type">, name, opt<arguments>>,
                                                         node<Kind::granularity, kw<"granularity">, number>>>> {};

struct index : statement<Kind::index, opt<word<"unique">>, kw<"index">, opt<optional_name>, opt<using_method>,
                         elements<index_element>, index_options> {};

struct projection : statement<Kind::projection, kw<"projection">, name, sql> {};
struct table_engine : node<Kind::table_engine, kw<"engine">, symbol<'='>, name, opt<arguments>> {};
struct order_by : node<Kind::order_by, kw<"order">, kw<"by">, sql> {};
struct sample_by : node<Kind::sample_by, kw<"sample">, kw<"by">, sql> {};
struct with_parameters : node<Kind::with_parameters, kw<"with">, sql> {};

struct partition_method : quiet<opt<words<"range", "list", "hash">>> {};

struct nested_partitions
    : node<Kind::partition_by, kw<"partition">, kw<"by">, partition_method, sql, block<Items::partitions>> {};

template <>
struct item<Items::partitions> : block_or_end<Kind::partition, seq<path, sql>, nested_partitions> {};

struct partition_by : block_or_end<Kind::partition_by, seq<kw<"partition">, kw<"by">, partition_method, sql>,
                                   block<Items::partitions>> {};

struct table_clause
    : sor<index, projection, partition_by, use_statement,
          seq<sor<constraint, table_constraint, comment, table_engine, settings, ttl, with_parameters, order_by,
                  sample_by, leaf<Kind::without_rowid, kw<"without">, kw<"rowid">>, leaf<Kind::strict, kw<"strict">>>,
              end>> {};

template <>
struct item<Items::table> : sor<column, table_clause> {};

struct on_cluster : node<Kind::on_cluster, kw<"on">, kw<"cluster">, text_value> {};

struct table : headed<Kind::table, kw<"table">, seq<path, opt<on_cluster>>, block<Items::table>> {};

}  // namespace dmc::grammar::rules
