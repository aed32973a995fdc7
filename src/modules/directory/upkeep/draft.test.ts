/** The draft of a campaign: what it says before anybody is written to is what happens when it begins. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Fields, saveRecords } from '#modules/organisations';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { type Provider, UpkeepNetwork } from '../../../../test/support/upkeep-network.ts';
import { linkProvider } from '../vetting/accounts.ts';
import { saveLetterBox } from './checks.ts';

vi.setConfig({ testTimeout: 120_000 });

let t: TestApp;
let n: UpkeepNetwork;
let silent: Provider;
let gone: Provider;

/** Gives a service somebody to ask for. */
async function withContact({ service }: Provider, contact: Fields): Promise<void> {
  const ctx = await n.ctx();
  const { fields, marks } = await n.record(service);
  const contacts = [{ id: randomUUID(), ...contact }];
  const next = { id: service, kind: 'service' as const, fields: { ...fields, contacts }, marks };
  await n.system((tx) => saveRecords(tx, ctx, n.network.id, [next], { source: 'staff' }));
}

beforeAll(async () => {
  t = await testApp();
  n = await UpkeepNetwork.make(t, 'draft', '2026-02-10');
  await n.provider('By its record', '2026-02-10', { email: 'desk@record.example.org' });
  await withContact(await n.provider('By a person of a service', '2026-02-10'), { email: 'intake@person.example.org' });
  const kept = await n.provider('By what staff wrote down', '2026-02-10');
  await saveLetterBox(await n.ctx(n.editor), {
    organization: kept.organization,
    email: 'kept@staff.example.org',
    locale: 'en',
  });
  const own = await n.provider('By its account', '2026-02-10');
  const speaker = await t.person(n.network.id, ['provider']);
  await linkProvider(await n.ctx(n.vetter), { organization: own.organization, person: speaker.id });
  silent = await n.provider('Nobody to write to', '2026-02-10');
  await withContact(silent, { name: 'Somebody without an address' });
  gone = await n.provider('Wants no letters', '2026-02-10');
  await n.event(gone.organization, 'doNotContact', '2026-02-12');
});
afterAll(() => t?.close());

test('a draft names those whom no letter can reach, and just these are to be called when it begins', async () => {
  await n.work('2026-03-01');
  const editor = await t.person(n.network.id, ['directory_editor']);
  const page = '/draft/staff/directory/upkeep/campaigns/new';
  const made = await t.submit(
    '/draft/staff/directory/upkeep/campaigns',
    { name: 'Spring check', way: 'once', answerBy: '2026-04-01', listings: 'all', asks: 'all' },
    { page, as: editor },
  );
  const at = made.headers.get('location')!;
  const draft = await (await t.fetch(at, { as: editor })).text();
  expect(draft).toContain('6 providers would be asked today');
  expect(draft).toContain('1 of them asked for no letters');
  expect(draft).toContain('1 of them has no email address');
  const listed = [...draft.matchAll(/listings\/[0-9a-f-]{36}[^>]*>([^<]+)</g)].map(([, name]) => name);
  expect(listed).toEqual(['Nobody to write to']);
  expect((await t.submit(`${at}/start`, {}, { page: at, as: editor })).status).toBe(303);
  await n.work('2026-03-01');
  const written = (await n.letters()).map(({ address }) => address);
  expect(written).toHaveLength(4);
  expect(written).toEqual(
    expect.arrayContaining(['desk@record.example.org', 'intake@person.example.org', 'kept@staff.example.org']),
  );
  expect(
    (await n.requests())
      .filter(({ state }) => state === 'calling')
      .map((one) => one.organizationId)
      .sort(),
  ).toEqual([silent.organization, gone.organization].sort());
});
