/** Keeping records: nobody overwrites another, duplicates merge without losing an id, a hidden place leaves no trace. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { recordsById } from '#modules/organisations';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { hidePlace, moveHiddenPlace, revealPlace } from '../hidden-places.ts';
import { directory } from '../tables.ts';
import { mergeRecords, partRecords, saveRecord } from './actions.ts';
import { confirmation, lookAtMerge } from './merging.ts';

let t: TestApp;
let network: { id: string; slug: string };
let editor: Ctx;
let advocate: Ctx;

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  editor = await t.ctx(network.id, await t.person(network.id, ['directory_editor']));
  advocate = await t.ctx(network.id, await t.person(network.id, ['advocate']));
});
afterAll(() => t?.close());

const system = <T>(work: Parameters<typeof t.app.db.run<T>>[1]) =>
  t.app.db.run({ networkId: network.id, scope: 'system' }, work);

/** An organisation that is listed and public, with one service at one place. */
async function provider(name: string) {
  const org = await saveRecord(editor, { kind: 'organization', fields: { name }, marks: { name: 'public' } });
  await system(async (tx) => {
    for (const kind of ['listed', 'published'] as const)
      await directory(tx)
        .insertInto('app.directory_event')
        .values({ network_id: network.id, organization_id: org.id, on_day: '2026-01-01', kind, author_id: null })
        .execute();
  });
  const service = await saveRecord(editor, {
    kind: 'service',
    fields: { organization_id: org.id, name: `${name} shelter`, status: 'active' },
    marks: { name: 'public', status: 'public' },
  });
  const address = [
    {
      id: randomUUID(),
      address_1: '7 Canary Row',
      city: 'Harbor',
      state_province: 'TX',
      postal_code: '77001',
      country: 'US',
      address_type: 'physical',
    },
  ];
  const place = await saveRecord(editor, {
    kind: 'location',
    fields: {
      organization_id: org.id,
      location_type: 'physical',
      name: 'House',
      latitude: 29.7,
      longitude: -95.3,
      addresses: address,
    },
    marks: { name: 'public', location_type: 'public', latitude: 'public', longitude: 'public', addresses: 'public' },
  });
  const link = await saveRecord(editor, {
    kind: 'service_at_location',
    fields: { service_id: service.id, location_id: place.id },
  });
  return { org: org.id, service: service.id, place: place.id, link: link.id };
}

const publicRows = () =>
  t.app.db.readPublic(network.id, (tx) =>
    directory(tx).selectFrom('site.directory_document').selectAll().orderBy('id').execute(),
  );

test('a record that somebody changed meanwhile is not overwritten', async () => {
  const { org } = await provider('Meanwhile');
  const [seen] = await system((tx) => recordsById(tx, network.id, [org]));
  await saveRecord(editor, { id: org, kind: 'organization', seq: seen!.seq, fields: { name: 'Meanwhile two' } });
  await expect(
    saveRecord(editor, { id: org, kind: 'organization', seq: seen!.seq, fields: { name: 'Lost' } }),
  ).rejects.toThrow('directory.records.changedMeanwhile');
});

test('a merged duplicate leads to the record that stays, keeps its history, and can be parted', async () => {
  const a = await provider('Alpha House');
  const b = await provider('Alpha House (copy)');
  await mergeRecords(editor, { from: b.org, into: a.org, reason: 'the same organisation' });
  const rows = await publicRows();
  expect(rows.find((row) => row.id === b.org)).toBeUndefined();
  expect(rows.find((row) => row.id === b.service)?.organization_id).toBe(a.org);
  const alias = await t.app.db.readPublic(network.id, (tx) =>
    directory(tx).selectFrom('site.directory_alias').selectAll().execute(),
  );
  expect(alias).toMatchObject([{ id: b.org, into_id: a.org }]);
  const versions = await system((tx) =>
    sql<{ n: number }>`select count(*)::int as n from app.record_version where record_id = ${b.org}`.execute(tx),
  );
  expect(versions.rows[0]!.n).toBe(1);
  await partRecords(editor, { id: b.org });
  expect((await publicRows()).find((row) => row.id === b.org)).toBeDefined();
});

/** A provider that is listed inside alone, though its records are marked for everybody. */
async function inside(name: string) {
  const made = await provider(name);
  await system((tx) =>
    directory(tx)
      .insertInto('app.directory_event')
      .values({
        network_id: network.id,
        organization_id: made.org,
        on_day: '2026-01-02',
        kind: 'unpublished',
        author_id: null,
      })
      .execute(),
  );
  const [rec] = await system((tx) => recordsById(tx, network.id, [made.service]));
  await saveRecord(editor, {
    id: made.service,
    kind: 'service',
    seq: rec!.seq,
    fields: { ...rec!.fields, phones: [{ id: randomUUID(), number: '555-0177' }] },
    marks: { ...rec!.marks, phones: 'public' },
  });
  return made;
}
const publicText = async () => JSON.stringify(await publicRows());
const marksOf = async (id: string) => (await system((tx) => recordsById(tx, network.id, [id])))[0]!.marks;

test('merging into a public provider shows nothing that was not public; who opens it all the same has read what it shows', async () => {
  const a = await provider('Open House');
  const b = await inside('Open House, the inner copy');
  const asked = { from: b.org, into: a.org, reason: 'the same organisation' };
  const [from, into] = await system(async (tx) => [
    (await recordsById(tx, network.id, [b.org]))[0]!,
    (await recordsById(tx, network.id, [a.org]))[0]!,
  ]);
  const before = await publicText();
  const look = (open: boolean) => lookAtMerge(editor, { from: from!, into: into!, reason: 'looking', open });
  expect(await look(false)).toMatchObject({ appears: [], vanishes: [] });
  const opened = await look(true);
  expect(opened.appears.every(({ audience }) => audience === 'public')).toBe(true);
  expect(opened.appears.map(({ kind }) => kind).sort()).toEqual(['location', 'service', 'service_at_location']);
  expect(opened.appears.find(({ kind }) => kind === 'service')).toMatchObject({
    id: b.service,
    values: { phones: [{ number: '555-0177' }] },
  });
  // Looking left nothing behind.
  expect(await publicText()).toBe(before);
  await expect(mergeRecords(editor, { ...asked, open: true })).rejects.toThrow('directory.records.mergeShows');
  await expect(
    mergeRecords(editor, { ...asked, open: true, confirmed: confirmation(await look(false)) }),
  ).rejects.toThrow('directory.records.mergeShows');
  expect(await publicText()).toBe(before);

  await mergeRecords(editor, asked);
  expect(await publicText()).toBe(before);
  expect(await marksOf(b.service)).toEqual({ name: 'partner', status: 'partner', phones: 'partner' });
  const held = await system((tx) =>
    directory(tx).selectFrom('app.directory_document').select('organization_id').where('id', '=', b.service).execute(),
  );
  expect(held).toEqual([{ organization_id: a.org }, { organization_id: a.org }]);
});

test('what was opened on purpose is shown, and what was shown before stays so', async () => {
  const a = await provider('Plain House');
  const b = await inside('Plain House, the inner copy');
  const [from, into] = await system(async (tx) => [
    (await recordsById(tx, network.id, [b.org]))[0]!,
    (await recordsById(tx, network.id, [a.org]))[0]!,
  ]);
  const merging = { from: from!, into: into!, reason: 'they asked for it', open: true };
  const confirmed = confirmation(await lookAtMerge(editor, merging));
  await mergeRecords(editor, { from: b.org, into: a.org, reason: 'they asked for it', open: true, confirmed });
  expect(await publicText()).toContain('555-0177');
  const c = await provider('Plain House, public too');
  await mergeRecords(editor, { from: c.org, into: a.org, reason: 'the same' });
  expect((await publicRows()).find((row) => row.id === c.service)?.organization_id).toBe(a.org);
});

test('a service or a place that moves to another place is told too, and an inner copy of a service opens nothing of its links', async () => {
  const a = await provider('Corner House');
  const b = await inside('Corner House, the inner copy');
  const load = async (id: string) => (await system((tx) => recordsById(tx, network.id, [id])))[0]!;
  const service = { from: await load(b.service), into: await load(a.service), reason: 'same service', open: false };
  const outcome = await lookAtMerge(editor, service);
  // The place of the copy is not public, so the public is told of no new place.
  expect(outcome.appears.filter(({ audience }) => audience === 'public')).toEqual([]);
  // What only the copy says goes out of sight, and is said before.
  expect(outcome.lost).toContainEqual(
    expect.objectContaining({
      audience: 'hotline',
      values: expect.objectContaining({ phones: [{ number: '555-0177' }] }),
    }),
  );
  const place = { from: await load(b.place), into: await load(a.place), reason: 'same house', open: false };
  expect((await lookAtMerge(editor, place)).appears).toMatchObject([
    { audience: 'partner', kind: 'service_at_location', values: { location_id: a.place } },
    { audience: 'hotline', kind: 'service_at_location', values: { location_id: a.place } },
  ]);
});

test('parting the last of two merges leads the ids before it to where they led', async () => {
  const [a, b, c] = [await provider('One'), await provider('One, again'), await provider('One, thrice')];
  await mergeRecords(editor, { from: c.org, into: b.org, reason: 'same' });
  await mergeRecords(editor, { from: b.org, into: a.org, reason: 'same' });
  const leads = () =>
    system((tx) =>
      directory(tx)
        .selectFrom('app.directory_alias')
        .select(['audience', 'into_id'])
        .where('id', '=', c.org)
        .orderBy('audience')
        .execute(),
    );
  expect((await leads()).map((row) => row.into_id)).toEqual([a.org, a.org]);
  await partRecords(editor, { id: b.org });
  expect((await leads()).map((row) => row.into_id)).toEqual([b.org, b.org]);
});

test('hiding a place takes its address out of every version and every document; it opens one at a time, with a reason, audited', async () => {
  const { place, service } = await provider('Hidden House');
  expect(JSON.stringify(await publicRows())).toContain('7 Canary Row');
  const others = (await publicRows()).filter((row) => JSON.stringify(row).includes('Canary')).map((row) => row.id);
  await hidePlace(editor, { location: place });
  for (const row of await publicRows()) if (row.id === place || row.id === service) expect(row.kind).toBe('service');
  const told = await system((tx) =>
    sql<{
      all: string;
    }>`select string_agg(fields::text || marks::text, '') as all from app.record_version where record_id = ${place}`.execute(
      tx,
    ),
  );
  expect(told.rows[0]!.all).not.toMatch(/Canary|29\.7|latitude/);
  expect(others.length).toBeGreaterThan(0);

  await expect(revealPlace(advocate, { location: place })).rejects.toThrow('invalid');
  const shown = await revealPlace({ ...advocate, purpose: 'driving a caller there tonight' }, { location: place });
  expect(JSON.stringify(shown.place)).toContain('7 Canary Row');
  await expect(revealPlace({ ...editor, purpose: 'curious' }, { location: place })).rejects.toThrow();
  const entry = await system((tx) =>
    sql<{
      reason: string;
      fields: string[];
    }>`select reason, fields from app.audit_entry where action = 'directory.place.reveal' and outcome = 'read'`.execute(
      tx,
    ),
  );
  expect(entry.rows).toMatchObject([{ reason: 'driving a caller there tonight' }]);
});

test('moving a hidden place by 50 km changes no row that any audience reads', async () => {
  const { place } = await provider('Moving House');
  await hidePlace(editor, { location: place });
  const all = () =>
    system(async (tx) => [
      await directory(tx).selectFrom('site.directory_document').selectAll().orderBy('id').execute(),
      await directory(tx).selectFrom('app.directory_document').selectAll().orderBy('audience').orderBy('id').execute(),
      (await sql`select * from app.record_version where network_id = ${network.id} order by seq`.execute(tx)).rows,
    ]);
  const before = await all();
  t.setClock('2031-01-01T00:00:00Z');
  await moveHiddenPlace(editor, { location: place, place: { latitude: 30.15, longitude: -95.3 } });
  expect(await all()).toEqual(before);
});

test('another network cannot open, hide or move it', async () => {
  const { place } = await provider('Foreign House');
  const other = await t.network('beta');
  const stranger = await t.ctx(other.id, await t.person(other.id, ['advocate', 'directory_editor']));
  await expect(hidePlace(stranger, { location: place })).rejects.toThrow('notFound');
  await hidePlace(editor, { location: place });
  await expect(revealPlace({ ...stranger, purpose: 'looking' }, { location: place })).rejects.toThrow('notFound');
  await expect(moveHiddenPlace(stranger, { location: place, place: { latitude: 1 } })).rejects.toThrow('notFound');
});
