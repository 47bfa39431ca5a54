insert into public.users (name) select 'User ' || g from generate_series(1, 60) g;
insert into public.orders (user_id, code, note, digits, pieces, state)
  select 1 + g % 60, 'c' || g, 'note ' || g, g::text, 1 + g % 9, (array['new', 'paid', 'sent'])[1 + g % 3]::public.state
  from generate_series(1, 600) g;
insert into public.parcels (town) select 'Town ' || g from generate_series(1, 40) g;
insert into public.events select g, date '2025-06-01' + g, g from generate_series(1, 400) g;
refresh materialized view public.totals;
