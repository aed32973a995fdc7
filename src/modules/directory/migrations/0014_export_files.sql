-- Files that were made to be taken along and wait for whoever asked for them: sealed, in pieces, for an hour.

create table app.directory_export (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  person_id uuid not null references app.person on delete cascade,
  audience text not null check (audience in ('public', 'partner', 'hotline', 'vetting')),
  format text not null check (format in ('hsds', 'tabular', 'xlsx', 'csv')),
  begun_at timestamptz not null,
  -- Set with the last piece; before that there is nothing to fetch.
  finished_at timestamptz,
  bytes bigint not null default 0,
  unique (network_id, person_id, id)
);
create index directory_export_of on app.directory_export (network_id, begun_at);
select ctx.classify('app.directory_export', 'internal', 'audience format begun_at finished_at bytes');
select ctx.classify('app.directory_export', 'structural', 'id network_id person_id');
select ctx.protect('app.directory_export', 'person');

create table app.directory_export_piece (
  network_id uuid not null,
  person_id uuid not null,
  export_id uuid not null,
  place integer not null,
  -- Packed and sealed: what the hotline may see lies nowhere in the clear.
  sealed bytea not null,
  primary key (export_id, place),
  foreign key (network_id, person_id, export_id) references app.directory_export (network_id, person_id, id) on delete cascade
);
select ctx.classify('app.directory_export_piece', 'secret', 'sealed');
select ctx.classify('app.directory_export_piece', 'structural', 'network_id person_id export_id place');
select ctx.protect('app.directory_export_piece', 'person');
