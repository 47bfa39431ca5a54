\set customer random(1, 20000)
\set event random(1, 200)
\set seat random(1, 400)
begin;
insert into tickets (event_id, customer_id, seat, price) values (:event, :customer, :seat, 2500) returning id as ticket \gset
update tickets set state = 'paid' where id = :ticket;
insert into payments (ticket_id, paid_on, amount) values (:ticket, '2026-06-01', 2500);
commit;
select count(*) from open_tickets where event_id = :event;
