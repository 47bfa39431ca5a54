insert into "select" values (1, 'x', 1.5), (2, 'it''s', null);
