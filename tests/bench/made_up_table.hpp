// A table as people write them: ten columns, keys, checks, an index, comments, some SQL.
#pragma once

#include <string>

#include <fmt/format.h>

namespace dmc::bench {

/// `orders_7`, of a database on PostgreSQL that has a table `users`.
inline std::string made_up_table(int number) {
  return fmt::format(R"(
  -- what customers ordered, part {0}
  table orders_{0} {{
    id           bigint         primary key  identity;
    user_id      bigint         not null     references users (id) on delete cascade;
    state        text           not null     default 'new'  check (state in ('new', 'paid', 'shipped'));
    total        decimal(12,2)  not null     default 0;
    currency     char(3)        not null     default 'EUR';
    note         text;
    placed_at    timestamptz    not null     default (now());
    shipped_at   timestamptz;
    address      jsonb          not null     default ('{{}}'::jsonb);
    slug         text           generated (lower(note)) stored;

    constraint orders_{0}_paid_check check (state <> 'paid' or total > 0);
    unique (user_id, placed_at);
    index orders_{0}_open_idx (user_id, placed_at desc) where (state = 'new');
    comment 'orders, part {0}';
  }}
)",
                     number);
}

}  // namespace dmc::bench
