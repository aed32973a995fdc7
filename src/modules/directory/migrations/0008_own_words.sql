-- A network's own words: terms beside the default taxonomy, and places that no gazetteer has (neighbourhoods, a county of a demonstration). Both are
-- public by nature: whoever searches may use them.

create table site.directory_term (
  network_id uuid not null,
  id uuid not null,
  -- Stays as it was first said, so that whoever kept it finds it again.
  code text not null check (code ~ '^own\.[a-z0-9-]{1,60}$'),
  -- Code of the term it stands under, of the default taxonomy or the network's own; null at the top.
  parent text check (length(parent) <= 100 and parent <> code),
  name jsonb not null,
  synonyms jsonb not null default '{"en": [], "es": []}',
  -- No new record is linked to a term that has ended.
  ended_on date,
  primary key (network_id, id),
  unique (network_id, code)
);
select ctx.classify('site.directory_term', 'public', 'code parent name synonyms ended_on');
select ctx.classify('site.directory_term', 'structural', 'network_id id');
select ctx.protect('site.directory_term', 'network');

create table site.directory_place (
  network_id uuid not null,
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('place', 'county', 'zip')),
  name text not null check (length(name) between 1 and 100),
  also text[] not null default '{}',
  state text not null check (state ~ '^[A-Z]{2}$'),
  zip text check (zip ~ '^\d{5}$'),
  lat double precision not null check (lat between -90 and 90),
  lon double precision not null check (lon between -180 and 180),
  radius_km double precision not null check (radius_km between 0.1 and 500),
  primary key (network_id, id),
  unique (network_id, kind, state, name)
);
select ctx.classify('site.directory_place', 'public', 'kind name also state zip lat lon radius_km');
select ctx.classify('site.directory_place', 'structural', 'network_id id');
select ctx.protect('site.directory_place', 'network');
