-- A small shop as it may have grown: 100,000 rows, made by arithmetic, so that they are the same on every machine.
create table customers (
  id      integer primary key,
  name    text not null,
  mail    text not null,
  age     text,
  joined  text not null
);

create table products (
  id           integer primary key,
  title        text not null,
  price_cents  integer not null check (price_cents > 0)
);

create table orders (
  id           integer primary key,
  customer_id  integer not null references customers (id),
  placed_on    text not null,
  state        text not null default 'new'
);

create table order_lines (
  order_id    integer not null references orders (id),
  product_id  integer not null references products (id),
  pieces      integer not null,
  primary key (order_id, product_id)
);

create table carts (
  id           integer primary key,
  customer_id  integer not null references customers (id),
  note         text
);

begin;

with recursive n(i) as (select 1 union all select i + 1 from n where i < 8000)
insert into customers
select i, 'Customer ' || i, 'c' || i || '@shop.example', case when i % 7 = 0 then null else (18 + i * 13 % 70) || '' end, date('2020-01-01', (i % 1800) || ' days')
from n;

with recursive n(i) as (select 1 union all select i + 1 from n where i < 500)
insert into products
select i, 'Product ' || i, 99 + i * 37 % 9000
from n;

with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000)
insert into orders
select i, 1 + i * 7919 % 8000, date('2024-01-01', (i % 700) || ' days'), case i % 5 when 0 then 'new' when 1 then 'paid' else 'shipped' end
from n;

with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000)
insert into order_lines
select i, 1 + (i * 31 + k * 97) % 500, 1 + (i + k) % 4
from n, (select 0 as k union all select 1)
where k <= i % 2 or i % 4 = 0;

with recursive n(i) as (select 1 union all select i + 1 from n where i < 9000)
insert into carts
select i, 1 + i * 17 % 8000, case when i % 3 = 0 then 'left behind' end
from n;

commit;
