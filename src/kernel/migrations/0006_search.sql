-- What searching by words and by place needs: three extensions that come with PostgreSQL and are "trusted" there (an owner of the database may make
-- them, no superuser is asked), and functions over them that mean the same on the embedded database and on any server, so that indexes can use them.
-- The extension earthdistance is not among them: it is not trusted on every server, and two lines over `cube` do its work.

do $$
declare missing text;
begin
  create extension if not exists pg_trgm with schema public;
  create extension if not exists unaccent with schema public;
  create extension if not exists cube with schema public;
  select string_agg(extname, ', ') into missing from pg_extension
  where extname in ('pg_trgm', 'unaccent', 'cube') and extnamespace <> 'public'::regnamespace;
  if missing is not null then
    raise exception 'Move the extension(s) % to the schema public (alter extension … set schema public), then start again.', missing;
  end if;
  if not has_schema_privilege('waymark_app', 'public', 'USAGE') or not has_schema_privilege('waymark_public', 'public', 'USAGE') then
    raise exception 'The roles waymark_app and waymark_public may not use the schema public, where the search functions are: grant usage on schema public to them, then start again.';
  end if;
end $$;

-- Text as it is compared: without accents, in small letters, one spelling of letters that Unicode writes in two ways.
-- The dictionary is named in full, so the result cannot change with a search path: that is what makes it immutable, and usable in an index.
create function ctx.fold(words text) returns text language sql immutable strict parallel safe as
  $$ select lower(public.unaccent('public.unaccent'::regdictionary, normalize(words, NFKC))) $$;

-- A place as a point on a sphere, in metres from its middle. Straight lines between two such points grow with the way over the ground, so an index
-- (gist (ctx.earth_point(lat, lon))) answers "nearest first" (order by point <-> point) and "within" (point <@ box) by itself.
create function ctx.earth_point(lat double precision, lon double precision) returns public.cube language sql immutable strict parallel safe as
  $$ select public.cube(public.cube(public.cube(6371008.8 * cos(radians(lat)) * cos(radians(lon))),
    6371008.8 * cos(radians(lat)) * sin(radians(lon))), 6371008.8 * sin(radians(lat))) $$;

-- Metres over the ground between two such points.
create function ctx.earth_metres(a public.cube, b public.cube) returns double precision language sql immutable strict parallel safe as
  $$ select 2 * 6371008.8 * asin(least(1, public.cube_distance(a, b) / (2 * 6371008.8))) $$;

-- A box that holds every point within so many metres, and some beyond: for the index; ask earth_metres as well.
create function ctx.earth_box(middle public.cube, metres double precision) returns public.cube language sql immutable strict parallel safe as
  $$ select public.cube_enlarge(middle, 2 * 6371008.8 * sin(least(greatest(metres, 0) / (2 * 6371008.8), pi() / 2)), 3) $$;

grant execute on function ctx.fold(text), ctx.earth_point(double precision, double precision), ctx.earth_metres(public.cube, public.cube),
  ctx.earth_box(public.cube, double precision) to waymark_app, waymark_public;
