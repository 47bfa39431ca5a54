insert into users values (1, 'A@X', 'Ann'), (2, 'b@x', 'Bob'), (3, 'c@x', null);
