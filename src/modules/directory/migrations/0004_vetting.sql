-- Joining the directory: applications (sealed, found by a code), visits by a partner of another agency, accounts of providers, and the changes that
-- providers propose. What was decided stands in app.directory_event; here is what the way there needs.

create table app.directory_application (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  -- The return code in two parts: a blind index of the first six digits to find it by, a slow hash of the other ten. Both go when the code ends.
  locator bytea,
  secret_hash text,
  code_until timestamptz,
  -- Who entered the code lately holds a token; its hash.
  door bytea,
  door_until timestamptz,
  -- The answers, sealed for the deployment. Where a hidden place is, is taken out when it is sent.
  sealed bytea,
  locale text not null check (locale in ('en', 'es')),
  created_at timestamptz not null default now(),
  saved_at timestamptz not null default now(),
  sent_at timestamptz,
  organization_id uuid,
  foreign key (network_id, organization_id) references app.record (network_id, id) on delete cascade,
  check ((sent_at is null) = (organization_id is null))
);
create unique index directory_application_locator on app.directory_application (network_id, locator) where locator is not null;
create unique index directory_application_organization on app.directory_application (network_id, organization_id) where organization_id is not null;
create index directory_application_door on app.directory_application (network_id, door) where door is not null;
select ctx.classify('app.directory_application', 'secret', 'locator secret_hash door sealed');
select ctx.classify('app.directory_application', 'internal', 'code_until door_until locale created_at saved_at sent_at');
select ctx.classify('app.directory_application', 'structural', 'id network_id organization_id');
select ctx.protect('app.directory_application', 'system');

-- Visits: by a person of another agency than the one that asks for it, and than the provider's own.
create table app.directory_visit (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  organization_id uuid not null,
  visitor_id uuid not null references app.person,
  asked_by uuid not null references app.person,
  asked_at timestamptz not null default now(),
  due_on date,
  note text not null default '' check (length(note) <= 2000),
  -- Hidden places this visitor may be told, one at a time.
  places uuid[] not null default '{}',
  report jsonb,
  visited_on date,
  reported_by uuid references app.person,
  reported_at timestamptz,
  ended_at timestamptz,
  foreign key (network_id, organization_id) references app.record (network_id, id) on delete cascade,
  check ((report is null) = (reported_at is null))
);
create index directory_visit_of on app.directory_visit (network_id, organization_id);
create index directory_visit_by on app.directory_visit (network_id, visitor_id) where reported_at is null and ended_at is null;
select ctx.classify('app.directory_visit', 'staff', 'visitor_id asked_by reported_by');
select ctx.classify('app.directory_visit', 'internal', 'asked_at due_on note report visited_on reported_at ended_at');
select ctx.classify('app.directory_visit', 'structural', 'id network_id organization_id places');
select ctx.protect('app.directory_visit', 'network');

-- People who speak for an organisation.
create table app.directory_provider (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  person_id uuid not null references app.person,
  organization_id uuid not null,
  linked_by uuid references app.person,
  linked_at timestamptz not null default now(),
  ended_by uuid references app.person,
  ended_at timestamptz,
  foreign key (network_id, organization_id) references app.record (network_id, id) on delete cascade
);
-- One organisation a person and network: whoever speaks for one sees nothing of another.
create unique index directory_provider_current on app.directory_provider (network_id, person_id) where ended_at is null;
create index directory_provider_of on app.directory_provider (network_id, organization_id);
select ctx.classify('app.directory_provider', 'staff', 'person_id linked_by ended_by');
select ctx.classify('app.directory_provider', 'internal', 'linked_at ended_at');
select ctx.classify('app.directory_provider', 'structural', 'id network_id organization_id');
select ctx.protect('app.directory_provider', 'network');

-- What a provider would change; nothing changes until somebody looked at it.
create table app.directory_proposal (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  organization_id uuid not null,
  record_id uuid not null,
  -- Field → the value proposed (null: take it out), and → the value that stood there then.
  fields jsonb not null,
  before jsonb not null,
  via text not null check (via in ('account', 'link')),
  proposed_by uuid references app.person,
  proposed_at timestamptz not null default now(),
  decided_by uuid references app.person,
  decided_at timestamptz,
  outcome text check (outcome in ('accepted', 'partly', 'rejected', 'superseded')),
  accepted text[] not null default '{}',
  reason text not null default '' check (length(reason) <= 1000),
  foreign key (network_id, organization_id) references app.record (network_id, id) on delete cascade,
  foreign key (network_id, record_id) references app.record (network_id, id) on delete cascade,
  check ((outcome is null) = (decided_at is null)),
  -- Nobody accepts their own.
  check (decided_by is null or proposed_by is null or decided_by <> proposed_by or outcome = 'superseded')
);
create unique index directory_proposal_open on app.directory_proposal (network_id, record_id) where outcome is null;
create index directory_proposal_of on app.directory_proposal (network_id, organization_id, proposed_at desc);
select ctx.classify('app.directory_proposal', 'staff', 'proposed_by decided_by');
select ctx.classify('app.directory_proposal', 'internal', 'fields before via proposed_at decided_at outcome accepted reason');
select ctx.classify('app.directory_proposal', 'structural', 'id network_id organization_id record_id');
select ctx.protect('app.directory_proposal', 'network');

-- Two people: whoever proposed a listing cannot list or decline it, nobody signs for somebody else, and nothing is listed without a proposal unless
-- the product itself writes it down (demo data, restored files).
create function app.directory_event_two_people() returns trigger language plpgsql as $$
declare asked record;
begin
  if ctx.person_id() is not null and new.author_id is distinct from ctx.person_id() then
    raise exception 'an event is signed by who makes it' using errcode = 'WM003', constraint = 'directory_event_author';
  end if;
  if ctx.person_id() is null and new.author_id is null and ctx.is_system() then return new; end if;
  if new.kind = 'proposed' and new.author_id is null then
    raise exception 'a proposal needs a person' using errcode = 'WM003', constraint = 'directory_event_author';
  end if;
  if new.kind not in ('listed', 'declined') then return new; end if;
  -- Two people who decide at one moment wait for each other here.
  perform pg_advisory_xact_lock(hashtextextended('directory ' || new.organization_id, 0));
  select e.kind, e.author_id into asked from app.directory_event e
    where e.network_id = new.network_id and e.organization_id = new.organization_id
      and e.kind in ('applied', 'proposed', 'listed', 'declined', 'withdrawn', 'reopened', 'unlisted')
    order by e.seq desc limit 1;
  if new.kind = 'listed' and asked.kind is distinct from 'proposed' then
    raise exception 'nothing is listed that was not proposed' using errcode = 'WM003', constraint = 'directory_event_two_people';
  end if;
  if asked.kind = 'proposed' and (new.author_id is null or asked.author_id is not distinct from new.author_id) then
    raise exception 'who proposed it cannot decide it' using errcode = 'WM003', constraint = 'directory_event_two_people';
  end if;
  return new;
end $$;
create trigger two_people before insert on app.directory_event for each row execute function app.directory_event_two_people();

-- A visitor is of another agency than who asks for the visit, and than those who speak for the organisation.
create function app.directory_visit_another_agency() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select 1 from app.person v join app.person a on a.id = new.asked_by where v.id = new.visitor_id and v.agency_id = a.agency_id)
    or exists (select 1 from app.directory_provider d join app.person p on p.id = d.person_id join app.person v on v.id = new.visitor_id
      where d.network_id = new.network_id and d.organization_id = new.organization_id and d.ended_at is null and p.agency_id = v.agency_id) then
    raise exception 'a visitor is of another agency' using errcode = 'WM003', constraint = 'directory_visit_another_agency';
  end if;
  return new;
end $$;
create trigger another_agency before insert on app.directory_visit for each row execute function app.directory_visit_another_agency();
