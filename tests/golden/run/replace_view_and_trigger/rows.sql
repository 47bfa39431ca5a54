insert into people values (1, 'Ann'), (2, 'Bob'), (9, 'Cid'); delete from people where id = 9;
insert into orders values (1, 1, 10), (2, 1, 20), (3, 2, 5);
