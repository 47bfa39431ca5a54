insert into people values (1, 'Ann', '{"city": "Rome"}'), (2, 'Bob', '{}');
