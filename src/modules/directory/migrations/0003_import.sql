-- Bringing files into the directory: what waits to be confirmed, what each record was last said to be by a file, and which column of a list means what.

create table app.directory_import (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  filename text not null check (length(filename) <= 300),
  -- The file itself, sealed: it may say where a hidden place is. Gone when it is confirmed.
  sealed bytea,
  choices jsonb not null,
  -- Counts, faults by place and proposed duplicates, for showing. No value of the file but names of what everyone who vets may see.
  summary jsonb not null,
  author_id uuid references app.person,
  at timestamptz not null default now(),
  confirmed_at timestamptz,
  -- Listing takes two people: whoever brought the file proposes, another lists.
  listed_by uuid references app.person,
  listed_at timestamptz,
  check (listed_by is null or author_id is null or listed_by <> author_id)
);
create index directory_import_waiting on app.directory_import (network_id, at) where confirmed_at is null;
select ctx.classify('app.directory_import', 'secret', 'sealed');
select ctx.classify('app.directory_import', 'internal', 'filename choices summary author_id at confirmed_at listed_by listed_at');
select ctx.classify('app.directory_import', 'structural', 'id network_id');
select ctx.protect('app.directory_import', 'network');

-- Marks of what a file last said, field by field: so that a value that people changed since is told from one that the file changed. Of a hidden place
-- there is one mark, made with a key that only the vault has.
create table app.directory_import_record (
  network_id uuid not null references app.network on delete cascade,
  record_id uuid not null,
  said jsonb not null,
  at timestamptz not null default now(),
  primary key (network_id, record_id)
);
select ctx.classify('app.directory_import_record', 'internal', 'said at');
select ctx.classify('app.directory_import_record', 'structural', 'network_id record_id');
select ctx.protect('app.directory_import_record', 'network');

-- Columns of plain lists, as a person chose them: by the headings of the list.
create table app.directory_import_mapping (
  network_id uuid not null references app.network on delete cascade,
  headings text not null,
  mapping jsonb not null,
  author_id uuid references app.person,
  at timestamptz not null default now(),
  primary key (network_id, headings)
);
select ctx.classify('app.directory_import_mapping', 'internal', 'headings mapping author_id at');
select ctx.classify('app.directory_import_mapping', 'structural', 'network_id');
select ctx.protect('app.directory_import_mapping', 'network');
