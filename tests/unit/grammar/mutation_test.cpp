// Every token of a sample deleted, doubled or replaced: the parse ends, the tree is sound, and a mistake further down
// is still found.
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/grammar/support.hpp"

namespace dmc::grammar {
namespace {

constexpr std::string_view sample = R"(-- a shop
database shop on postgres 14 {
  extension citext;
  enum order_state { new, paid }
  table users {
    id         bigint       primary key  identity;
    email      citext       not null     unique;
    full_name  text         not null     check (length(full_name) > 0);
    joined_at  timestamptz  not null     default (now());
    state      order_state  default 'new' references states (id) on delete cascade;

    index users_joined_idx (joined_at desc) where (state <> 'paid');
    constraint names unique (email, full_name);
    comment 'people who can log in';
  }
  view paid as (select id, 'a(b' as x from users where state = 'paid');
  function touch() returns trigger language plpgsql as $$
    begin new.joined_at := now(); return new; end
  $$;
  trigger users_touch before update on users for each row execute touch();
  grant select, insert on users to app;
}
change 7 'one name' {
  rename column users.name to full_name keeping both;
  backfill users set full_name = (first || ' ' || last) where (full_name is null) batch 5_000;
  run 'statistics' on shop {
    do (analyze users);
    verify (select count(*) from users) > 0;
    undo nothing;
  }
  drop table sessions with backup;
}
policy { deny data.no_backup; lock timeout 2s retry 30; }
)";

/// A mistake of its own, in an item of its own, behind everything that is mutated.
constexpr std::string_view sentinel = R"(
database last {
  table behind {
    id int nto null;
  }
}
)";

/// Words, quoted texts and single symbols, as plain as can be: what an editor would call a token.
std::vector<std::string_view> tokens_of(std::string_view text) {
  std::vector<std::string_view> found;
  const auto part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (std::isspace(static_cast<unsigned char>(text[at])) != 0) {
      at = end;
      continue;
    }
    if (part(text[at])) {
      while (end < text.size() && part(text[end])) ++end;
    } else if (text[at] == '$' || text[at] == '-') {
      while (end < text.size() && text[end] == text[at]) ++end;
    }
    found.push_back(text.substr(at, end - at));
    at = end;
  }
  return found;
}

/// Children lie inside their parent, one after the other, and `next` leads past them.
bool sound(const Tree& tree) {
  std::vector<std::uint32_t> open = {0};
  std::uint32_t place = 0;
  if (tree.records.empty() || tree.records[0].next != tree.records.size()) return false;
  for (std::uint32_t id = 1; id < tree.records.size(); ++id) {
    while (tree.records[open.back()].next <= id) {
      place = tree.records[open.back()].end;
      open.pop_back();
      if (open.empty()) return false;
    }
    const Record& record = tree.records[id];
    const Record& parent = tree.records[open.back()];
    const bool inside = record.begin >= parent.begin && record.end <= parent.end && record.next <= parent.next;
    if (!inside || record.begin < place || record.end < record.begin || record.next <= id) return false;
    if (record.kind == Kind::unknown && record.next != id + 1) return false;
    place = record.begin;
    open.push_back(id);
  }
  return true;
}

bool has_unknown(const Tree& tree) {
  for (const Record& record : tree.records) {
    if (record.kind == Kind::unknown) return true;
  }
  return false;
}

struct Count {
  int mutants = 0;
  int found_sentinel = 0;
  int told = 0;

  void look_at(const std::string& text) {
    tests::Parsed parsed;
    tests::parse_into(parsed, text);
    ++mutants;
    CHECK_MESSAGE(sound(parsed.tree), text);
    const std::string errors = parsed.errors();
    CHECK_MESSAGE((!has_unknown(parsed.tree) || parsed.diagnostics.has_errors()), text);
    const bool found = errors.find("unexpected 'nto' in a column") != std::string::npos;
    found_sentinel += found ? 1 : 0;
    told += parsed.diagnostics.all().size() > (found ? 1 : 0) ? 1 : 0;
  }
};

/// Every token replaced by what `change` makes of it.
template <typename Change>
Count mutate(Change change) {
  Count count;
  for (const std::string_view token : tokens_of(sample)) {
    const auto at = static_cast<std::size_t>(token.data() - sample.data());
    std::string text(sample.substr(0, at));
    text += change(token);
    text += sample.substr(at + token.size());
    text += sentinel;
    count.look_at(text);
  }
  return count;
}

void check(const Count& count, double share) {
  MESSAGE(count.mutants << " mutants, the mistake behind found in " << count.found_sentinel << ", told " << count.told);
  CHECK(count.mutants > 200);
  CHECK(count.found_sentinel >= share * count.mutants);
}

TEST_CASE("the sample itself has no mistake, and the sentinel one") {
  CHECK(tests::codes(sample) == "");
  CHECK(tests::codes(sentinel) == "E0100");
}

TEST_CASE("a token left out") {
  check(mutate([](std::string_view) { return std::string(); }), 0.98);
}

TEST_CASE("a token doubled") {
  check(mutate([](std::string_view token) { return std::string(token) + " " + std::string(token); }), 0.98);
}

TEST_CASE("a token replaced by a word") {
  const Count count = mutate([](std::string_view) { return std::string("zzz"); });
  check(count, 0.98);
}

TEST_CASE("a token replaced by something that opens or closes") {
  for (const std::string_view opener : {"(", ")", "{", "}", "'", "\"", "[", "]", ";", "\\", "#", "${", "`"}) {
    CAPTURE(opener);
    const Count count = mutate([&](std::string_view) { return " " + std::string(opener) + " "; });
    check(count, 0.9);
    CHECK(count.told >= 0.75 * count.mutants);
  }
}

TEST_CASE("something that swallows the rest of a file") {
  for (const std::string_view opener : {"/*", "$$", "$tag$", "--"}) {
    CAPTURE(opener);
    check(mutate([&](std::string_view token) { return std::string(token) + " " + std::string(opener) + " "; }),
          opener == "$$" ? 0.8 : 0.95);
  }
}

TEST_CASE("a text cut off anywhere") {
  for (std::size_t size = 0; size <= sample.size(); ++size) {
    tests::Parsed parsed;
    tests::parse_into(parsed, sample.substr(0, size));
    CHECK(sound(parsed.tree));
  }
}

TEST_CASE("every item of a file with one mistake each is told") {
  std::string text = "database shop {\n";
  for (int number = 0; number < 50; ++number) text += "  table t { id int nto null; }\n  veiw v as (select 1);\n";
  tests::Parsed parsed;
  tests::parse_into(parsed, text + "}\n");
  CHECK(parsed.diagnostics.all().size() == 100);
}

}  // namespace
}  // namespace dmc::grammar
