// Time to live, sampling, settings and the comment of a table.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/alteration.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"
#include "compiler/dialects/clickhouse/storage.hpp"

namespace dmc::dialects::clickhouse {

namespace {

std::string ttl_action(const model::Sql& ttl) { return ttl.text.empty() ? "REMOVE TTL" : "MODIFY TTL " + ttl.text; }

/// What is not there cannot be taken away once more.
void known_by(plan::Step& step, bool removes, const Alteration& alteration, const std::string& condition) {
  if (!removes) return;
  step.exactly_once_by = plan::ExactlyOnce::post;
  step.pre.push_back(table_meets("it is there", alteration.name(), condition));
  step.post.push_back(table_meets("it is gone", alteration.name(), fmt::format("not ({})", condition)));
}

constexpr std::string_view has_ttl = "match(create_table_query, ' ENGINE = .* TTL ')";

/// The rule is one step, and to go through all parts by it another one: what goes then is asked for by itself.
void change_ttl(Alteration& alteration, const model::Sql& was, const model::Sql& is) {
  const bool later = alteration.oldest() >= materialize_ttl;
  auto& pair = alteration.change("the time to live", ttl_action(is), "the time to live as it was", ttl_action(was),
                                 later ? "materialize_ttl_after_modify = 0" : "");
  known_by(pair.forward, is.text.empty(), alteration, std::string(has_ttl));
  known_by(*pair.reverse, was.text.empty(), alteration, std::string(has_ttl));
  if (is.text.empty()) return;
  pair.forward.reverse = lossy("rows whose time was over");
  add_hazard(pair.forward, "data.ch_ttl", alteration.name(),
             "rows whose time is over by the new rule go, with the next merge at the latest");
  if (!later) return;
  auto step = again(alteration.object(), fmt::format("apply the time to live to every part of {}", alteration.name()),
                    mutate(alteration.lowering(), alteration.now(), "MATERIALIZE TTL"), "rewrite");
  step.pre.push_back(nothing_under_way(alteration.name()));
  alteration.add(pair_of(std::move(step), lossy("rows whose time was over"),
                         nothing(alteration.object(), "leave the rows that went where they are")));
  alteration.wait(fmt::format("wait until it is applied to every part of {}", alteration.name()));
}

void change_sample(Alteration& alteration, const model::Sql& was, const model::Sql& is) {
  const auto words = [](const model::Sql& by) {
    return by.text.empty() ? std::string("REMOVE SAMPLE BY") : "MODIFY SAMPLE BY " + key_words(by);
  };
  auto& pair = alteration.change("sampling", words(is), "sampling as it was", words(was));
  known_by(pair.forward, is.text.empty(), alteration, "sampling_key != ''");
  known_by(*pair.reverse, was.text.empty(), alteration, "sampling_key != ''");
}

void change_settings(Alteration& alteration) {
  const auto find = [](const model::Table& table, const std::string& name) -> const model::Setting* {
    const auto found = std::ranges::find(table.settings, name, &model::Setting::name);
    return found == table.settings.end() ? nullptr : &*found;
  };
  std::set<std::string> all;
  for (const auto& setting : alteration.now().settings) all.insert(setting.name);
  for (const auto& setting : alteration.after().settings) all.insert(setting.name);
  for (const auto& name : all) {
    const auto *was = find(alteration.now(), name), *is = find(alteration.after(), name);
    if (was && is && *was == *is) continue;
    const auto words = [&](const model::Setting* setting) {
      return setting ? "MODIFY SETTING " + setting_words(*setting) : "RESET SETTING " + name;
    };
    alteration.change("setting " + name, words(is), "setting " + name + " as it was", words(was));
  }
}

}  // namespace

void lower_storage(Alteration& alteration) {
  const auto &now = alteration.now(), &after = alteration.after();
  if (now.storage && after.storage) {
    if (now.storage->sample_by != after.storage->sample_by)
      change_sample(alteration, now.storage->sample_by, after.storage->sample_by);
    if (now.storage->ttl != after.storage->ttl) change_ttl(alteration, now.storage->ttl, after.storage->ttl);
  }
  change_settings(alteration);
  // The statements of every host are its own: where the others are is no part of a table.
  if (now.cluster != after.cluster) {
    const auto lies = [&](const model::Table& table) {
      return table.cluster.empty() ? fmt::format("{} lies on no cluster", table.name)
                                   : fmt::format("{} lies on the cluster '{}'", table.name, table.cluster);
    };
    alteration.add(
        pair_of(nothing(alteration.object(), lies(after)), exact(), nothing(alteration.object(), lies(now))));
  }
  if (now.comment == after.comment) return;
  const auto words = [](const model::Table& table) {
    return "MODIFY COMMENT " + text_literal(table.comment.value_or(""));
  };
  alteration.change("the comment", words(after), "the comment as it was", words(now));
}

}  // namespace dmc::dialects::clickhouse
