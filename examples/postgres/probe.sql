\set id random(1, 50000)
select seat, state from tickets where id = :id;
update tickets set state = 'paid' where id = :id;
