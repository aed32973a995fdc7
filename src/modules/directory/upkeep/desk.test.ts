/** The pages of upkeep that need no letter: what was asked by telephone, how often values are checked, and the figures that everyone reads. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import { type Provider, UpkeepNetwork } from '../../../../test/support/upkeep-network.ts';
import { records } from '#modules/organisations';

vi.setConfig({ testTimeout: 120_000 });

let t: TestApp;
let n: UpkeepNetwork;
let owl: Provider;
let editor: TestPerson;
const base = '/upkeep/staff/directory/upkeep';

beforeAll(async () => {
  t = await testApp();
  n = await UpkeepNetwork.make(t, 'upkeep', '2026-01-10');
  await n.provider('Heron House', '2026-01-10', { email: 'desk@heron.example.org', public: true });
  await n.provider('Casa Reyezuelo', '2026-02-10', { email: 'casa@wren.example.org', hidden: true });
  owl = await n.provider('Owl Legal Aid', '2026-02-10', { email: 'desk@owl.example.org' });
  await n.provider('Finch House', '2026-02-10', { hidden: true });
  await on('2026-06-01');
});
afterAll(() => t?.close());

/** Goes on with the work of that day, as somebody who signed in on it. */
async function on(day: string): Promise<void> {
  await n.work(day);
  editor = await t.person(n.network.id, ['directory_editor']);
}

const text = async (address: string, as?: TestPerson) => (await t.fetch(address, as ? { as } : {})).text();
const form = (address: string, fields: Record<string, string | string[]>, page = address, as?: TestPerson) =>
  t.submit(address, fields, { page, ...(as && { as }) });
const checks = (record: string) =>
  n.system((tx) =>
    records(tx).selectFrom('app.record_check').selectAll().where('record_id', '=', record).orderBy('seq').execute(),
  );

test('"we called" notes the values that were ticked, and no others', async () => {
  const page = `${base}/checks?organization=${owl.organization}`;
  expect(await text(page, editor)).not.toMatch(/name="value"[^>]*checked/);
  const none = await form(
    `${base}/checks`,
    { organization: owl.organization, how: 'phone', on: '2026-06-01' },
    page,
    editor,
  );
  expect(none.status).toBe(422);
  const later = await form(
    `${base}/checks`,
    { organization: owl.organization, value: `${owl.service}:phones`, how: 'phone', on: '2026-06-02' },
    page,
    editor,
  );
  expect(later.status).toBe(422);
  const done = await form(
    `${base}/checks`,
    {
      organization: owl.organization,
      value: [`${owl.service}:phones`, `${owl.service}:schedules`],
      how: 'phone',
      on: '2026-06-01',
    },
    page,
    editor,
  );
  expect(done.status).toBe(303);
  expect((await checks(owl.service)).map(({ field, how, author_id }) => [field, how, author_id])).toEqual([
    ['phones', 'phone', editor.id],
    ['schedules', 'phone', editor.id],
  ]);
  const foreign = await form(
    `${base}/checks`,
    { organization: owl.organization, value: `${crypto.randomUUID()}:phones`, how: 'phone', on: '2026-06-01' },
    page,
    editor,
  );
  expect(foreign.status).toBe(404);
});

test('how often values are checked is the network’s own', async () => {
  await on('2026-02-20');
  expect(await text(`${base}?show=all`, editor)).not.toContain('values late');
  const periods = {
    contact: '7',
    hours: '180',
    eligibility: '365',
    place: '365',
    identity: '365',
    text: '365',
    capacity: '7',
  };
  expect((await form(`${base}/periods`, { ...periods, contact: '0' }, undefined, editor)).status).toBe(422);
  expect((await form(`${base}/periods`, periods, undefined, editor)).status).toBe(303);
  expect(await text(`${base}?show=late&class=contact`, editor)).toContain('2 values late');
});

test('the figures are sentences a reporter could quote, as of any day, and the same as data', async () => {
  await on('2026-06-02');
  const page = await text('/upkeep/services/figures?asOf=2026-03-01&since=2026-02-01');
  expect(page).toContain(
    'On March 1, 2026, 4 providers were listed: 1 was open to the public, and 4 served people under 18. 3 were added since February 1, 2026, 0 of them open to the public.',
  );
  expect(await text('/upkeep/services/figures?asOf=2026-01-20&lang=es')).toContain(
    'El 20 de enero de 2026 había 1 proveedor en el directorio: 1 estaba abierto al público y 1 atendía a menores de 18 años.',
  );
  expect(await text('/upkeep/services/figures?asOf=2025-01-01')).toContain('No provider was listed on that day.');
  for (const query of ['?asOf=2999-01-01', '?asOf=nonsense&since=5', '?since=2999-01-01'])
    expect((await t.fetch(`/upkeep/services/figures${query}`)).status).toBe(200);
  const data = await t.fetch('/api/v1/networks/upkeep/directory/figures?asOf=2026-03-01&since=2026-02-01');
  expect(await data.json()).toEqual({
    asOf: '2026-03-01',
    since: '2026-02-01',
    listed: 4,
    public: 1,
    minors: 4,
    added: { listed: 3, public: 0 },
    specialisations: [],
  });
  expect(await text(`${base}/figures`, editor)).toContain('The directory in figures');
});

test('a program that asks for the figures of a day that is none is told so, and gets no figures of another', async () => {
  for (const [query, parameter] of [
    ['asOf=2026-13-01', 'asOf'],
    ['asOf=2026-03-01&since=nonsense', 'since'],
  ]) {
    const answer = await t.fetch(`/api/v1/networks/upkeep/directory/figures?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      status: 400,
      parameter,
      detail: `${parameter}: Enter a real date, such as 2026-03-31.`,
    });
  }
});
