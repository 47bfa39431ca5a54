insert into readings values (1, 1, 0.5), (1, 2, 1.5), (2, 1, null), (2, 7, 9.25), (3, 1, -1);
