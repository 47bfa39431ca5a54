insert into users values (1, 'a@x', 'Ann'), (2, 'b@x', 'Bob'), (3, 'c@x', null);
insert into sessions values ('t1', 1, '2026-01-01'), ('t2', 2, null), ('t3', 1, 'never');
