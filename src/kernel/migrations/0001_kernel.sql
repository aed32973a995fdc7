-- The ground every module stands on: who is asking (ctx), tenants, people, roles, sessions, and the audit chain.
-- Two schemas: app (the working tables, never seen by the public role) and site (only what the public may read).

create schema app;
create schema site;
create schema ctx;
grant usage on schema app to waymark_app;
grant usage on schema site to waymark_app, waymark_public;
grant usage on schema ctx to waymark_app, waymark_public;
alter default privileges for role waymark_owner in schema app grant select, insert, update, delete on tables to waymark_app;
alter default privileges for role waymark_owner in schema site grant select, insert, update, delete on tables to waymark_app;
alter default privileges for role waymark_owner in schema site grant select on tables to waymark_public;
alter default privileges for role waymark_owner in schema app grant usage on sequences to waymark_app;
alter default privileges for role waymark_owner revoke execute on functions from public;

-- Who is asking. After a commit a local setting reads as '' and not as null, so both mean nobody.
create function ctx.network_id() returns uuid language sql stable as
  $$ select nullif(current_setting('app.network', true), '')::uuid $$;
create function ctx.agency_id() returns uuid language sql stable as
  $$ select nullif(current_setting('app.agency', true), '')::uuid $$;
create function ctx.person_id() returns uuid language sql stable as
  $$ select nullif(current_setting('app.person', true), '')::uuid $$;
-- The system scope is set by the kernel for its own work (sign-in, jobs, migrations of data), never from a request's input.
create function ctx.is_system() returns boolean language sql stable as
  $$ select coalesce(current_setting('app.scope', true), '') = 'system' $$;
grant execute on all functions in schema ctx to waymark_app, waymark_public;

-- Puts row-level security on a table: ENABLE + FORCE, one policy by tenant, one for the owner's definer functions.
--   network: rows of the network that asks · agency: rows of the agency that asks, nobody else, not even the system
--   person: rows of the person who asks · system: only the kernel's own work · everyone: readable by all, written by the system
create function ctx.protect(target regclass, scope text) returns void language plpgsql as $$
declare
  rule text := case scope
    when 'network' then 'network_id = (select ctx.network_id()) or (select ctx.is_system())'
    when 'agency' then 'agency_id = (select ctx.agency_id())'
    when 'person' then 'person_id = (select ctx.person_id()) or (select ctx.is_system())'
    when 'system' then '(select ctx.is_system())'
    when 'everyone' then '(select ctx.is_system())'
  end;
begin
  if rule is null then raise exception 'unknown protection %', scope; end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s for all to waymark_app, waymark_public using (%s) with check (%s)', target, rule, rule);
  if scope = 'everyone' then execute format('create policy readable on %s for select to waymark_app, waymark_public using (true)', target); end if;
  execute format('create policy owner on %s for all to waymark_owner using (true) with check (true)', target);
end $$;

-- Says what columns hold: public (anyone may know) · internal (staff) · staff (identifies a member of staff) ·
-- identifying (identifies a survivor or a caller) · secret (opens a door) · structural (keys, orders, times).
create function ctx.classify(target regclass, class text, columns text) returns void language plpgsql as $$
declare col text;
begin
  if class not in ('public', 'internal', 'staff', 'identifying', 'secret', 'structural') then
    raise exception 'unknown class %', class;
  end if;
  foreach col in array regexp_split_to_array(trim(columns), '[,\s]+') loop
    execute format('comment on column %s.%I is %L', target, col, 'class=' || class);
  end loop;
end $$;

create table app.network (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z][a-z0-9-]{1,39}$'),
  name jsonb not null,
  tagline jsonb not null default '{}',
  languages text[] not null default '{en,es}',
  default_locale text not null default 'en',
  timezone text not null default 'America/Chicago',
  accent text not null default '#005ea2',
  lines jsonb not null default '[]',
  is_demo boolean not null default false,
  note jsonb not null default '{}',
  -- Grows with every change the public can see; caches and other processes compare it.
  public_epoch bigint not null default 1,
  created_at timestamptz not null default now()
);
select ctx.classify('app.network', 'public', 'slug name tagline languages default_locale timezone accent lines is_demo note');
select ctx.classify('app.network', 'structural', 'id public_epoch created_at');
select ctx.protect('app.network', 'everyone');
-- A network may change its own row (settings); only the system makes or removes networks.
create policy own on app.network for update to waymark_app using (id = (select ctx.network_id())) with check (id = (select ctx.network_id()));

create table app.agency (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z][a-z0-9-]{1,59}$'),
  name jsonb not null,
  kind text not null default 'partner',
  created_at timestamptz not null default now()
);
select ctx.classify('app.agency', 'public', 'slug name kind');
select ctx.classify('app.agency', 'structural', 'id created_at');
select ctx.protect('app.agency', 'everyone');

create table app.agency_network (
  agency_id uuid not null references app.agency on delete cascade,
  network_id uuid not null references app.network on delete cascade,
  joined_on date not null default current_date,
  primary key (network_id, agency_id)
);
select ctx.classify('app.agency_network', 'structural', 'agency_id network_id joined_on');
select ctx.protect('app.agency_network', 'network');

-- A member of staff. Survivors are never rows here.
create table app.person (
  id uuid primary key default gen_random_uuid(),
  email text not null check (email = lower(email) and position('@' in email) > 1),
  name text not null,
  locale text not null default 'en',
  agency_id uuid not null references app.agency,
  is_demo boolean not null default false,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  unique (email)
);
select ctx.classify('app.person', 'staff', 'email name');
select ctx.classify('app.person', 'internal', 'locale is_demo disabled_at');
select ctx.classify('app.person', 'structural', 'id agency_id created_at');

-- A role that a person holds in a network (network null: in the deployment). Ended, never deleted.
create table app.role_grant (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references app.person on delete cascade,
  network_id uuid references app.network on delete cascade,
  role text not null,
  granted_by uuid references app.person,
  granted_at timestamptz not null default now(),
  ended_by uuid references app.person,
  ended_at timestamptz
);
create unique index role_grant_current on app.role_grant (network_id, person_id, role) where ended_at is null;
create index role_grant_person on app.role_grant (person_id) where ended_at is null;
select ctx.classify('app.role_grant', 'internal', 'role granted_by granted_at ended_by ended_at');
select ctx.classify('app.role_grant', 'structural', 'id person_id network_id');
alter table app.role_grant enable row level security;
alter table app.role_grant force row level security;
create policy tenant on app.role_grant for all to waymark_app
  using (network_id = (select ctx.network_id()) or person_id = (select ctx.person_id()) or (select ctx.is_system()))
  with check (network_id = (select ctx.network_id()) or (select ctx.is_system()));
create policy owner on app.role_grant for all to waymark_owner using (true) with check (true);

-- People are seen where they hold a role, by themselves, and by the system (sign-in).
alter table app.person enable row level security;
alter table app.person force row level security;
create policy tenant on app.person for all to waymark_app
  using (
    id = (select ctx.person_id()) or (select ctx.is_system())
    or exists (select 1 from app.role_grant g where g.person_id = person.id and g.network_id = (select ctx.network_id()))
  )
  with check (id = (select ctx.person_id()) or (select ctx.is_system()));
create policy owner on app.person for all to waymark_owner using (true) with check (true);

create table app.session (
  id uuid primary key default gen_random_uuid(),
  token_hash bytea not null unique,
  person_id uuid not null references app.person on delete cascade,
  method text not null,
  user_agent text not null default '',
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  step_up_at timestamptz,
  ended_at timestamptz,
  ended_why text
);
create index session_person on app.session (person_id) where ended_at is null;
select ctx.classify('app.session', 'secret', 'token_hash');
select ctx.classify('app.session', 'staff', 'user_agent');
select ctx.classify('app.session', 'internal', 'method created_at seen_at step_up_at ended_at ended_why');
select ctx.classify('app.session', 'structural', 'id person_id');
select ctx.protect('app.session', 'person');

-- The audit chain: one per network (the zero uuid for the deployment itself). Rows are only ever added, by audit_append.
create table app.audit_head (
  chain uuid primary key,
  seq bigint not null,
  hash bytea not null
);
select ctx.classify('app.audit_head', 'structural', 'chain seq hash');
create table app.audit_entry (
  chain uuid not null,
  seq bigint not null,
  at timestamptz not null,
  actor_kind text not null,
  actor_id uuid,
  action text not null,
  subject text not null,
  -- Names of fields, never their values; no spaces, because the hash joins them with one.
  fields text[] not null check (array_to_string(fields, '') !~ '\s'),
  outcome text not null check (outcome in ('done', 'denied', 'read')),
  reason text not null,
  request_id text not null,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (chain, seq)
);
select ctx.classify('app.audit_entry', 'internal', 'at actor_kind actor_id action subject fields outcome reason request_id');
select ctx.classify('app.audit_entry', 'structural', 'chain seq prev_hash hash');
alter table app.audit_head enable row level security;
alter table app.audit_head force row level security;
create policy owner on app.audit_head for all to waymark_owner using (true) with check (true);
alter table app.audit_entry enable row level security;
alter table app.audit_entry force row level security;
create policy tenant on app.audit_entry for select to waymark_app using (chain = (select ctx.network_id()) or (select ctx.is_system()));
create policy owner on app.audit_entry for all to waymark_owner using (true) with check (true);
revoke all on app.audit_head, app.audit_entry from waymark_app;
grant select on app.audit_entry to waymark_app;

-- Each part is preceded by its length, so no two different entries give the same text. src/kernel/audit.ts computes the same.
create function app.audit_text(e app.audit_entry) returns text language sql immutable as $$
  select string_agg(length(part) || ':' || part, ',' order by n)
  from unnest(array[
    e.chain::text, e.seq::text, (extract(epoch from e.at) * 1000000)::bigint::text, e.actor_kind, coalesce(e.actor_id::text, ''), e.action, e.subject,
    array_to_string(e.fields, ' '), e.outcome, e.reason, e.request_id, encode(e.prev_hash, 'hex')
  ]) with ordinality as parts(part, n)
$$;

create function app.audit_append(
  p_actor_kind text, p_actor_id uuid, p_action text, p_subject text, p_fields text[], p_outcome text, p_reason text, p_request_id text
) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  head app.audit_head;
  entry app.audit_entry;
begin
  entry.chain := coalesce(ctx.network_id(), '00000000-0000-0000-0000-000000000000');
  insert into app.audit_head values (entry.chain, 0, decode(repeat('00', 32), 'hex')) on conflict do nothing;
  select * into head from app.audit_head where chain = entry.chain for update;
  entry.seq := head.seq + 1;
  entry.at := date_trunc('microseconds', clock_timestamp());
  entry.actor_kind := p_actor_kind;
  entry.actor_id := p_actor_id;
  entry.action := p_action;
  entry.subject := p_subject;
  entry.fields := p_fields;
  entry.outcome := p_outcome;
  entry.reason := p_reason;
  entry.request_id := p_request_id;
  entry.prev_hash := head.hash;
  entry.hash := sha256(convert_to(app.audit_text(entry), 'UTF8'));
  insert into app.audit_entry select entry.*;
  update app.audit_head set seq = entry.seq, hash = entry.hash where chain = entry.chain;
  return entry.seq;
end $$;
grant execute on function app.audit_append(text, uuid, text, text, text[], text, text, text) to waymark_app;

-- News for other modules and jobs: ids only. Written with the change, handed over after it (src/kernel/jobs.ts).
create table app.outbox_event (
  id bigint generated always as identity primary key,
  network_id uuid references app.network on delete cascade,
  name text not null,
  ids jsonb not null,
  request_id text not null,
  at timestamptz not null default now(),
  delivered_at timestamptz
);
create index outbox_event_waiting on app.outbox_event (id) where delivered_at is null;
select ctx.classify('app.outbox_event', 'internal', 'name ids');
select ctx.classify('app.outbox_event', 'structural', 'id network_id request_id at delivered_at');
alter table app.outbox_event enable row level security;
alter table app.outbox_event force row level security;
create policy tenant on app.outbox_event for all to waymark_app
  using (network_id = (select ctx.network_id()) or (select ctx.is_system()))
  with check (network_id is not distinct from (select ctx.network_id()) or (select ctx.is_system()));
create policy owner on app.outbox_event for all to waymark_owner using (true) with check (true);

create table app.outbox_delivery (
  event_id bigint not null references app.outbox_event on delete cascade,
  subscriber text not null,
  at timestamptz not null default now(),
  primary key (event_id, subscriber)
);
select ctx.classify('app.outbox_delivery', 'structural', 'event_id subscriber at');
select ctx.protect('app.outbox_delivery', 'system');
