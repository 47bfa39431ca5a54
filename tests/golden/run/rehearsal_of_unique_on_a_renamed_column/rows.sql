insert into users values (1, 'root@x', 'Ann', 3), (2, 'b@x', 'Bob', 0), (3, 'c@x', null, 7);
