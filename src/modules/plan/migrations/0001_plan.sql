-- Plans. Four tables tell everything: items (permanent identity), versions (their text, append-only), facts (dated, append-only: status, scope,
-- updates, indicator values) and revisions (what two people agreed to publish). A version or fact without a revision is a draft. What the public
-- sees is copied into the schema site when a revision is approved, and nothing else ever goes there.

create table app.plan (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  slug text not null check (slug ~ '^[a-z0-9][a-z0-9-]{0,59}$'),
  position int not null default 0,
  predecessor_id uuid,
  -- An item that nobody has touched or reviewed for this many days is stale.
  review_every_days int not null default 90 check (review_every_days between 7 and 730),
  created_by uuid references app.person,
  created_at timestamptz not null default now(),
  unique (network_id, slug),
  unique (network_id, id),
  foreign key (network_id, predecessor_id) references app.plan (network_id, id),
  check (predecessor_id is distinct from id)
);
select ctx.classify('app.plan', 'public', 'slug');
select ctx.classify('app.plan', 'internal', 'review_every_days created_by');
select ctx.classify('app.plan', 'structural', 'id network_id position predecessor_id created_at');
select ctx.protect('app.plan', 'network');

-- ref is the permanent number; 0 is the plan itself. kind: plan · item (a row of the outline) · indicator.
create table app.plan_item (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null,
  plan_id uuid not null,
  ref int not null check (ref >= 0),
  kind text not null check (kind in ('plan', 'item', 'indicator')),
  created_at timestamptz not null default now(),
  unique (plan_id, ref, network_id),
  unique (network_id, plan_id, id),
  foreign key (network_id, plan_id) references app.plan (network_id, id) on delete cascade,
  check ((ref = 0) = (kind = 'plan'))
);
select ctx.classify('app.plan_item', 'public', 'ref kind');
select ctx.classify('app.plan_item', 'structural', 'id network_id plan_id created_at');
select ctx.protect('app.plan_item', 'network');

create table app.plan_revision (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null,
  plan_id uuid not null,
  n int not null,
  note jsonb not null default '{}',
  requested_by uuid not null references app.person,
  requested_at timestamptz not null,
  approved_by uuid references app.person,
  approved_at timestamptz,
  returned_by uuid references app.person,
  returned_at timestamptz,
  return_reason text,
  unique (plan_id, n),
  unique (network_id, plan_id, id),
  foreign key (network_id, plan_id) references app.plan (network_id, id) on delete cascade,
  -- Two people: whoever asked for publication cannot approve it.
  constraint two_people check (approved_by is distinct from requested_by),
  constraint decided_once check (approved_at is null or returned_at is null),
  constraint decided_whole check ((approved_by is null) = (approved_at is null) and (returned_by is null) = (returned_at is null))
);
-- One request waits at a time for each plan.
create unique index plan_revision_waiting on app.plan_revision (plan_id) where approved_at is null and returned_at is null;
select ctx.classify('app.plan_revision', 'public', 'n note approved_at');
select ctx.classify('app.plan_revision', 'internal', 'requested_by requested_at approved_by returned_by returned_at return_reason');
select ctx.classify('app.plan_revision', 'structural', 'id network_id plan_id');
select ctx.protect('app.plan_revision', 'network');

create table app.plan_version (
  seq bigint generated always as identity primary key,
  network_id uuid not null,
  plan_id uuid not null,
  item_id uuid not null,
  revision_id uuid,
  -- The public text and structure of the item, whole: src/modules/plan/state.ts says which keys.
  fields jsonb not null,
  author_id uuid references app.person,
  at timestamptz not null default now(),
  foreign key (network_id, plan_id, item_id) references app.plan_item (network_id, plan_id, id) on delete cascade,
  foreign key (network_id, plan_id, revision_id) references app.plan_revision (network_id, plan_id, id)
);
create index plan_version_latest on app.plan_version (plan_id, item_id, seq desc);
create index plan_version_revision on app.plan_version (revision_id);
select ctx.classify('app.plan_version', 'public', 'fields');
select ctx.classify('app.plan_version', 'internal', 'author_id at');
select ctx.classify('app.plan_version', 'structural', 'seq network_id plan_id item_id revision_id');
select ctx.protect('app.plan_version', 'network');

create table app.plan_fact (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  network_id uuid not null,
  plan_id uuid not null,
  item_id uuid not null,
  revision_id uuid,
  on_day date not null,
  kind text not null check (kind in ('status', 'scope', 'update', 'value')),
  -- status {status, label?, reason?} · scope {kind, into?, reason?} · update {text} · value {value|null, note?}
  data jsonb not null,
  -- The wrong fact that this one takes back; the wrong one stays.
  retracts uuid,
  author_id uuid references app.person,
  at timestamptz not null default now(),
  unique (network_id, plan_id, id),
  foreign key (network_id, plan_id, item_id) references app.plan_item (network_id, plan_id, id) on delete cascade,
  foreign key (network_id, plan_id, revision_id) references app.plan_revision (network_id, plan_id, id),
  foreign key (network_id, plan_id, retracts) references app.plan_fact (network_id, plan_id, id),
  constraint status_known check (kind <> 'status' or data->>'status' in ('done', 'active', 'notBegun', 'ongoing', 'excluded', 'unknown')),
  constraint scope_known check (kind <> 'scope' or data->>'kind' in ('added', 'merged', 'split', 'superseded', 'removed')),
  constraint excluding_says_why check (
    kind <> 'status' or data->>'status' <> 'excluded' or length(coalesce(data->'reason'->>'en', data->'reason'->>'es', '')) > 0)
);
create index plan_fact_item on app.plan_fact (plan_id, item_id, on_day, seq);
create index plan_fact_revision on app.plan_fact (revision_id);
select ctx.classify('app.plan_fact', 'public', 'on_day kind data');
select ctx.classify('app.plan_fact', 'internal', 'author_id at');
select ctx.classify('app.plan_fact', 'structural', 'id seq network_id plan_id item_id revision_id retracts');
select ctx.protect('app.plan_fact', 'network');

-- "Looked at, no change": moves the day an item was last looked at, never the public page.
create table app.plan_review (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null,
  plan_id uuid not null,
  item_id uuid not null,
  on_day date not null,
  author_id uuid references app.person,
  at timestamptz not null default now(),
  foreign key (network_id, plan_id, item_id) references app.plan_item (network_id, plan_id, id) on delete cascade
);
create index plan_review_item on app.plan_review (plan_id, item_id, on_day);
select ctx.classify('app.plan_review', 'internal', 'on_day author_id at');
select ctx.classify('app.plan_review', 'structural', 'id network_id plan_id item_id');
select ctx.protect('app.plan_review', 'network');

-- Notes for colleagues; never published.
create table app.plan_note (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null,
  plan_id uuid not null,
  item_id uuid not null,
  body text not null check (length(body) between 1 and 4000),
  author_id uuid references app.person,
  at timestamptz not null default now(),
  foreign key (network_id, plan_id, item_id) references app.plan_item (network_id, plan_id, id) on delete cascade
);
create index plan_note_item on app.plan_note (plan_id, item_id);
select ctx.classify('app.plan_note', 'internal', 'body author_id at');
select ctx.classify('app.plan_note', 'structural', 'id network_id plan_id item_id');
select ctx.protect('app.plan_note', 'network');

-- The member of staff who keeps an item current. Ended, never deleted.
create table app.plan_owner (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null,
  plan_id uuid not null,
  item_id uuid not null,
  person_id uuid not null references app.person,
  since date not null,
  until date,
  foreign key (network_id, plan_id, item_id) references app.plan_item (network_id, plan_id, id) on delete cascade
);
create unique index plan_owner_current on app.plan_owner (network_id, item_id, person_id) where until is null;
create index plan_owner_person on app.plan_owner (person_id) where until is null;
select ctx.classify('app.plan_owner', 'internal', 'since until');
select ctx.classify('app.plan_owner', 'structural', 'id network_id plan_id item_id person_id');
select ctx.protect('app.plan_owner', 'network');

-- A file that was read and shown, waiting to be confirmed; dropped after a day.
create table app.plan_import (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  plan_id uuid,
  slug text not null,
  filename text not null,
  as_of date,
  parsed jsonb not null,
  author_id uuid references app.person,
  at timestamptz not null default now(),
  confirmed_at timestamptz
);
select ctx.classify('app.plan_import', 'internal', 'slug filename as_of parsed author_id at confirmed_at');
select ctx.classify('app.plan_import', 'structural', 'id network_id plan_id');
select ctx.protect('app.plan_import', 'network');

-- What an item waits for, kept from its newest version, so that the database itself refuses a circle.
create table app.plan_dependency (
  network_id uuid not null,
  plan_id uuid not null,
  item_ref int not null,
  depends_on int not null,
  primary key (network_id, plan_id, item_ref, depends_on),
  foreign key (network_id, plan_id, item_ref) references app.plan_item (network_id, plan_id, ref) on delete cascade,
  foreign key (network_id, plan_id, depends_on) references app.plan_item (network_id, plan_id, ref) on delete cascade,
  check (item_ref <> depends_on)
);
select ctx.classify('app.plan_dependency', 'structural', 'network_id plan_id item_ref depends_on');
select ctx.protect('app.plan_dependency', 'network');

create function app.plan_version_dependencies() returns trigger language plpgsql as $$
declare own int;
begin
  if jsonb_array_length(coalesce(new.fields->'dependsOn', '[]')) = 0 and tg_op = 'INSERT'
    and not exists (select 1 from app.plan_dependency d join app.plan_item i on i.plan_id = d.plan_id and i.ref = d.item_ref where i.id = new.item_id) then
    return null;
  end if;
  select ref into own from app.plan_item where id = new.item_id;
  delete from app.plan_dependency where plan_id = new.plan_id and item_ref = own;
  insert into app.plan_dependency
    select new.network_id, new.plan_id, own, value::int from jsonb_array_elements_text(coalesce(new.fields->'dependsOn', '[]'));
  if exists (
    with recursive reach(ref) as (
      select depends_on from app.plan_dependency where plan_id = new.plan_id and item_ref = own
      union select d.depends_on from app.plan_dependency d join reach r on d.item_ref = r.ref where d.plan_id = new.plan_id)
    select 1 from reach where ref = own) then
    raise exception 'plan dependency circle' using errcode = 'WM001', constraint = 'plan_dependency_acyclic';
  end if;
  return null;
end $$;
create constraint trigger plan_version_dependencies after insert on app.plan_version deferrable initially deferred
  for each row execute function app.plan_version_dependencies();

-- Append-only: a draft may be thrown away; what was asked for or published stays, word for word.
create function app.plan_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.revision_id is not null and exists (select 1 from app.plan where id = old.plan_id) then
      raise exception 'a version or fact that was submitted cannot be deleted';
    end if;
    return old;
  end if;
  if to_jsonb(new) - 'revision_id' is distinct from to_jsonb(old) - 'revision_id' then
    raise exception 'a version or fact cannot be changed';
  end if;
  if old.revision_id is not null and exists (select 1 from app.plan_revision where id = old.revision_id and approved_at is not null) then
    raise exception 'a published version or fact cannot leave its revision';
  end if;
  return new;
end $$;
create trigger append_only before update or delete on app.plan_version for each row execute function app.plan_append_only();
create trigger append_only before update or delete on app.plan_fact for each row execute function app.plan_append_only();

-- What the public reads. Written by the publishing of a revision, in its transaction.
create table site.plan (
  plan_id uuid primary key,
  network_id uuid not null,
  slug text not null,
  position int not null,
  predecessor_id uuid,
  fields json not null,
  revision int not null,
  published_at timestamptz not null,
  unique (network_id, slug),
  unique (network_id, plan_id)
);
select ctx.classify('site.plan', 'public', 'slug fields revision published_at');
select ctx.classify('site.plan', 'structural', 'plan_id network_id position predecessor_id');
select ctx.protect('site.plan', 'network');

create table site.plan_item (
  plan_id uuid not null,
  ref int not null,
  network_id uuid not null,
  kind text not null,
  -- What a list needs of it (text, place, facts), and the rest for its own page.
  head json not null,
  detail json not null,
  -- Words of the item in both languages, for the search box.
  words text not null,
  primary key (plan_id, ref),
  foreign key (network_id, plan_id) references site.plan (network_id, plan_id) on delete cascade
);
create index site_plan_item_network on site.plan_item (network_id, plan_id);
select ctx.classify('site.plan_item', 'public', 'ref kind head detail words');
select ctx.classify('site.plan_item', 'structural', 'plan_id network_id');
select ctx.protect('site.plan_item', 'network');

create table site.plan_revision (
  plan_id uuid not null,
  n int not null,
  network_id uuid not null,
  published_at timestamptz not null,
  note json not null,
  -- Readable differences: src/modules/plan/story.ts.
  changes json not null,
  requested_by_agency json not null,
  approved_by_agency json not null,
  primary key (plan_id, n),
  foreign key (network_id, plan_id) references site.plan (network_id, plan_id) on delete cascade
);
select ctx.classify('site.plan_revision', 'public', 'n published_at note changes requested_by_agency approved_by_agency');
select ctx.classify('site.plan_revision', 'structural', 'plan_id network_id');
select ctx.protect('site.plan_revision', 'network');
