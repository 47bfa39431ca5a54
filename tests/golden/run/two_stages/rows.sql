insert into users values (1, 'a@x', 'Ann'), (2, 'b@x', 'Bob'), (3, 'c@x', null);
