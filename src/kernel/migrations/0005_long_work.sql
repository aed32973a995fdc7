-- Work too long for one request: who asked for it, and how it ended. The result is written in the transaction that does the work.
create table app.long_work (
  id uuid primary key default gen_random_uuid(),
  network_id uuid not null references app.network on delete cascade,
  person_id uuid not null references app.person on delete cascade,
  name text not null,
  -- Asked for once: a second asking with the same key finds the first while it is not finished.
  key text not null,
  -- Ids, never values.
  input jsonb not null,
  locale text not null,
  begun_at timestamptz not null,
  finished_at timestamptz,
  -- Counts and addresses, never values; one of the two when it is finished.
  result jsonb,
  problem jsonb,
  check ((finished_at is not null) = (result is not null or problem is not null))
);
create unique index long_work_open on app.long_work (person_id, network_id, name, key) where finished_at is null;
select ctx.classify('app.long_work', 'internal', 'name key input locale result problem');
select ctx.classify('app.long_work', 'structural', 'id network_id person_id begun_at finished_at');
select ctx.protect('app.long_work', 'person');
