-- Records of the world outside: organisations and what they run, in the shape of the Human Services Data Specification (HSDS 3.1). A record is an
-- identity; all that is known of it stands in versions, which are only ever added. A check says that somebody made sure of a value again.

create table app.record (
  network_id uuid not null references app.network on delete cascade,
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('organization', 'program', 'service', 'location', 'service_at_location')),
  -- Whose it is; an organisation has none. Kept from the newest version, so that the database itself refuses a broken link.
  organization_id uuid,
  program_id uuid,
  service_id uuid,
  location_id uuid,
  -- A place that must stay hidden: its address and point never stand in a version, only sealed, with the module that sends people there.
  confidential boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  constraint record_organization foreign key (network_id, organization_id) references app.record (network_id, id) deferrable initially deferred,
  constraint record_program foreign key (network_id, program_id) references app.record (network_id, id) deferrable initially deferred,
  constraint record_service foreign key (network_id, service_id) references app.record (network_id, id) deferrable initially deferred,
  constraint record_location foreign key (network_id, location_id) references app.record (network_id, id) deferrable initially deferred,
  constraint record_has_owner check ((kind = 'organization') = (organization_id is null)),
  constraint record_link_whole check (kind <> 'service_at_location' or (service_id is not null and location_id is not null)),
  constraint record_only_places_hide check (not confidential or kind = 'location')
);
create index record_owner on app.record (network_id, organization_id);
create index record_kind on app.record (network_id, kind);
create index record_at_service on app.record (network_id, service_id) where service_id is not null;
create index record_at_location on app.record (network_id, location_id) where location_id is not null;
select ctx.classify('app.record', 'internal', 'kind confidential');
select ctx.classify('app.record', 'structural', 'network_id id organization_id program_id service_id location_id created_at');
select ctx.protect('app.record', 'network');

create table app.record_version (
  seq bigint generated always as identity primary key,
  network_id uuid not null,
  record_id uuid not null,
  -- The whole record, HSDS names: src/modules/organisations/shape.ts.
  fields jsonb not null,
  -- Field, or field/child id → the widest audience that may see it. What is not named here is seen by nobody but those who vet.
  marks jsonb not null,
  -- Where it comes from: staff · application · provider · import · partner · demo.
  source text not null check (source in ('staff', 'application', 'provider', 'import', 'partner', 'demo')),
  note text not null default '' check (length(note) <= 500),
  author_id uuid references app.person,
  at timestamptz not null default now(),
  foreign key (network_id, record_id) references app.record (network_id, id) on delete cascade
);
create index record_version_latest on app.record_version (network_id, record_id, seq desc);
select ctx.classify('app.record_version', 'internal', 'fields marks source note author_id at');
select ctx.classify('app.record_version', 'structural', 'seq network_id record_id');
select ctx.protect('app.record_version', 'network');

-- "Made sure on this day", for one field ('*' is all of it). Only ever added.
create table app.record_check (
  seq bigint generated always as identity primary key,
  network_id uuid not null,
  record_id uuid not null,
  field text not null check (length(field) between 1 and 120),
  on_day date not null,
  -- phone · visit · provider (their own answer) · document · website
  how text not null check (how in ('phone', 'visit', 'provider', 'document', 'website', 'import')),
  author_id uuid references app.person,
  at timestamptz not null default now(),
  foreign key (network_id, record_id) references app.record (network_id, id) on delete cascade
);
create index record_check_of on app.record_check (network_id, record_id, field, on_day desc);
select ctx.classify('app.record_check', 'internal', 'field on_day how author_id at');
select ctx.classify('app.record_check', 'structural', 'seq network_id record_id');
select ctx.protect('app.record_check', 'network');

-- Two records that were one. Both ids lead to the one that stays; a merge can be taken back, which ends the row.
create table app.record_merge (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null,
  from_id uuid not null,
  into_id uuid not null,
  reason text not null check (length(reason) between 1 and 500),
  author_id uuid references app.person,
  at timestamptz not null default now(),
  undone_by uuid references app.person,
  undone_at timestamptz,
  foreign key (network_id, from_id) references app.record (network_id, id) on delete cascade,
  foreign key (network_id, into_id) references app.record (network_id, id) on delete cascade,
  check (from_id <> into_id)
);
create unique index record_merge_current on app.record_merge (network_id, from_id) where undone_at is null;
create index record_merge_into on app.record_merge (network_id, into_id) where undone_at is null;
select ctx.classify('app.record_merge', 'internal', 'reason author_id at undone_by undone_at');
select ctx.classify('app.record_merge', 'structural', 'id network_id from_id into_id');
select ctx.protect('app.record_merge', 'network');

-- Versions and checks are only ever added. A version of a hidden place holds no address and no point, whoever writes it.
create function app.record_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select 1 from app.record where network_id = old.network_id and id = old.record_id) then return old; end if;
  raise exception 'what was known of a record cannot be changed or deleted';
end $$;
create trigger append_only before update or delete on app.record_version for each row execute function app.record_append_only();
create trigger append_only before update or delete on app.record_check for each row execute function app.record_append_only();

create function app.record_hides_place() returns trigger language plpgsql as $$
begin
  if new.fields ?| array['addresses', 'latitude', 'longitude', 'transportation', 'url', 'phones', 'contacts', 'schedules', 'description', 'alternate_name', 'accessibility']
    and exists (select 1 from app.record where network_id = new.network_id and id = new.record_id and confidential) then
    raise exception 'a version of a hidden place may not say where it is' using errcode = 'WM002', constraint = 'confidential_place';
  end if;
  return new;
end $$;
create trigger hides_place before insert on app.record_version for each row execute function app.record_hides_place();
