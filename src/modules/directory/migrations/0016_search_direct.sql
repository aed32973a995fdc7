-- A service that carries what was named itself comes before one that carries something below it. Of a service the search row knows its needs with all
-- that stands above them; one that has a need and none of those right below it carries it itself. And only the first 200 are weighed, whatever page is asked
-- for, so that no page repeats what another had. Whoever serves the place asked for counts as if it were ten kilometres away, wherever its office is: a
-- shelter whose place is hidden would else stand behind everything that has an office. Otherwise as in 0002_search.sql:
--   below      needs right below `terms`
do $make$
declare
  part record;
  body text := $functions$
create function @.directory_find(
  wanted text, by_name text, alike text[], in_a text[], in_b text[], in_c text[], weights real[], loose boolean,
  by_office text, by_area text, lat double precision, lon double precision, metres double precision, age real, open_keys text[],
  terms uuid[], below uuid[], phrase text, sorted text, skip int, take int, most int, facets boolean, doors boolean{, for_audience text})
  returns json language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off set work_mem = '32MB' as $$
#variable_conflict error
declare
  net uuid := ctx.network_id();
  query tsquery := wanted::tsquery;
  name_query tsquery := by_name::tsquery;
  office_query tsquery := by_office::tsquery;
  area_query tsquery := by_area::tsquery;
  any_q tsquery[] := alike::tsquery[];
  a_q tsquery[] := in_a::tsquery[];
  b_q tsquery[] := in_b::tsquery[];
  c_q tsquery[] := in_c::tsquery[];
  here public.cube := case when lat is not null then ctx.earth_point(lat, lon) end;
begin
  return (
    with served as materialized (
      select t.id from @.directory_search t where here is not null and t.words @@ area_query and (t.network_id = net) is true {and (t.audience = for_audience) is true}
    ),
    m as materialized (
      select t.id, t.needs, t.tags, t.languages, t.spots, t.flags, t.hours_key, t.place, t.sort_name
      from @.directory_search t
      where t.words @@ query and (t.network_id = net) is true {and (t.audience = for_audience) is true}
        and (age is null or ((t.minimum_age is null or t.minimum_age <= age) and (t.maximum_age is null or t.maximum_age >= age)))
        and (open_keys is null or t.hours_key in (select unnest(open_keys)))
        and (metres is null or t.id in (select s.id from served s)
          or (t.place is not null and exists (select 1 from unnest(t.points) p where ctx.earth_metres(p, here) <= metres)))
    ),
    named as materialized (
      select t.id from @.directory_search t where t.words @@ name_query and (t.network_id = net) is true {and (t.audience = for_audience) is true}
    ),
    groups as materialized (
      select needs, tags, languages, spots, flags, count(*)::int as n, grouping(needs, tags, languages, spots, flags) as g
      from m group by grouping sets ((needs), (tags), (languages), (spots), (flags))
    ),
    counted as (
      select 'needs' as facet, k, sum(n)::int as n from (select unnest(needs)::text as k, n from groups where g = 15) x group by k
      union all select 'tags', k, sum(n)::int from (select unnest(tags) as k, n from groups where g = 23) x group by k
      union all select 'languages', k, sum(n)::int from (select unnest(languages) as k, n from groups where g = 27) x group by k
      union all select 'spots', k, sum(n)::int from (select unnest(spots) as k, n from groups where g = 29) x group by k
      union all select 'flags', flags::text, n from groups where g = 30
    ),
    picked as materialized (
      select x.*, row_number() over () as ord from (
        select m.id, m.needs, m.place, m.sort_name from m
        order by case when sorted = 'name' then m.sort_name end,
          case when sorted = 'near' then m.place operator(public.<->) here end,
          case when sorted <> 'best' then 0 when m.id in (select n.id from named n) then 0 when m.needs && terms then case when m.needs && below then 2 else 1 end else 3 end,
          case when sorted = 'best' and here is not null then least(m.place operator(public.<->) here, case when m.id in (select v.id from served v) then 10000 end) end, m.sort_name, m.id
        limit most) x
    ),
    parts as materialized (
      select p.id, p.ord, far.metres as far,
        coalesce(r.said, 0) as said,
        coalesce(r.in_name, 0)::real / greatest(1, length(p.sort_name) - length(replace(p.sort_name, ' ', '')) + 1) as focus,
        case when p.sort_name = phrase then 1 else 0 end as exact,
        case when p.needs && terms then case when p.needs && below then 0.8 else 1 end else 0 end as term,
        greatest(case when here is not null and far.metres is not null then 10000 / (10000 + far.metres) else 0 end,
          case when p.id in (select v.id from served v) then 0.5 else 0 end) as near
      from picked p
      cross join lateral (
        -- Read once, not once for each word.
        select t.head || ''::tsvector as head, case when loose then t.words || ''::tsvector end as words from @.directory_search t
        where t.network_id = net {and t.audience = for_audience} and t.id = p.id offset 0) h
      cross join lateral (
        select sum(w * case when h.head @@ a then 1 when h.head @@ b then 0.7 when h.head @@ c then 0.5 when not loose or h.words @@ x then 0.15 else 0 end) as said,
          count(*) filter (where h.head @@ a) as in_name
        from unnest(weights, a_q, b_q, c_q, any_q) u(w, a, b, c, x) where sorted = 'best') r
      left join lateral (
        select min(ctx.earth_metres(o, here)) as metres from @.directory_search t, unnest(t.points) o
        where here is not null and p.place is not null and t.network_id = net {and t.audience = for_audience} and t.id = p.id) far on true
    ),
    page as (
      select s.*, row_number() over (
        order by case when s.ord > 200 then s.ord end nulls first, case sorted when 'name' then ord when 'near' then coalesce(s.far, 1e9) else - s.score end, ord) as place
      from (select *, said + 0.2 * least(1, focus) + exact + 0.5 * term + 0.4 * near as score from parts) s
      order by place limit take offset skip
    )
    select json_build_object(
      'total', case when not doors then (select count(*) from m) end,
      'doors', case when doors then (select json_agg(json_build_array(hours_key, n, sample)) from (
        select hours_key, count(*) as n, min(id::text) as sample from m group by hours_key) d) end,
      'facets', case when facets then (select json_agg(json_build_array(facet, k, n) order by n desc, k) from counted) end,
      'hits', case when not doors then (
        select json_agg(json_build_object('id', t.id, 'org', t.organization_id, 'name', t.name, 'card', t.card, 'far', page.far,
          'office', t.words @@ office_query, 'area', t.words @@ area_query,
          'fields', (select json_agg(case when t.head @@ a then 'a' when t.head @@ b then 'b' when t.head @@ c then 'c' when t.words @@ x then 'd' end order by i)
            from unnest(a_q, b_q, c_q, any_q) with ordinality u(a, b, c, x, i)),
          'needs', (select json_agg(n) from unnest(t.needs) n where n = any(terms)),
          'score', page.score, 'parts', json_build_array(page.said, page.focus, page.exact, page.term, page.near),
          'document', d.document) order by page.place)
        from page
        join @.directory_search t on t.network_id = net {and t.audience = for_audience} and t.id = page.id
        join @.directory_document d on d.network_id = net {and d.audience = for_audience} and d.kind = 'service' and d.id = page.id) end));
end $$;
revoke all on function @.directory_find from public;
grant execute on function @.directory_find to ~;
$functions$;
begin
  for part in select * from (values ('site', 'waymark_public', ''), ('app', 'waymark_app', '\1')) v(place, roles, audience)
  loop
    execute format('drop function %I.directory_find', part.place);
    execute regexp_replace(replace(replace(body, '@.', part.place || '.'), '~', part.roles), '\{([^}'']*)\}', part.audience, 'g');
  end loop;
end $make$;
