insert into kept (id, body) values (1, 'one'), (2, 'two'), (3, null);
update kept set body = 'uno' where id = 1;
