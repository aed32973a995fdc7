-- Searching the directory: one row a service for each audience, made from that audience's documents (search/rows.ts) and from nothing else.
-- The public's rows stand in the schema site. Row-level security would keep the word index from being used (its operator is not leakproof), so
-- rows are read through functions with the owner's rights that ask for the network themselves.

do $make$
declare
  part record;
  body text := $tables$
create table @.directory_search (
  network_id uuid not null,
  {audience text not null check (audience in ('partner', 'hotline')),}
  -- The service.
  id uuid not null,
  organization_id uuid not null,
  name text not null,
  sort_name text collate "C" not null,
  -- Of everything below: a row whose digest is the same is not written again.
  digest text not null,
  -- What is counted in facets. Terms stand with those above them.
  needs uuid[] not null,
  tags text[] not null,
  languages text[] not null,
  spots text[] not null,
  flags int not null,
  minimum_age real,
  maximum_age real,
  hours_key text,
  -- Offices as points (ctx.earth_point); `place` is the box around them, for a single office the point itself.
  points public.cube[],
  place public.cube,
  -- Everything that can be asked for: stems of all words, `A:` stems of the name, and keys such as `L:es` (search/keys.ts).
  words tsvector not null,
  -- For ranking: stems with weights. A names, B terms and their synonyms, C the organisation.
  head tsvector not null,
  -- The words as they are written, for correcting.
  spoken text[] not null,
  -- What a list shows beside the document: organisation, offices, hours.
  card json not null,
  primary key (network_id, {audience,} id)
) with (toast_tuple_target = 128);
-- What every search and the ranking read stays in the row; what only the rows shown need is kept beside it. Left to itself PostgreSQL would move even
-- short names out, and fetch them again for every comparison of a sort.
alter table @.directory_search alter name set storage main, alter sort_name set storage main, alter digest set storage main,
  alter needs set storage main, alter tags set storage main, alter languages set storage main, alter spots set storage main,
  alter hours_key set storage main, alter points set storage main, alter head set storage main, alter words set storage external;
create index #_words on @.directory_search using gin (words) with (gin_pending_list_limit = 256);
create index #_owner on @.directory_search (network_id, organization_id);
create index #_name on @.directory_search (network_id, {audience,} sort_name, id);
create index #_place on @.directory_search using gist (place);
select ctx.classify('@.directory_search', '~', 'name sort_name needs tags languages spots flags minimum_age maximum_age hours_key points place words head spoken card {audience}');
select ctx.classify('@.directory_search', 'structural', 'network_id id organization_id digest');
select ctx.protect('@.directory_search', 'network');

-- Words that services of this audience use, how many use each, and their stems. A word that no row has any more is gone with the last one.
create table @.directory_word (
  network_id uuid not null,
  {audience text not null check (audience in ('partner', 'hotline')),}
  word text collate "C" not null,
  n int not null,
  stem_en text collate "C" not null,
  stem_es text collate "C" not null,
  primary key (network_id, {audience,} word)
);
create index #_word_en on @.directory_word (network_id, {audience,} stem_en);
create index #_word_es on @.directory_word (network_id, {audience,} stem_es);
create index #_word_like on @.directory_word using gin (word public.gin_trgm_ops);
select ctx.classify('@.directory_word', '~', 'word n stem_en stem_es {audience}');
select ctx.classify('@.directory_word', 'structural', 'network_id');
select ctx.protect('@.directory_word', 'network');
$tables$;
begin
  for part in select * from (values
    ('site', 'site_directory_search', 'public', ''), ('app', 'directory_search', 'internal', '\1')) v(place, index, class, audience)
  loop
    execute regexp_replace(replace(replace(replace(body, '@', part.place), '#', part.index), '~', part.class), '\{([^}]*)\}', part.audience, 'g');
  end loop;
end $make$;

-- How a word is looked up: without accents already (search/words.ts), by its English and its Spanish stem. Empty for what means nothing alone.
create function ctx.stem_en(word text) returns text language sql immutable strict parallel safe as
  $$ select coalesce((ts_lexize('pg_catalog.english_stem', word))[1], '') $$;
create function ctx.stem_es(word text) returns text language sql immutable strict parallel safe as
  $$ select coalesce((ts_lexize('pg_catalog.spanish_stem', word))[1], '') $$;
grant execute on function ctx.stem_en(text), ctx.stem_es(text) to waymark_app, waymark_public;

-- The functions that read: they run with the owner's rights, so each asks for the network that this connection stands for and for nothing else.
do $make$
declare
  part record;
  body text := $functions$
-- For each word: its stems, how many services use it; for a word that none uses, words that begin with it, resemble it, or are its two halves.
create function @.directory_words(asked text[]{, for_audience text}) returns json language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare net uuid := ctx.network_id();
begin
  return (
    select json_agg(json_build_object('word', a.word, 'en', a.en, 'es', a.es, 'n', a.n,
      'longer', case when a.n = 0 then (
        select json_agg(json_build_object('word', c.word, 'n', c.n, 'en', c.stem_en, 'es', c.stem_es)) from (
          select * from @.directory_word w where w.network_id = net {and w.audience = for_audience}
            and w.word >= a.word and w.word < a.word || '{' order by w.n desc, w.word limit 8) c) end,
      'like', case when a.n = 0 and length(a.word) > 3 then (
        select json_agg(json_build_object('word', c.word, 'n', c.n, 'en', c.stem_en, 'es', c.stem_es)) from (
          (select w.* from @.directory_word w where w.network_id = net {and w.audience = for_audience} and w.word operator(public.%) a.word
            order by public.similarity(w.word, a.word) desc, w.n desc limit 20)
          union
          -- Short words share few threes of letters: one wrong letter leaves the beginning or the end of them as it was.
          (select w.* from @.directory_word w where w.network_id = net {and w.audience = for_audience} and length(a.word) < 7
            and w.word >= left(a.word, 1) and w.word < left(a.word, 1) || '{'
            and length(w.word) between length(a.word) - 1 and length(a.word) + 1
            and (left(w.word, (length(a.word) - 1) / 2) = left(a.word, (length(a.word) - 1) / 2)
              or right(w.word, (length(a.word) - 1) / 2) = right(a.word, (length(a.word) - 1) / 2)) order by w.n desc limit 40)) c) end,
      'halves', case when a.n = 0 and length(a.word) > 5 then (
        select json_build_array(
            json_build_object('word', l.word, 'n', l.n, 'en', l.stem_en, 'es', l.stem_es), json_build_object('word', r.word, 'n', r.n, 'en', r.stem_en, 'es', r.stem_es))
        from generate_series(3, length(a.word) - 3) i
        join @.directory_word l on l.network_id = net {and l.audience = for_audience} and l.word = left(a.word, i)
        join @.directory_word r on r.network_id = net {and r.audience = for_audience} and r.word = substr(a.word, i + 1)
        order by least(l.n, r.n) desc limit 1) end) order by a.place)
    from (
      select s.*, coalesce((select sum(w.n) from @.directory_word w where w.network_id = net {and w.audience = for_audience}
        and s.en <> '' and s.es <> '' and (w.stem_en = s.en or w.stem_es = s.es)), 0)::int as n
      from (select word, place, ctx.stem_en(word) as en, ctx.stem_es(word) as es from unnest(asked) with ordinality u(word, place)) s) a);
end $$;

-- One search. Queries are made by search/find.ts: every word is a stem, every filter a key, joined by & and |.
--   wanted     what must hold                    by_name    the words, in the name             in_a/b/c  one a word: in the name, terms, organisation; alike: anywhere
--   by_office, by_area   ways to fit the place asked for: an office there, or served          here, metres   middle and radius
--   terms      needs that the words name: they come first                                    phrase  the words as a name is kept
-- `doors` asks for the hours among what is found instead; `most` is how many are ranked. `is true` keeps the network from being looked up by the key: that
-- would read all of a network, and without statistics, as on the embedded database, it would seem cheap.
create function @.directory_find(
  wanted text, by_name text, alike text[], in_a text[], in_b text[], in_c text[], weights real[], loose boolean,
  by_office text, by_area text, lat double precision, lon double precision, metres double precision, age real, open_keys text[],
  terms uuid[], phrase text, sorted text, skip int, take int, most int, facets boolean, doors boolean{, for_audience text})
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
      select t.id from @.directory_search t where metres is not null and t.words @@ area_query and (t.network_id = net) is true {and (t.audience = for_audience) is true}
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
          case when sorted <> 'best' then 0 when m.id in (select n.id from named n) then 0 when m.needs && terms then 1 else 2 end,
          case when sorted = 'best' and here is not null then m.place operator(public.<->) here end, m.sort_name, m.id
        limit most) x
    ),
    parts as materialized (
      select p.id, p.ord, far.metres as far,
        coalesce(r.said, 0) as said,
        coalesce(r.in_name, 0)::real / greatest(1, length(p.sort_name) - length(replace(p.sort_name, ' ', '')) + 1) as focus,
        case when p.sort_name = phrase then 1 else 0 end as exact,
        case when p.needs && terms then 1 else 0 end as term,
        case when here is not null and far.metres is not null then 10000 / (10000 + far.metres) else 0 end as near
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
        order by case sorted when 'name' then ord when 'near' then coalesce(s.far, 1e9) else - s.score end, ord) as place
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

-- The hours of services, for what the caller does not know by their key yet.
create function @.directory_hours(services uuid[]{, for_audience text}) returns json language sql stable security definer
  set search_path = pg_catalog, pg_temp as $$
  select json_agg(json_build_array(t.hours_key, t.card -> 'hours')) from @.directory_search t
  where t.network_id = ctx.network_id() {and t.audience = for_audience} and t.id = any(services) $$;
revoke all on function @.directory_words, @.directory_find, @.directory_hours from public;
grant execute on function @.directory_words, @.directory_find, @.directory_hours to ~;
$functions$;
begin
  for part in select * from (values ('site', 'waymark_public', ''), ('app', 'waymark_app', '\1')) v(place, roles, audience)
  loop
    execute regexp_replace(replace(replace(body, '@.', part.place || '.'), '~', part.roles), '\{([^}'']*)\}', part.audience, 'g');
  end loop;
end $make$;
