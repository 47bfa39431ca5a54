-- The structure of a database as SQLite itself reads it. A table that was built anew has another layout of its text and another order
-- of its constraints, and no other structure; a rowid key is never null whether it says so or not.
select m.name, 'column', p.name, upper(p.type), p."notnull" or p.pk > 0, p.dflt_value, p.pk, p.hidden
from sqlite_schema m, pragma_table_xinfo(m.name) p
where m.type = 'table' and m.name not like '\_dmc\_%' escape '\' and m.name not like 'sqlite\_%' escape '\' order by m.name, p.cid;
select m.name, 'reference', p."from", p."table", p."to", p.on_update, p.on_delete
from sqlite_schema m, pragma_foreign_key_list(m.name) p where m.type = 'table' and m.name not like '\_dmc\_%' escape '\' order by 1, 3, 4;
select m.name, 'index', iif(p.origin = 'c', p.name, p.origin), p."unique", p.partial, (select group_concat(i.name) from pragma_index_info(p.name) i)
from sqlite_schema m, pragma_index_list(m.name) p where m.type = 'table' and m.name not like '\_dmc\_%' escape '\' order by 1, 3, 6;
select type, name, sql from sqlite_schema where type in ('view', 'trigger') and name not like '\_dmc\_%' escape '\' order by 1, 2;
