// The top level: projects, patterns, policies, clusters. Included by parse.cpp alone.
#pragma once

#include "grammar/rules_change.hpp"

namespace dmc::grammar::rules {

template <>
struct item<Items::project_body> : statement<Kind::edition, kw<"edition">, number_of<Kind::number>> {};

struct project : headed<Kind::project, kw<"project">, name, sor<block<Items::project_body>, end>> {};

// Patterns

struct parameter : node<Kind::parameter, name, symbol<':'>,
                        words<"table", "column", "sql", "text", "number", "duration", "database">> {};

template <Literal Where, Items List>
struct pattern_body : seq<node<Kind::pattern_context, word<Where>>, opt<engine>, in_pattern<block<List>>> {};

struct pattern
    : headed<Kind::pattern, kw<"pattern">, seq<name, symbol<'('>, opt<comma_list<parameter>>, symbol<')'>, kw<"in">>,
             sor<pattern_body<"table", Items::table>, pattern_body<"database", Items::database>,
                 pattern_body<"change", Items::change>, pattern_body<"project", Items::project>>> {};

// Policies

struct name_rule : node<Kind::name_rule, kw<"name">, kind, text> {};
struct backoff : node<Kind::backoff, kw<"backoff">, duration, opt<kw<"to">, duration>> {};
struct lock_timeout
    : node<Kind::lock_timeout, kw<"lock">, kw<"timeout">, duration, opt<kw<"retry">, number>, opt<backoff>> {};
struct statement_timeout : node<Kind::statement_timeout, kw<"statement">, kw<"timeout">, duration> {};

template <>
struct item<Items::policy> : seq<sor<node<Kind::deny, kw<"deny">, hazards>, node<Kind::warn, kw<"warn">, hazards>,
                                     require_approval, name_rule, lock_timeout, statement_timeout>,
                                 end> {};

struct policy : headed<Kind::policy, kw<"policy">, no_header, block<Items::policy>> {};

// Clusters

struct file_text : node<Kind::file_text, kw<"file">, text> {};
struct location
    : node<Kind::location, kw<"at">, label<"env NAME, file '…' or a URL in quotes", sor<env, file_text, text>>> {};
struct tags : node<Kind::tags, kw<"tags">, in_parentheses<comma_list<name>>> {};
struct shard_gate : node<Kind::shard_gate, kw<"gate">, words<"ready", "review", "blocked">> {};
template <>
struct item<Items::shard> : statement<Kind::shard_replica, kw<"replica">, name, location> {};

/// At one address, or on several replicas that hold the same rows.
struct shard
    : headed<
          Kind::shard, kw<"shard">, name,
          sor<seq<location, star<sor<tags, shard_gate>>, end>, seq<star<sor<tags, shard_gate>>, block<Items::shard>>>> {
};

struct shards : seq<kw<"shards">, kw<"from">,
                    sor<node<Kind::shards_json, kw<"json">, text>, node<Kind::shards_registry, kw<"registry">, sql>>> {
};

template <>
struct item<Items::cluster_database> : sor<shard, seq<shards, end>> {};

struct cluster_database : headed<Kind::cluster_database, kw<"database">, name, block<Items::cluster_database>> {};

struct wave
    : node<Kind::wave, kw<"wave">, name,
           star<label<"an option of the wave", sor<node<Kind::wave_tag, kw<"where">, kw<"tag">, name>, parallel,
                                                   node<Kind::approval, kw<"approval">, number>,
                                                   node<Kind::halt, kw<"halt">, kw<"at">, number, kw<"failed">>>>>> {};

template <>
struct item<Items::cluster>
    : sor<cluster_database, seq<sor<node<Kind::approvers, kw<"approvers">, kw<"file">, text>, require_approval,
                                    node<Kind::attestation, kw<"require">, kw<"attestation">, name>,
                                    node<Kind::secrets, kw<"secrets">, in_parentheses<comma_list<name>>>,
                                    leaf<Kind::disposable, kw<"disposable">>, wave>,
                                end>> {};

struct cluster : headed<Kind::cluster, kw<"cluster">, name, block<Items::cluster>> {};

// The list itself

template <>
struct item<Items::project>
    : sor<database, change, pattern, policy, cluster, project, replica, reconcile, invariant, use_statement> {};

}  // namespace dmc::grammar::rules
