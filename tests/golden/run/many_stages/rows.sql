insert into people values (1, 'Ada', '1815-12-10'), (2, 'Grace', '1906-12-09'), (3, 'Nobody', null);
insert into visits values (1, 1, '2026-01-01'), (2, 2, '2026-01-02'), (3, 2, null);
