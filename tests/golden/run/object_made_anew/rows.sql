insert into notes (body) values ('milk');
