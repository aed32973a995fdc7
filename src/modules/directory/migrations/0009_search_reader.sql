-- Answering searches from memory (search/memory/): what changed since a reader last looked, the rows to read, and the documents of what it found.

-- The last transaction that touched a search row, removed ones included. A reader keeps the database snapshot it has seen and asks for rows whose
-- transaction was not visible in it: exact whatever the order of commits, and without a counter that writers would wait for. One entry a service, so
-- it never grows past the services there ever were.
create table app.directory_change (
  network_id uuid not null references app.network on delete cascade,
  audience text not null check (audience in ('public', 'partner', 'hotline')),
  id uuid not null,
  changed xid8 not null,
  primary key (network_id, audience, id)
);
create index directory_change_since on app.directory_change (network_id, audience, changed);
select ctx.classify('app.directory_change', 'internal', 'audience');
select ctx.classify('app.directory_change', 'structural', 'network_id id changed');
select ctx.protect('app.directory_change', 'network');

do $make$
declare
  part record;
  event record;
  body text := $functions$
create function @.directory_search_changed() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Where a network is being removed, nothing is left to be told.
  insert into app.directory_change (network_id, audience, id, changed)
  select m.network_id, ~, m.id, pg_current_xact_id() from moved m where exists (select 1 from app.network n where n.id = m.network_id)
  order by m.network_id, m.id
  on conflict (network_id, audience, id) do update set changed = excluded.changed;
  return null;
end $$;
revoke all on function @.directory_search_changed() from public;

-- Search rows as a reader keeps them: those after an id in the order of ids, or (given) those with these ids.
create function @.directory_rows(given uuid[], after uuid, take int{, for_audience text}) returns json language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare net uuid := ctx.network_id();
begin
  return (
    select json_agg(json_build_array(t.id, t.sort_name, t.needs, t.tags, t.languages, t.spots, t.flags, t.minimum_age, t.maximum_age, t.hours_key,
      (select json_agg(json_build_array(public.cube_ll_coord(p, 1), public.cube_ll_coord(p, 2), public.cube_ll_coord(p, 3))) from unnest(t.points) p),
      tsvector_to_array(t.words), tsvector_to_array(ts_filter(t.head, array['b']::"char"[])), tsvector_to_array(ts_filter(t.head, array['c']::"char"[])), t.spoken) order by t.id)
    from (
      (select * from @.directory_search s where given is not null and s.network_id = net {and s.audience = for_audience} and s.id = any(given))
      union all
      (select * from @.directory_search s where given is null and s.network_id = net {and s.audience = for_audience} and s.id > after order by s.id limit take)) t);
end $$;

-- One moment of the database: what changed since the snapshot `seen`, and these services with their documents. Both are read as of the same instant,
-- so a reader that is told of no change has answered as of now. Snapshots of a restored backup's own past are none of ours: hence the upper bound.
create function @.directory_look(seen pg_snapshot, shown uuid[]{, for_audience text}) returns json language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare net uuid := ctx.network_id();
begin
  return json_build_object(
    'now', pg_current_snapshot()::text,
    'changed', (select json_agg(c.id) from (
      select c.id from app.directory_change c where c.network_id = net and c.audience = ~for
        and c.changed >= pg_snapshot_xmin(seen) and c.changed < pg_snapshot_xmax(pg_current_snapshot())
        and not pg_visible_in_snapshot(c.changed, seen) limit 2001) c),
    'hits', (select json_agg(json_build_array(t.id, t.organization_id, t.name, t.card, d.document))
      from unnest(shown) f(id)
      join @.directory_search t on t.network_id = net {and t.audience = for_audience} and t.id = f.id
      join @.directory_document d on d.network_id = net {and d.audience = for_audience} and d.kind = 'service' and d.id = f.id));
end $$;

create function @.directory_size({for_audience text}) returns json language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select json_build_array(count(*), pg_current_snapshot()::text) from @.directory_search t where t.network_id = ctx.network_id() {and t.audience = for_audience} $$;

-- How words are looked up (ctx.stem_en, ctx.stem_es), many at a time.
create function @.directory_stems(words text[]) returns json language sql stable set search_path = pg_catalog, pg_temp as $$
  select json_agg(json_build_array(ctx.stem_en(w), ctx.stem_es(w)) order by n) from unnest(words) with ordinality u(w, n) $$;
$functions$;
begin
  for part in select * from (values ('site', 'waymark_public', '', $q$'public'$q$, $q$'public'$q$), ('app', 'waymark_app', '\1', 'm.audience', 'for_audience'))
    v(place, roles, audience, moved, asked)
  loop
    execute regexp_replace(
      replace(replace(replace(body, '@.', part.place || '.'), '~for', part.asked), '~,', part.moved || ','), '\{([^}'']*)\}', part.audience, 'g');
    for event in select * from (values ('insert', 'new', 'added'), ('update', 'new', 'changed'), ('delete', 'old', 'removed')) e(kind, side, word) loop
      execute format('create trigger %s after %s on %I.directory_search referencing %s table as moved for each statement execute function %I.directory_search_changed()',
        event.word, event.kind, part.place, event.side, part.place);
    end loop;
    execute format('revoke all on function %1$I.directory_rows, %1$I.directory_look, %1$I.directory_size, %1$I.directory_stems from public', part.place);
    execute format('grant execute on function %1$I.directory_rows, %1$I.directory_look, %1$I.directory_size, %1$I.directory_stems to %2$I', part.place, part.roles);
  end loop;
end $make$;
