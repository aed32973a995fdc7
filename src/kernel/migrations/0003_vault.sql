-- The vault's keys. Every key is kept wrapped: tenant keys by the root key, which is never in the database; a person's keys by the key of
-- the agency that holds the person's rows. Deleting a person's keys makes every field sealed under them unreadable, here and in dumps.

-- One key per tenant, purpose and version; agency null: the deployment's own. Older versions stay, so that what they sealed still opens.
create table app.vault_key (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid references app.agency,
  purpose text not null check (purpose in ('seal', 'index')),
  version integer not null check (version > 0),
  -- Which root key wraps it, so that a wrong root is named before anything is tried.
  root_id text not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  unique nulls not distinct (agency_id, purpose, version)
);
select ctx.classify('app.vault_key', 'secret', 'wrapped');
select ctx.classify('app.vault_key', 'structural', 'id agency_id purpose version root_id created_at');
alter table app.vault_key enable row level security;
alter table app.vault_key force row level security;
-- An agency's keys are read inside that agency alone, the deployment's inside the kernel's own work alone.
create policy tenant on app.vault_key for all to waymark_app
  using (agency_id = (select ctx.agency_id()) or (agency_id is null and (select ctx.is_system())))
  with check (agency_id = (select ctx.agency_id()) or (agency_id is null and (select ctx.is_system())));
create policy owner on app.vault_key for all to waymark_owner using (true) with check (true);
-- Changed only by the owner (a new root key), removed by nobody.
revoke update, delete on app.vault_key from waymark_app;

-- A person whose rows an agency holds (a survivor, a caller). In a table of its own because backups of it must be short-lived:
-- docs/decisions/0004-backups-and-shredding.md.
create table app.person_key (
  agency_id uuid not null references app.agency,
  subject_id uuid not null,
  version integer not null check (version > 0),
  -- The version of the agency's key that wraps this one.
  agency_key_version integer not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  primary key (agency_id, subject_id, version)
);
select ctx.classify('app.person_key', 'secret', 'wrapped');
select ctx.classify('app.person_key', 'structural', 'agency_id subject_id version agency_key_version created_at');
select ctx.protect('app.person_key', 'agency');

-- Whose keys were destroyed: no key is ever made again for them, and a restored key file gives none back.
create table app.person_shredded (
  agency_id uuid not null references app.agency,
  subject_id uuid not null,
  shredded_at timestamptz not null default now(),
  primary key (agency_id, subject_id)
);
select ctx.classify('app.person_shredded', 'structural', 'agency_id subject_id shredded_at');
select ctx.protect('app.person_shredded', 'agency');
revoke update, delete on app.person_shredded from waymark_app;
