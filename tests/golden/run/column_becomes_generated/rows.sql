insert into users values (1, 'A@x', 'precious'), (2, 'B@x', null);
