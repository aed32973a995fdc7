/** A campaign over weeks: letters, reminders, people told, listings set aside and put back; run twice, after days without a server, and against the clock. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import {
  hiddenName,
  hiddenStreet,
  keptInside,
  type Provider,
  UpkeepNetwork,
} from '../../../../test/support/upkeep-network.ts';
import { directory } from '../tables.ts';
import { noteChecks, restoreListing, saveLetterBox } from './checks.ts';
import { endCampaign } from './campaigns.ts';
import { upkeepItems } from './pages/start.tsx';
import { upkeep } from './tables.ts';

vi.setConfig({ testTimeout: 120_000 });

let t: TestApp;
let n: UpkeepNetwork;
let heron: Provider;
let wren: Provider;
let owl: Provider;
let mute: Provider;
let campaign: string;

beforeAll(async () => {
  t = await testApp();
  n = await UpkeepNetwork.make(t, 'upkeep', '2026-01-10');
  heron = await n.provider('Heron House', '2026-01-10', { email: 'desk@heron.example.org', public: true });
  wren = await n.provider('Casa Reyezuelo', '2026-01-10', { hidden: true });
  owl = await n.provider('Owl Legal Aid', '2026-01-10', { email: 'desk@owl.example.org' });
  mute = await n.provider('Quiet Garden', '2026-01-10');
  await saveLetterBox(await n.ctx(n.editor), {
    organization: wren.organization,
    email: 'Casa@Wren.example.org',
    locale: 'es',
  });
  t.setClock('2026-03-01T18:00:00Z');
  campaign = await n.campaign();
});
afterAll(() => t?.close());

const state = async (organization: string) => (await n.requests(organization))[0]?.state;
const lettersTo = async (address: string) => (await n.letters()).filter((one) => one.address === address);
const shown = (id: string) =>
  t.db.readPublic(n.network.id, (tx) =>
    directory(tx).selectFrom('site.directory_document').select('id').where('organization_id', '=', id).execute(),
  );

test('nobody is asked before the campaign begins and its work has run; then each provider is asked once', async () => {
  expect(await n.letters()).toEqual([]);
  await n.work('2026-03-01');
  await n.work('2026-03-01');
  expect((await n.letters()).map(({ address }) => address).sort()).toEqual([
    'casa@wren.example.org',
    'desk@heron.example.org',
    'desk@owl.example.org',
  ]);
  expect(await state(mute.organization)).toBe('calling');
  expect((await n.requests(mute.organization))[0]!.events).toMatchObject([{ kind: 'calling', why: 'noAddress' }]);
});

test('a letter says in the provider’s language what to do, and nothing that is kept', async () => {
  const [english] = await lettersTo('desk@heron.example.org');
  const [spanish] = await lettersTo('casa@wren.example.org');
  expect(english!.subject).toBe('Please check your details with us');
  expect(english!.body).toContain('Heron House');
  expect(english!.body).toContain('Own words.');
  expect(english!.body).toContain(
    'Please answer by April 1, 2026, on this page:\nhttp://localhost/upkeep/services/check/',
  );
  expect(spanish!.subject).toBe('Por favor, revise los datos que tenemos de ustedes');
  expect(spanish!.body).toContain('Palabras propias.');
  expect(spanish!.body).toContain('1 de abril de 2026');
  expect(spanish!.body).toMatch(/\?lang=es\n/);
  for (const { subject, body } of await n.letters()) {
    for (const word of [hiddenStreet, hiddenName, keptInside, '555-0100', 'Open Street'])
      expect(`${subject} ${body}`).not.toContain(word);
    expect(subject).not.toMatch(/traffic|violence|trata|violencia|upkeep/i);
  }
});

test('the reminder comes after three weeks, however often the work runs, and a night that was missed is made up for', async () => {
  await n.work('2026-03-21');
  expect(await lettersTo('desk@heron.example.org')).toHaveLength(1);
  // The server was away from the 22nd to the 25th.
  await n.work('2026-03-26');
  await n.work('2026-03-26');
  const sent = await lettersTo('desk@heron.example.org');
  expect(sent.map(({ kind }) => kind)).toEqual(['directory.upkeep.asked', 'directory.upkeep.reminded']);
  expect(sent[1]!.subject).toBe('A reminder: please check your details with us');
  expect(await state(heron.organization)).toBe('reminded');
});

test('a clock that jumps back does nothing twice, and one that jumps ahead takes no step before its time', async () => {
  await n.work('2026-02-01');
  expect(await lettersTo('desk@heron.example.org')).toHaveLength(2);
  await n.work('2026-04-08');
  expect(await state(heron.organization)).toBe('reminded');
  await n.work('2026-06-20');
  expect(await state(heron.organization)).toBe('escalated');
  await n.work('2026-06-20');
  await n.work('2026-07-03');
  expect(await state(heron.organization)).toBe('escalated');
  expect(await n.kinds(heron.organization)).toEqual(['listed', 'published']);
});

test('those who vet are told of it in their mail, by campaign and without a name; nobody is told twice of the same', async () => {
  const ctx = await n.ctx();
  const told = await upkeepItems(ctx, { id: n.vetter.id, roles: new Set(['directory_vetter']) });
  expect(told.map(({ text, urgency }) => [urgency, text])).toEqual([
    ['late', '3 providers did not answer in “Spring check”. Please call.'],
    ['due', '1 provider gets no letter in “Spring check”. Please call.'],
  ]);
  expect(await upkeepItems(ctx, { id: n.vetter.id, roles: new Set(['directory_vetter']) })).toEqual(told);
  expect(await upkeepItems(ctx, { id: n.editor.id, roles: new Set(['directory_editor']) })).toEqual([]);
  expect(await upkeepItems(ctx, { id: n.vetter.id, roles: new Set(['advocate']) })).toEqual([]);
});

test('whoever still does not answer is set aside by the system, and told why; who was never written to is not', async () => {
  expect(await shown(heron.organization)).not.toEqual([]);
  const before = (await t.app.networks.byId(n.network.id))!.epoch;
  await n.work('2026-07-04');
  await n.work('2026-07-04');
  expect(await n.kinds(heron.organization)).toEqual(['listed', 'published', 'demoted']);
  expect(await shown(heron.organization)).toEqual([]);
  expect((await t.app.networks.byId(n.network.id))!.epoch).toBeGreaterThan(before);
  const [event] = await n.system((tx) =>
    directory(tx)
      .selectFrom('app.directory_event')
      .selectAll()
      .where('kind', '=', 'demoted')
      .where('organization_id', '=', heron.organization)
      .execute(),
  );
  expect(event).toMatchObject({ author_id: null, on_day: '2026-07-04' });
  expect(event!.data).toMatchObject({ campaign, reason: expect.stringContaining('Spring check') });
  const last = (await lettersTo('desk@heron.example.org')).at(-1)!;
  expect(last.kind).toBe('directory.upkeep.demoted');
  expect(last.body).toContain('we show Heron House to nobody');
  const spanish = (await lettersTo('casa@wren.example.org')).at(-1)!;
  expect(spanish.subject).toBe('Sus datos necesitan una respuesta');
  expect(spanish.body).toContain('no mostramos Casa Reyezuelo a nadie');
  await n.work('2026-09-01');
  expect(await n.kinds(mute.organization)).toEqual(['listed']);
});

test('a listing that was set aside is put back by a person once everything is confirmed, and by nobody before', async () => {
  const vetter = await n.ctx(n.vetter);
  t.setClock('2026-09-02T18:00:00Z');
  await expect(restoreListing(vetter, { organization: owl.organization })).rejects.toMatchObject({
    key: 'directory.upkeep.bad.notConfirmed',
  });
  await expect(restoreListing(await n.ctx(n.editor), { organization: owl.organization })).rejects.toMatchObject({
    kind: 'forbidden',
  });
  const [request] = await n.requests(owl.organization);
  await noteChecks(await n.ctx(n.editor), { values: request!.asked, how: 'phone', on: '2026-09-02' });
  expect((await n.requests(owl.organization))[0]).toMatchObject({ state: 'answered', closedOn: '2026-09-02' });
  await restoreListing(vetter, { organization: owl.organization });
  expect(await n.kinds(owl.organization)).toEqual(['listed', 'demoted', 'restored']);
  await n.work('2026-09-03');
  expect(await lettersTo('desk@owl.example.org')).toHaveLength(3);
});

test('a campaign that ended asks and sets aside nobody, and its links are over', async () => {
  const path = await n.link('desk@heron.example.org');
  expect((await t.fetch(path)).status).toBe(200);
  await endCampaign(await n.ctx(n.editor), { id: campaign });
  const again = await n.provider('Late Comer', '2026-09-03', { email: 'late@example.org' });
  await n.work('2026-09-04');
  expect(await n.requests(again.organization)).toEqual([]);
  // Who was set aside may still answer.
  expect((await t.fetch(path)).status).toBe(200);
  expect(await state(mute.organization)).toBe('ended');
});

test('a letter that did not arrive is for people to see to, and sets nobody aside', async () => {
  const other = await UpkeepNetwork.make(t, 'bounced', '2026-01-10');
  const gone = await other.provider('Old Mill', '2026-01-10', { email: 'nobody@example.org' });
  t.setClock('2026-03-01T18:00:00Z');
  await other.campaign();
  await other.work('2026-03-01');
  await other.system((tx) =>
    sql`update app.mail set failed_at = now(), last_error = 'EENVELOPE 550' where address = 'nobody@example.org'`.execute(
      tx,
    ),
  );
  await other.work('2026-03-02');
  expect((await other.requests(gone.organization))[0]!.events.at(-1)).toMatchObject({
    kind: 'calling',
    why: 'undelivered',
  });
  for (const day of ['2026-03-23', '2026-05-01', '2026-06-01', '2026-07-01']) await other.work(day);
  expect(await other.letters()).toHaveLength(1);
  expect(await other.kinds(gone.organization)).toEqual(['listed']);
});

test('one that goes on asks again when something is due, and leaves people alone in between', async () => {
  const other = await UpkeepNetwork.make(t, 'goes-on', '2026-01-10');
  const one = await other.provider('Mill House', '2026-01-10', { email: 'mill@example.org' });
  await other.campaign({ continuous: true });
  await other.work('2026-01-11');
  expect(await other.letters()).toEqual([]);
  // A month before half a year is over: telephone and hours.
  await other.work('2026-06-15');
  const [request] = await other.requests(one.organization);
  expect(request!.asked.map(({ field }) => field).sort()).toEqual(['email', 'phones', 'schedules', 'status']);
  await noteChecks(await other.ctx(other.editor), { values: request!.asked, how: 'phone', on: '2026-06-15' });
  for (const day of ['2026-06-16', '2026-07-01', '2026-08-15']) await other.work(day);
  expect(await other.letters()).toHaveLength(1);
  await other.work('2026-12-20');
  expect(await other.letters()).toHaveLength(2);
});

test('no letter ever goes to whoever said no, in whatever order things happen', async () => {
  let run = 0;
  const seen = { letters: 0, silences: 0 };
  const doing = fc.constantFrom('no', 'yes', 'work', 'work', 'work', 'campaign') as fc.Arbitrary<string>;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(doing, fc.integer({ min: 1, max: 25 })), { minLength: 4, maxLength: 12 }),
      async (all) => {
        const other = await UpkeepNetwork.make(t, `quiet-${(run += 1)}`, '2026-01-10');
        const one = await other.provider('Wish House', '2026-01-10', { email: 'wish@example.org' });
        let day = Temporal.PlainDate.from('2026-02-01');
        let silent = false;
        let open: string | null = null;
        const silences: { from: Date; to: Date | null }[] = [];
        for (const [what, days] of all) {
          day = day.add({ days });
          t.setClock(`${day.toString()}T18:00:00Z`);
          if (what === 'no' && !silent) {
            await other.event(one.organization, 'doNotContact', day.toString());
            silences.push({ from: t.app.clock(), to: null });
            silent = true;
          } else if (what === 'yes' && silent) {
            await other.event(one.organization, 'mayContact', day.toString());
            silences.at(-1)!.to = t.app.clock();
            silent = false;
          } else if (what === 'campaign') {
            if (open) await endCampaign(await other.ctx(other.editor), { id: open });
            open = await other.campaign({ answerBy: day.add({ days: 20 }).toString() });
          } else if (what === 'work') await other.work(day.toString());
        }
        for (const letter of await other.letters()) {
          const within = silences.filter(
            ({ from, to }) => letter.created_at >= from && (to === null || letter.created_at < to),
          );
          expect(within).toEqual([]);
          // What was written before and has not left is taken back.
          if (silences.some(({ from }) => letter.created_at < from))
            expect(letter).toMatchObject({ body: '', subject: '' });
        }
        // Silence that was asked for is nobody's fault: it never sets anyone aside.
        const kinds = await other.kinds(one.organization);
        expect(kinds.indexOf('demoted') === -1 || kinds[kinds.indexOf('demoted') - 1] !== 'doNotContact').toBe(true);
        seen.letters += (await other.letters()).length;
        seen.silences += silences.length;
      },
    ),
    { numRuns: 12 },
  );
  expect(Math.min(seen.letters, seen.silences)).toBeGreaterThan(3);
});

test('tokens are kept as hashes, and stand in no log and no event', async () => {
  const token = (await n.link('desk@heron.example.org')).split('/').at(-1)!.split('?')[0]!;
  await t.fetch(`/upkeep/services/check/${token}`);
  expect(t.logged.join('\n')).not.toContain(token);
  const rows = await n.system((tx) => upkeep(tx).selectFrom('app.directory_request_link').selectAll().execute());
  expect(rows.length).toBeGreaterThan(3);
  expect(JSON.stringify(rows)).not.toContain(token);
  expect(rows.every(({ token_hash }) => token_hash.length === 32)).toBe(true);
});
