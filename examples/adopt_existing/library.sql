-- A database as one finds it: grown by hand over the years, with something of everything.
create table readers (
  card    text primary key,
  name    text not null collate nocase,
  since   text not null default current_date
) without rowid;

create table books (
  id      integer primary key autoincrement,
  isbn    text unique,
  title   text not null,
  year    integer check (year > 1400),
  shelf   text generated always as (upper(substr(title, 1, 1))) virtual
);

create table loans (
  book    integer not null references books (id) on delete cascade,
  reader  text not null references readers (card) on update cascade,
  until   text,
  primary key (book, reader)
);

create index loans_open on loans (reader) where until is null;
create unique index books_title_year on books (title collate nocase, year desc);

create view open_loans as
  select r.name, b.title from loans l join readers r on r.card = l.reader join books b on b.id = l.book where l.until is null;

create trigger loans_one_at_a_time before insert on loans
when (select count(*) from loans where book = new.book and until is null) > 0
begin
  select raise(abort, 'the book is lent out');
end;

create virtual table book_search using fts5 (title);

insert into readers (card, name, since) values ('A1', 'Ada', '2020-05-01'), ('B2', 'Bob', '2021-06-02');
insert into books (isbn, title, year) values ('1', 'Of Lamps', 1911), ('2', 'Of Chairs', 1987), (null, 'Of Tables', null);
insert into loans (book, reader) values (1, 'A1'), (3, 'B2');
