/** The ground of search (0006_search.sql): the same functions on the embedded database and on a server, for both roles, usable in indexes. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, testApp } from '../../test/support/harness.ts';

let t: TestApp;
let network: string;
beforeAll(async () => {
  t = await testApp();
  network = (await t.network('ground')).id;
}, 60_000);
afterAll(() => t.close());

const one = async <T>(query: ReturnType<typeof sql<T>>, as: 'app' | 'public' = 'app') => {
  const ask = async (tx: Parameters<Parameters<typeof t.db.run>[1]>[0]) => (await query.execute(tx)).rows[0]!;
  return as === 'app' ? t.db.run({}, ask) : t.db.readPublic(network, ask);
};

test('text is compared without accents and case, however Unicode spells the letter, by the app and by the public', async () => {
  for (const role of ['app', 'public'] as const) {
    const row = await one(
      sql<
        Record<string, string>
      >`select ctx.fold('Ñandú ÉXITO') as a, ctx.fold('cafe' || chr(769)) as b, ctx.fold('ＡＢ') as c`,
      role,
    );
    expect(row).toEqual({ a: 'nandu exito', b: 'cafe', c: 'ab' });
  }
  expect(await one(sql<{ f: string | null }>`select ctx.fold(null) as f`)).toEqual({ f: null });
});

test('words that are nearly the same are found by likeness, by the app and by the public', async () => {
  for (const role of ['app', 'public'] as const) {
    const { like } = await one(
      sql<{ like: number }>`select similarity(ctx.fold('Refúgio'), ctx.fold('refugio'))::float8 as like`,
      role,
    );
    expect(like).toBe(1);
  }
});

test('metres over the ground agree with the known distance of two cities, by the app and by the public', async () => {
  for (const role of ['app', 'public'] as const) {
    const { far } = await one(
      // Paris and London: 343.6 km on a sphere of the mean radius.
      sql<{
        far: number;
      }>`select ctx.earth_metres(ctx.earth_point(48.8566, 2.3522), ctx.earth_point(51.5074, -0.1278)) as far`,
      role,
    );
    expect(Math.round(far / 100)).toBe(3436);
  }
});

test('opposite ends of the earth and one and the same place have a distance too', async () => {
  const row = await one(sql<{ half: number; none: number }>`
    select ctx.earth_metres(ctx.earth_point(90, 0), ctx.earth_point(-90, 0)) as half, ctx.earth_metres(ctx.earth_point(29.4, -98.5), ctx.earth_point(29.4, -98.5)) as none`);
  expect(row.half).toBeCloseTo(Math.PI * 6371008.8, 3);
  expect(row.none).toBe(0);
});

test('a box holds every place within its metres, also across the date line and near a pole', async () => {
  const { rows } = await t.db.run({}, (tx) =>
    sql<{ missed: number; near: number }>`
      with middles(lat, lon) as (values (29.42, -98.49), (0, 179.9), (89.5, 10), (-60, -180)),
      around as (select m.lat, m.lon, ctx.earth_point(m.lat, m.lon) as middle, ctx.earth_point(least(90, greatest(-90, m.lat + a)), m.lon + b) as point
        from middles m, generate_series(-2.0, 2.0, 0.25) a, generate_series(-2.0, 2.0, 0.25) b)
      select count(*) filter (where not point <@ ctx.earth_box(middle, 100000))::int as missed, count(*)::int as near
      from around where ctx.earth_metres(middle, point) <= 100000`.execute(tx),
  );
  expect(rows[0]!.near).toBeGreaterThan(100);
  expect(rows[0]!.missed).toBe(0);
});

test('indexes may use the functions, and the planner uses the indexes', async () => {
  await t.db.owner.transaction().execute(async (tx) => {
    await sql`set local role waymark_owner`.execute(tx);
    await sql`create table site.ground_try (name text, lat float8, lon float8)`.execute(tx);
    await sql`insert into site.ground_try select 'Casa número ' || n, 29 + (n * 7919 % 3000) / 3000.0, -98 + (n * 104729 % 2999) / 2999.0 from generate_series(1, 3000) n`.execute(
      tx,
    );
    await sql`create index ground_words on site.ground_try using gin (ctx.fold(name) gin_trgm_ops)`.execute(tx);
    await sql`create index ground_place on site.ground_try using gist (ctx.earth_point(lat, lon))`.execute(tx);
    await sql`analyze site.ground_try`.execute(tx);
    const plan = async (query: ReturnType<typeof sql>) =>
      JSON.stringify((await sql`explain ${query}`.execute(tx)).rows);
    expect(
      await plan(sql`select * from site.ground_try where ctx.fold(name) like '%' || ctx.fold('NÚMERO 777') || '%'`),
    ).toContain('ground_words');
    expect(
      await plan(
        sql`select * from site.ground_try order by ctx.earth_point(lat, lon) <-> ctx.earth_point(29.4, -98) limit 5`,
      ),
    ).toContain('ground_place');
    await sql`drop table site.ground_try`.execute(tx);
  });
});
