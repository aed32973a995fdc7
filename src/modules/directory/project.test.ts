/** From records to what each audience reads: default deny, hidden places, and nothing written where nothing changed. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { saveRecords } from '#modules/organisations';
import { testApp, type TestApp } from '../../../test/support/harness.ts';
import { project } from './project.ts';
import { directory } from './tables.ts';

let t: TestApp;
let network: { id: string };
let ctx: Ctx;
const ids = {
  org: randomUUID(),
  shelter: randomUUID(),
  house: randomUUID(),
  link: randomUUID(),
  phone: randomUUID(),
  secret: randomUUID(),
};

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  ctx = await t.ctx(network.id, 'system');
  await t.app.db.run({ networkId: network.id, scope: 'system' }, async (tx) => {
    await saveRecords(
      tx,
      ctx,
      network.id,
      [
        {
          id: ids.org,
          kind: 'organization',
          fields: { name: 'Open Door', description: 'Help' },
          marks: { name: 'public', description: 'hotline' },
        },
        {
          id: ids.shelter,
          kind: 'service',
          fields: {
            organization_id: ids.org,
            name: 'Shelter',
            status: 'active',
            phones: [
              { id: ids.phone, number: '555 0100' },
              { id: ids.secret, number: '555 0199' },
            ],
          },
          marks: { name: 'public', status: 'public', phones: 'public', [`phones/${ids.secret}`]: 'hotline' },
        },
        {
          id: ids.house,
          kind: 'location',
          confidential: true,
          fields: { organization_id: ids.org, location_type: 'physical', name: 'House' },
          marks: { name: 'public', location_type: 'public' },
        },
        { id: ids.link, kind: 'service_at_location', fields: { service_id: ids.shelter, location_id: ids.house } },
      ],
      { source: 'staff' },
    );
    for (const kind of ['listed', 'published'] as const)
      await directory(tx)
        .insertInto('app.directory_event')
        .values({ network_id: network.id, organization_id: ids.org, on_day: '2026-01-01', kind, author_id: null })
        .execute();
    await project(tx, ctx, null);
  });
});
afterAll(() => t?.close());

const publicBodies = () =>
  t.app.db.readPublic(network.id, async (tx) =>
    (await directory(tx).selectFrom('site.directory_document').selectAll().orderBy('kind').execute()).map((row) => row),
  );

test('the public reads the marked fields and nothing of a hidden place', async () => {
  const rows = await publicBodies();
  expect(rows.map((row) => row.kind)).toEqual(['organization', 'service']);
  const text = JSON.stringify(rows);
  expect(text).not.toContain('555 0199');
  expect(text).toContain('555 0100');
  expect(text).not.toContain('Help');
  expect(text).not.toContain('House');
  expect(rows[1]!.document).toMatchObject({ confidential_place: true });
});

test('a second projection leaves every row as it was', async () => {
  const before = await publicBodies();
  t.setClock('2030-01-01T00:00:00Z');
  await t.app.db.run({ networkId: network.id, scope: 'system' }, (tx) => project(tx, ctx, [ids.org]));
  expect(await publicBodies()).toEqual(before);
});

test('the database refuses an address in a version of a hidden place, and any change of what was known', async () => {
  const run = (work: Parameters<typeof t.app.db.run>[1]) =>
    t.app.db.run({ networkId: network.id, scope: 'system' }, work);
  await expect(
    run((tx) =>
      saveRecords(
        tx,
        ctx,
        network.id,
        [
          {
            id: ids.house,
            kind: 'location',
            fields: { organization_id: ids.org, location_type: 'physical', latitude: 29.7 },
          },
        ],
        { source: 'staff' },
      ),
    ),
  ).rejects.toThrow(/hidden place/);
  await expect(run((tx) => sql`update app.record_version set note = 'x'`.execute(tx))).rejects.toThrow(
    /cannot be changed/,
  );
  await expect(
    run((tx) =>
      saveRecords(
        tx,
        ctx,
        network.id,
        [{ id: randomUUID(), kind: 'service', fields: { organization_id: randomUUID(), name: 'X', status: 'active' } }],
        { source: 'staff' },
      ),
    ),
  ).rejects.toThrow('organisations.problem.brokenLink');
});
