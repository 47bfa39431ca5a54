-- A few rows for every table, so that a recipe which only works on empty tables is found out. What a table's own rules
-- refuse is left out; several rounds, because tables may wait for the rows of others.
do $seed$
declare
  t record;
  c record;
  names text;
  vals text;
  picked text;
  n int;
begin
  for n in 1..4 loop
    for t in select cl.oid, cl.oid::regclass::text as name from pg_class cl join pg_namespace ns on ns.oid = cl.relnamespace
             where cl.relkind in ('r', 'p') and not cl.relispartition and ns.nspname !~ '^(pg_|information_schema|dmc)'
             order by cl.oid loop
      names := '';
      vals := '';
      for c in select a.attname, a.attnotnull, a.atthasdef, a.attidentity, a.attgenerated, ty.typname, ty.typtype, ty.typcategory,
                      ty.oid as type, case when ty.typtype = 'd' then bt.typname else ty.typname end as base,
                      format_type(a.atttypid, a.atttypmod) as spelled,
                      (select format('(select min(%I)::text from %s)', fa.attname, k.confrelid::regclass)
                         from pg_constraint k join pg_attribute fa on fa.attrelid = k.confrelid and fa.attnum = k.confkey[1]
                        where k.conrelid = a.attrelid and k.contype = 'f' and k.conkey[1] = a.attnum and k.confrelid <> k.conrelid
                        limit 1) as parent
               from pg_attribute a join pg_type ty on ty.oid = a.atttypid left join pg_type bt on bt.oid = ty.typbasetype
               where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped order by a.attnum loop
        continue when c.attidentity <> '' or c.attgenerated <> '' or (c.atthasdef and n <> 2);
        continue when n = 3 and not c.attnotnull;
        picked := case
          when c.parent is not null then c.parent
          when c.typtype = 'e' then (select quote_literal(min(enumlabel)) from pg_enum where enumtypid = c.type)
          when c.typcategory = 'A' then quote_literal('{}')
          when c.base in ('int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'money', 'oid') then n::text
          when c.base in ('text', 'varchar', 'bpchar', 'citext', 'name') then quote_literal(chr(96 + n))
          when c.base = 'bool' then 'true'
          when c.base in ('date', 'timestamp', 'timestamptz') then quote_literal((date '2024-01-01' + n)::text)
          when c.base in ('time', 'timetz') then quote_literal('10:0' || n)
          when c.base = 'interval' then quote_literal(n || ' days')
          when c.base = 'uuid' then quote_literal('00000000-0000-0000-0000-00000000000' || n)
          when c.base in ('json', 'jsonb') then quote_literal('{"n": ' || n || '}')
          when c.base = 'bytea' then quote_literal('\x0' || n)
          when c.base in ('inet', 'cidr') then quote_literal('10.0.0.' || n)
          else null end;
        continue when picked is null;
        names := names || case when names = '' then '' else ', ' end || quote_ident(c.attname);
        vals := vals || case when vals = '' then '' else ', ' end ||
                case when c.parent is not null then format('(%s)::%s', picked, c.spelled) else picked end;
      end loop;
      begin
        if names = '' then
          execute format('insert into %s default values', t.name);
        else
          execute format('insert into %s (%s) values (%s)', t.name, names, vals);
        end if;
      exception when others then null;
      end;
    end loop;
  end loop;
end
$seed$;
