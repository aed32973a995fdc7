-- Keeping records: ids of duplicates that an audience inside once knew, what a provider chose to show as a fact of its own, the new address of a hidden
-- place as its provider proposes it, and what changed since a reader last looked.

-- Like site.directory_alias, for audiences inside: an id that an audience could read before it was merged leads on, one that it never could does not.
create table app.directory_alias (
  network_id uuid not null references app.network on delete cascade,
  audience text not null check (audience in ('partner', 'hotline')),
  id uuid not null,
  into_id uuid not null,
  primary key (network_id, audience, id)
);
create index directory_alias_into on app.directory_alias (network_id, into_id);
select ctx.classify('app.directory_alias', 'internal', 'audience');
select ctx.classify('app.directory_alias', 'structural', 'network_id id into_id');
select ctx.protect('app.directory_alias', 'network');
-- What the public knew everybody knew; of older merges no more can be said.
insert into app.directory_alias (network_id, audience, id, into_id)
select s.network_id, a.audience, s.id, s.into_id from site.directory_alias s join app.network n on n.id = s.network_id
cross join (values ('partner'), ('hotline')) a(audience);

-- What a provider chose to show to the public, one row a record and choice: who said so, when and how stands in the event. The newest counts; what is
-- not in it was not chosen. Names of fields, or field/child id; never a value.
create unique index directory_event_tenant on app.directory_event (network_id, seq);
create table app.directory_choice (
  seq bigint generated always as identity primary key,
  network_id uuid not null,
  organization_id uuid not null,
  record_id uuid not null,
  -- The event of app.directory_event; none where an older choice cannot be told to belong to one.
  event_seq bigint,
  on_day date not null,
  chosen text[] not null,
  author_id uuid references app.person,
  at timestamptz not null default now(),
  foreign key (network_id, organization_id) references app.record (network_id, id) on delete cascade,
  foreign key (network_id, record_id) references app.record (network_id, id) on delete cascade,
  foreign key (network_id, event_seq) references app.directory_event (network_id, seq)
);
create index directory_choice_of on app.directory_choice (network_id, record_id, seq desc);
create index directory_choice_event on app.directory_choice (network_id, event_seq) where event_seq is not null;
select ctx.classify('app.directory_choice', 'internal', 'on_day chosen author_id at');
select ctx.classify('app.directory_choice', 'structural', 'seq network_id organization_id record_id event_seq');
select ctx.protect('app.directory_choice', 'network');
create function app.directory_choice_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select 1 from app.record where network_id = old.network_id and id = old.record_id) then return old; end if;
  raise exception 'what a provider chose cannot be changed or deleted';
end $$;
create trigger append_only before update or delete on app.directory_choice for each row execute function app.directory_choice_append_only();
-- Until now a choice was the note of the version it made.
insert into app.directory_choice (network_id, organization_id, record_id, event_seq, on_day, chosen, author_id, at)
select v.network_id, coalesce(r.organization_id, r.id), v.record_id, e.seq, coalesce(e.on_day, (v.at at time zone n.timezone)::date),
  array(select key from jsonb_each_text(v.marks) where value = 'public' order by key), v.author_id, v.at
from app.record_version v
join app.record r on r.network_id = v.network_id and r.id = v.record_id
join app.network n on n.id = v.network_id
left join lateral (
  select e.seq, e.on_day from app.directory_event e
  where e.network_id = v.network_id and e.organization_id = coalesce(r.organization_id, r.id) and e.kind = 'published'
    and e.at between v.at - interval '1 minute' and v.at + interval '1 minute'
  order by abs(extract(epoch from e.at - v.at)), e.seq limit 1) e on true
where v.note = 'public' order by v.seq;

-- Where a hidden place is now, as its provider proposes it: sealed (src/kernel/vault.ts, bound to this table, column and row), opened with a reason by
-- who reviews it, taken out when it is decided. What is accepted is sealed as the place's own.
create table app.directory_place_proposal (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  organization_id uuid not null,
  location_id uuid not null,
  sealed bytea,
  via text not null check (via in ('account', 'link')),
  proposed_by uuid references app.person,
  proposed_at timestamptz not null default now(),
  decided_by uuid references app.person,
  decided_at timestamptz,
  outcome text check (outcome in ('accepted', 'rejected', 'superseded')),
  reason text not null default '' check (length(reason) <= 1000),
  foreign key (network_id, organization_id) references app.record (network_id, id) on delete cascade,
  foreign key (network_id, location_id) references app.record (network_id, id) on delete cascade,
  check ((outcome is null) = (decided_at is null)),
  check ((outcome is null) = (sealed is not null)),
  -- Nobody accepts their own.
  check (decided_by is null or proposed_by is null or decided_by <> proposed_by or outcome = 'superseded')
);
create unique index directory_place_proposal_open on app.directory_place_proposal (network_id, location_id) where outcome is null;
create index directory_place_proposal_of on app.directory_place_proposal (network_id, organization_id, proposed_at desc);
select ctx.classify('app.directory_place_proposal', 'secret', 'sealed');
select ctx.classify('app.directory_place_proposal', 'staff', 'proposed_by decided_by');
select ctx.classify('app.directory_place_proposal', 'internal', 'via proposed_at decided_at outcome reason');
select ctx.classify('app.directory_place_proposal', 'structural', 'id network_id organization_id location_id');
select ctx.protect('app.directory_place_proposal', 'network');

-- As app.record_version has it (0002_changed.sql of the organisations).
alter table app.directory_event add column changed xid8;
alter table app.directory_event alter column changed set default pg_current_xact_id();
create index directory_event_changed on app.directory_event (network_id, changed);
select ctx.classify('app.directory_event', 'structural', 'changed');

create function app.directory_events_changed(seen pg_snapshot) returns json language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare net uuid := ctx.network_id();
begin
  return (select json_agg(distinct e.organization_id) from app.directory_event e where e.network_id = net
    and e.changed >= pg_snapshot_xmin(seen) and e.changed < pg_snapshot_xmax(pg_current_snapshot()) and not pg_visible_in_snapshot(e.changed, seen));
end $$;
revoke all on function app.directory_events_changed(pg_snapshot) from public;
grant execute on function app.directory_events_changed(pg_snapshot) to waymark_app;

-- A place that becomes hidden has changed, though no version came.
create or replace function app.record_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select 1 from app.record where network_id = old.network_id and id = old.record_id) then return old; end if;
  -- Inside a function of the owner (app.record_hide_place), which the app may call but never be.
  if tg_op = 'UPDATE' and tg_table_name = 'record_version' and current_user = 'waymark_owner'
    and to_jsonb(new) - 'fields' - 'marks' - 'note' - 'changed' = to_jsonb(old) - 'fields' - 'marks' - 'note' - 'changed' then return new; end if;
  raise exception 'what was known of a record cannot be changed or deleted';
end $$;

create or replace function app.record_hide_place(p_network uuid, p_location uuid, p_kept text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_network is distinct from ctx.network_id() and not ctx.is_system() then raise exception 'another network'; end if;
  update app.record set confidential = true where network_id = p_network and id = p_location and kind = 'location';
  if not found then raise exception 'no such place'; end if;
  update app.record_version v set note = '', changed = pg_current_xact_id(),
    fields = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(v.fields) where key = any(p_kept)),
    marks = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(v.marks) where key = any(p_kept))
  where v.network_id = p_network and v.record_id = p_location;
end $$;
