-- Second looks: somebody else than who drew a service area says that its shape gives no hidden place away (areas/held.ts). Until then the public and
-- partners do not see it. A look counts for one shape, word for word, and is only ever added.
create table app.directory_area_look (
  seq bigint generated always as identity primary key,
  network_id uuid not null,
  record_id uuid not null,
  -- The entry of the record's service_areas, and a SHA-256 of its extent.
  area_id uuid not null,
  shape text not null check (length(shape) = 43),
  author_id uuid not null references app.person,
  at timestamptz not null default now(),
  unique (network_id, record_id, area_id, shape),
  foreign key (network_id, record_id) references app.record (network_id, id) on delete cascade
);
select ctx.classify('app.directory_area_look', 'internal', 'shape author_id at');
select ctx.classify('app.directory_area_look', 'structural', 'seq network_id record_id area_id');
select ctx.protect('app.directory_area_look', 'network');
create function app.directory_area_look_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select 1 from app.record where network_id = old.network_id and id = old.record_id) then return old; end if;
  raise exception 'a second look cannot be changed or deleted';
end $$;
create trigger append_only before update or delete on app.directory_area_look for each row execute function app.directory_area_look_append_only();
