-- What changed since a reader last looked, for readers that keep sums of many records in memory: the transaction that wrote a row. A reader keeps the
-- database snapshot it has seen and asks for rows whose transaction was not visible in it: exact whatever the order of commits, and without a counter
-- that writers would wait for. Rows from before are known to whoever begins.
alter table app.record_version add column changed xid8;
alter table app.record_version alter column changed set default pg_current_xact_id();
create index record_version_changed on app.record_version (network_id, changed);
select ctx.classify('app.record_version', 'structural', 'changed');

alter table app.record_check add column changed xid8;
alter table app.record_check alter column changed set default pg_current_xact_id();
create index record_check_changed on app.record_check (network_id, changed);
select ctx.classify('app.record_check', 'structural', 'changed');

-- Links of services that were moved to another organisation before now were left behind.
update app.record link set organization_id = service.organization_id from app.record service
where service.network_id = link.network_id and service.id = link.service_id and link.kind = 'service_at_location'
  and link.organization_id <> service.organization_id;

-- The organisations of which a record or a check came since a snapshot, and the snapshot to ask with next time. A function of the owner, because what
-- compares transactions cannot use an index under row-level security. Snapshots of a restored backup's own past are none of ours: hence the upper bound.
create function app.records_changed(seen pg_snapshot) returns json language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare net uuid := ctx.network_id();
begin
  return json_build_object('now', pg_current_snapshot()::text, 'changed', (
    select json_agg(distinct coalesce(r.organization_id, r.id)) from (
      select v.record_id from app.record_version v where v.network_id = net
        and v.changed >= pg_snapshot_xmin(seen) and v.changed < pg_snapshot_xmax(pg_current_snapshot()) and not pg_visible_in_snapshot(v.changed, seen)
      union all
      select k.record_id from app.record_check k where k.network_id = net
        and k.changed >= pg_snapshot_xmin(seen) and k.changed < pg_snapshot_xmax(pg_current_snapshot()) and not pg_visible_in_snapshot(k.changed, seen)) c
    join app.record r on r.network_id = net and r.id = c.record_id));
end $$;
revoke all on function app.records_changed(pg_snapshot) from public;
grant execute on function app.records_changed(pg_snapshot) to waymark_app;
