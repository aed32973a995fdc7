-- Searches from memory (search/memory/) keep what they have shown of a service, so a document that changes while its search row stays the same (a telephone
-- number is in no row) must be told of too. And rows are read in the order of their names, in which they are kept.
do $make$
declare
  part record;
  body text := $functions$
create function @.directory_document_changed() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into app.directory_change (network_id, audience, id, changed)
  select m.network_id, ~, m.id, pg_current_xact_id() from moved m where m.kind = 'service' order by m.network_id, m.id
  on conflict (network_id, audience, id) do update set changed = excluded.changed;
  return null;
end $$;
revoke all on function @.directory_document_changed() from public;
-- Documents that come or go do so with their search rows.
create trigger changed after update on @.directory_document referencing new table as moved
  for each statement execute function @.directory_document_changed();

-- As in 0009_search_reader.sql; documents as the text they are kept as.
create or replace function @.directory_look(seen pg_snapshot, shown uuid[]{, for_audience text}) returns json language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare net uuid := ctx.network_id();
begin
  return json_build_object(
    'now', pg_current_snapshot()::text,
    'changed', (select json_agg(c.id) from (
      select c.id from app.directory_change c where c.network_id = net and c.audience = ~for
        and c.changed >= pg_snapshot_xmin(seen) and c.changed < pg_snapshot_xmax(pg_current_snapshot())
        and not pg_visible_in_snapshot(c.changed, seen) limit 2001) c),
    'hits', case when cardinality(shown) > 0 then (select json_agg(json_build_array(t.id, t.organization_id, t.name, t.card, d.document::text))
      from unnest(shown) f(id)
      join @.directory_search t on t.network_id = net {and t.audience = for_audience} and t.id = f.id
      join @.directory_document d on d.network_id = net {and d.audience = for_audience} and d.kind = 'service' and d.id = f.id) end);
end $$;

-- The search rows that follow one in the order of names.
create function @.directory_rows_after(after_name text, after uuid, take int{, for_audience text}) returns json language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
begin
  return @.directory_rows(array(select s.id from @.directory_search s
    where s.network_id = ctx.network_id() {and s.audience = for_audience} and (s.sort_name, s.id) > (after_name collate "C", after)
    order by s.sort_name, s.id limit take), null, null{, for_audience});
end $$;
revoke all on function @.directory_rows_after from public;
grant execute on function @.directory_rows_after to ~role;
$functions$;
begin
  for part in select * from (values ('site', 'waymark_public', '', $q$'public'$q$, $q$'public'$q$), ('app', 'waymark_app', '\1', 'm.audience', 'for_audience'))
    v(place, roles, audience, moved, asked)
  loop
    execute regexp_replace(
      replace(replace(replace(replace(body, '@.', part.place || '.'), '~for', part.asked), '~role', part.roles), '~,', part.moved || ','),
      '\{([^}'']*)\}', part.audience, 'g');
  end loop;
end $make$;
