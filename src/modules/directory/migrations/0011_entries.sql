-- What the lists of the HSDS API are narrowed by and put in order: one row for each public service, organization and service at a location, made from
-- the public documents and from nothing else (hsds/entries.ts), in the transaction that writes them.

create table site.directory_entry (
  network_id uuid not null,
  kind text not null check (kind in ('service', 'organization', 'service_at_location')),
  id uuid not null,
  organization_id uuid not null,
  -- The service itself, or the one that is offered there.
  service_id uuid,
  name text not null,
  terms uuid[] not null default '{}',
  minimum_age double precision,
  maximum_age double precision,
  -- Day, opening and closing as they compare: 'MO 09:00 17:00'.
  hours text[] collate "C" not null default '{}',
  -- Keys of its service areas, null where none is told, and what each says, as JSON.
  areas text[],
  said text[],
  point public.cube,
  -- Stems of an organization's own words: its services are found by their search rows.
  words tsvector,
  -- Digest of all that the whole record tells, with everything inside, and when that last became something else.
  told text not null default '',
  changed timestamptz not null,
  primary key (network_id, kind, id)
);
create index site_directory_entry_name on site.directory_entry (network_id, kind, name, id);
create index site_directory_entry_owner on site.directory_entry (network_id, organization_id);
select ctx.classify('site.directory_entry', 'public', 'kind name terms minimum_age maximum_age hours areas said point words changed');
select ctx.classify('site.directory_entry', 'structural', 'network_id id organization_id service_id told');
select ctx.protect('site.directory_entry', 'network');

-- Directories that are there already: listed at once, the rest when the documents are made anew, which the event asks for.
insert into site.directory_entry (network_id, kind, id, organization_id, service_id, name, changed)
select network_id, kind, id, organization_id,
  case kind when 'service' then id when 'service_at_location' then (document->>'service_id')::uuid end, name, modified
from site.directory_document where kind in ('service', 'organization', 'service_at_location');
insert into app.outbox_event (network_id, name, ids, request_id)
select distinct d.network_id, 'directory.words', jsonb_build_object('network', d.network_id), 'migration'
from site.directory_entry d join app.network n on n.id = d.network_id;

-- Every service that words find, in the order of a search without a place: as directory_find of 0016_search_direct.sql, whose weights these are. The first two
-- hundred are weighed; the others follow as they were picked, so that page after page shows each once. `among` null: all services.
create function site.directory_order(
  wanted text, by_name text, alike text[], in_a text[], in_b text[], in_c text[], weights real[], loose boolean, terms uuid[], below uuid[], phrase text,
  among uuid[])
  returns table (service_id uuid, owner_id uuid, place bigint) language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
#variable_conflict error
declare
  net uuid := ctx.network_id();
  query tsquery := wanted::tsquery;
  name_query tsquery := by_name::tsquery;
  any_q tsquery[] := alike::tsquery[];
  a_q tsquery[] := in_a::tsquery[];
  b_q tsquery[] := in_b::tsquery[];
  c_q tsquery[] := in_c::tsquery[];
begin
  return query
    with named as materialized (
      select t.id from site.directory_search t where t.words @@ name_query and (t.network_id = net) is true
    ),
    picked as materialized (
      select t.id, t.organization_id, t.sort_name, case when t.needs && terms then case when t.needs && below then 0.8 else 1 end else 0 end as term, row_number() over (
        order by case when t.id in (select n.id from named n) then 0 when t.needs && terms then case when t.needs && below then 2 else 1 end else 3 end, t.sort_name, t.id) as ord
      from site.directory_search t
      where t.words @@ query and (t.network_id = net) is true and (among is null or t.id in (select unnest(among)))
    ),
    weighed as materialized (
      select p.id, coalesce(r.said, 0)
        + 0.2 * least(1, coalesce(r.in_name, 0)::real / greatest(1, length(p.sort_name) - length(replace(p.sort_name, ' ', '')) + 1))
        + case when p.sort_name = phrase then 1 else 0 end + 0.5 * p.term as score
      from picked p
      cross join lateral (
        -- Read once, not once for each word.
        select t.head || ''::tsvector as head, case when loose then t.words || ''::tsvector end as words from site.directory_search t
        where t.network_id = net and t.id = p.id offset 0) h
      cross join lateral (
        select sum(w * case when h.head @@ a then 1 when h.head @@ b then 0.7 when h.head @@ c then 0.5 when not loose or h.words @@ x then 0.15 else 0 end) as said,
          count(*) filter (where h.head @@ a) as in_name
        from unnest(weights, a_q, b_q, c_q, any_q) u(w, a, b, c, x)) r
      where p.ord <= 200
    )
    select p.id, p.organization_id, row_number() over (order by w.score desc nulls last, p.ord) from picked p left join weighed w on w.id = p.id;
end $$;
revoke all on function site.directory_order from public;
grant execute on function site.directory_order to waymark_public;
