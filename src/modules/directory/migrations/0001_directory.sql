-- The referral directory: how an organisation stands in it (dated events, only ever added), hidden places, and what each audience may read.

create table app.directory_event (
  seq bigint generated always as identity primary key,
  network_id uuid not null,
  organization_id uuid not null,
  on_day date not null,
  -- src/modules/directory/listing.ts says which may follow which.
  kind text not null check (kind in (
    'applied', 'reviewed', 'called', 'referenced', 'visited', 'skipped', 'proposed', 'listed', 'unlisted', 'published', 'unpublished',
    'declined', 'withdrawn', 'reopened', 'demoted', 'restored', 'doNotContact', 'mayContact')),
  -- The evidence of the step: who was spoken to, what was found. Never shown outside those who vet.
  data jsonb not null default '{}',
  author_id uuid references app.person,
  at timestamptz not null default now(),
  foreign key (network_id, organization_id) references app.record (network_id, id) on delete cascade
);
create index directory_event_of on app.directory_event (network_id, organization_id, seq);
select ctx.classify('app.directory_event', 'internal', 'on_day kind data author_id at');
select ctx.classify('app.directory_event', 'structural', 'seq network_id organization_id');
select ctx.protect('app.directory_event', 'network');
create function app.directory_event_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select 1 from app.record where network_id = old.network_id and id = old.organization_id) then return old; end if;
  raise exception 'what happened to a listing cannot be changed or deleted';
end $$;
create trigger append_only before update or delete on app.directory_event for each row execute function app.directory_event_append_only();

-- Where a hidden place is: sealed (src/kernel/vault.ts, bound to this table, column and row), opened one at a time with a reason. The newest row counts.
create table app.confidential_location (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null,
  location_id uuid not null,
  sealed bytea not null,
  author_id uuid references app.person,
  at timestamptz not null default now(),
  seq bigint generated always as identity,
  foreign key (network_id, location_id) references app.record (network_id, id) on delete cascade
);
create index confidential_location_of on app.confidential_location (network_id, location_id, seq desc);
select ctx.classify('app.confidential_location', 'secret', 'sealed');
select ctx.classify('app.confidential_location', 'internal', 'author_id at');
select ctx.classify('app.confidential_location', 'structural', 'id network_id location_id seq');
select ctx.protect('app.confidential_location', 'network');

-- What the public reads: whole documents in HSDS 3.1 shape, one a record, filtered before they are written. Nothing here depends on a hidden place.
create table site.directory_document (
  network_id uuid not null,
  kind text not null,
  id uuid not null,
  organization_id uuid not null,
  name text not null,
  document json not null,
  modified timestamptz not null,
  -- First day the public could see it, for the feed.
  since date not null,
  primary key (network_id, kind, id)
);
create index site_directory_document_name on site.directory_document (network_id, kind, name, id);
create index site_directory_document_owner on site.directory_document (network_id, organization_id);
select ctx.classify('site.directory_document', 'public', 'kind name document modified since');
select ctx.classify('site.directory_document', 'structural', 'network_id id organization_id');
select ctx.protect('site.directory_document', 'network');

-- The same for audiences inside: partner and hotline.
create table app.directory_document (
  network_id uuid not null,
  audience text not null check (audience in ('partner', 'hotline')),
  kind text not null,
  id uuid not null,
  organization_id uuid not null,
  name text not null,
  document json not null,
  modified timestamptz not null,
  since date not null,
  primary key (network_id, audience, kind, id)
);
create index directory_document_name on app.directory_document (network_id, audience, kind, name, id);
create index directory_document_owner on app.directory_document (network_id, organization_id);
select ctx.classify('app.directory_document', 'internal', 'audience kind name document modified since');
select ctx.classify('app.directory_document', 'structural', 'network_id id organization_id');
select ctx.protect('app.directory_document', 'network');

-- An id that the public once knew and that now leads to another record (duplicates that were merged).
create table site.directory_alias (
  network_id uuid not null,
  id uuid not null,
  into_id uuid not null,
  primary key (network_id, id)
);
select ctx.classify('site.directory_alias', 'structural', 'network_id id into_id');
select ctx.protect('site.directory_alias', 'network');
