-- What advocates keep beside the records: notes on services, their own searches, the list they are putting together, and links they gave out. Nothing
-- here says for whom: a list is a list of services.

create table app.directory_note (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null,
  service_id uuid not null,
  text text not null check (length(text) between 1 and 2000),
  author_id uuid references app.person,
  at timestamptz not null default now(),
  ended_at timestamptz,
  ended_by uuid references app.person,
  foreign key (network_id, service_id) references app.record (network_id, id) on delete cascade
);
create index directory_note_of on app.directory_note (network_id, service_id, at);
select ctx.classify('app.directory_note', 'internal', 'text author_id at ended_at ended_by');
select ctx.classify('app.directory_note', 'structural', 'id network_id service_id');
select ctx.protect('app.directory_note', 'network');

create table app.directory_saved_search (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  person_id uuid not null references app.person on delete cascade,
  name text not null check (length(name) between 1 and 80),
  query jsonb not null,
  at timestamptz not null default now()
);
create index directory_saved_search_of on app.directory_saved_search (network_id, person_id);
select ctx.classify('app.directory_saved_search', 'internal', 'name query at');
select ctx.classify('app.directory_saved_search', 'structural', 'id network_id person_id');
select ctx.protect('app.directory_saved_search', 'person');

-- The list a person is putting together; emptied by hand or after a day.
create table app.directory_basket (
  network_id uuid not null references app.network on delete cascade,
  person_id uuid not null references app.person on delete cascade,
  services uuid[] not null default '{}' check (cardinality(services) <= 30),
  at timestamptz not null default now(),
  primary key (network_id, person_id)
);
select ctx.classify('app.directory_basket', 'internal', 'services at');
select ctx.classify('app.directory_basket', 'structural', 'network_id person_id');
select ctx.protect('app.directory_basket', 'person');

-- A link to a list: the address is known to whoever has it, here only its hash. Whom it went to is written nowhere.
create table app.directory_share (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  token_hash bytea not null,
  services uuid[] not null check (cardinality(services) between 1 and 30),
  audience text not null check (audience in ('public', 'partner')),
  locale text not null check (locale in ('en', 'es')),
  author_id uuid references app.person,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index directory_share_token on app.directory_share (token_hash);
create index directory_share_of on app.directory_share (network_id, author_id, created_at);
select ctx.classify('app.directory_share', 'secret', 'token_hash');
select ctx.classify('app.directory_share', 'internal', 'services audience locale author_id created_at expires_at revoked_at');
select ctx.classify('app.directory_share', 'structural', 'id network_id');
select ctx.protect('app.directory_share', 'network');
