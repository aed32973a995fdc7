/**
 * A record that the public may not see answers exactly as one that was never there: by id, in lists, counts, words, filters, sitemap and files. The whole
 * network is asked, once without the record and once with it.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { allActions } from '#kernel';
import { type Fields, type Marks, marksForAll, saveRecords } from '#modules/organisations';
import { project } from '../src/modules/directory/project.ts';
import { confirmation, lookAtMerge } from '../src/modules/directory/records/merging.ts';
import { directory } from '../src/modules/directory/tables.ts';
import { termByCode } from '../src/modules/directory/taxonomy/index.ts';
import { listen } from './support/directory-doors.ts';
import { act, directoryWorld, more, type World } from './support/directory-world.ts';
import { testApp } from './support/harness.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let w: World;
const never = '5f1f3c1e-2b7a-4c37-9d0e-0123456789ab';

beforeAll(async () => {
  const t = await testApp({ trustProxy: true });
  t.setClock('2026-06-02T15:00:00Z');
  w = await directoryWorld(t);
});
afterAll(() => w?.t.close());

/** An answer to the last header, with the id that was asked for and the request's own number taken out. */
async function answer(
  path: string,
  id: string,
  init: RequestInit = {},
  as?: World['people']['partner'],
): Promise<string> {
  const headers = new Headers(init.headers);
  headers.set('x-forwarded-for', `10.9.${Math.trunc(Math.random() * 255)}.${Math.trunc(Math.random() * 255)}`);
  const response = await w.t.fetch(path.replace('~', id), { ...init, headers, ...(as ? { as } : {}) });
  const said = [...response.headers].filter(([name]) => name !== 'x-request-id');
  return `${response.status} ${JSON.stringify(said)} ${await response.text()}`
    .replaceAll(id, '~')
    .replace(/name="_csrf" value="[^"]*"/g, '')
    .replace(/nonce[-=]"?[\w+/=]+/g, '');
}

const byId = [
  '/alpha/services/~',
  '/alpha/services/~?lang=es',
  '/alpha/organizations/~',
  '/alpha/hsds/services/~',
  '/alpha/hsds/organizations/~',
  '/alpha/hsds/service_at_locations/~',
  '/alpha/hsds/services?organization_id=~',
  '/alpha/hsds/services?taxonomy_term_id=~',
  '/alpha/hsds/service_at_locations?organization_id=~&full=true',
  '/alpha/hsds/taxonomy_terms/~',
  '/alpha/hsds/taxonomies/~',
];
const guarded = (): Record<string, string> => ({
  'a provider inside': more.quiet,
  'a service inside': more.inside,
  'a place inside': more.quietPlace,
  'a hidden place': more.hiddenPlace,
  'a hidden place that moved': more.kitchenPlace,
  'a link to a hidden place': more.hiddenLink,
  'a link to a place inside': more.guestLink,
  'a program inside': more.secretProgram,
  'a demoted provider': more.demoted,
  'a demoted service': more.demotedService,
  'a declined provider': more.declined,
  'a provider that was never listed': more.unlisted,
  'a provider that is public no more': more.unpublished,
  'a service that is public no more': more.unpublishedService,
  'a duplicate that was never public': more.duplicate,
  'a service of it': more.duplicateService,
  'an applicant': w.applied,
  'a term that only insiders use': w.term,
});

test.each(byId)('%s: what is inside is what never was', async (path) => {
  const missing = await answer(path, never);
  for (const [what, id] of Object.entries(guarded())) expect(await answer(path, id), what).toBe(missing);
});

test('it is so for a partner too, for what only the hotline sees', async () => {
  const { partner } = w.people;
  const hotlineService = await addInside('lotus', false);
  for (const path of ['/alpha/staff/services/~', '/alpha/staff/services/~?lang=es']) {
    const missing = await answer(path, never, {}, partner);
    expect(missing).toMatch(/^404/);
    for (const id of [
      hotlineService,
      more.demotedService,
      more.declinedService,
      more.unlistedService,
      more.hiddenPlace,
    ])
      expect(await answer(path, id, {}, partner), id).toBe(missing);
  }
});

test('a duplicate that was merged leads on only whoever could read it, and only to what they may read', async () => {
  const { partner, advocate, editor } = w.people;
  const as = await w.t.ctx(w.network.id, editor);
  const merge = async (from: string, into: string) => {
    const reason = 'The same service twice';
    const { recordsById } = await import('#modules/organisations');
    const two = await w.t.db.run({ networkId: w.network.id }, (tx) => recordsById(tx, w.network.id, [from, into]));
    const merging = { from: two.find(({ id }) => id === from)!, into: two.find(({ id }) => id === into)! };
    const confirmed = confirmation(await lookAtMerge(as, { ...merging, reason, open: false }));
    await act(w, editor, 'directory.record.merge', { from, into, reason, confirmed });
  };
  const path = '/alpha/staff/services/~';
  const seenByBoth = await addInside('marigold', true);
  const forHotline = await addInside('nutmeg', false);
  const alsoForHotline = await addInside('orchid', false);
  const open = await addInside('poppy', true);
  const openToo = await addInside('primrose', true);
  await merge(forHotline, seenByBoth);
  await merge(openToo, alsoForHotline);
  await merge(open, seenByBoth);
  const missing = await answer(path, never, {}, partner);
  expect(missing).toMatch(/^404/);
  // The partner never read the first, and may not read what the second became.
  expect(await answer(path, forHotline, {}, partner)).toBe(missing);
  expect(await answer(path, openToo, {}, partner)).toBe(missing);
  expect(await answer(path, open, {}, partner)).toMatch(/^308/);
  for (const id of [forHotline, openToo, open]) expect(await answer(path, id, {}, advocate)).toMatch(/^308/);
  for (const id of [forHotline, openToo])
    expect(await answer('/alpha/services/~', id)).toBe(await answer('/alpha/services/~', never));
});

/** A provider with everything a public one has, in words and terms that nobody else has. */
async function addInside(tag: string, publish: boolean): Promise<string> {
  const organization = randomUUID();
  const service = randomUUID();
  const place = randomUUID();
  const fields: ['organization' | 'service' | 'location' | 'service_at_location', string, Fields][] = [
    [
      'organization',
      organization,
      { name: `${tag}house shelter`, description: 'Shelter and meals for women in Houston' },
    ],
    [
      'service',
      service,
      {
        organization_id: organization,
        name: `${tag}shelter for families`,
        description: 'Emergency shelter, meals and lawyers, day and night',
        status: 'active',
        minimum_age: 0,
        fees_description: 'Free',
        phones: [{ id: randomUUID(), number: '713-555-0199' }],
        languages: [
          { id: randomUUID(), code: 'am' },
          { id: randomUUID(), code: 'es' },
        ],
        service_areas: [{ id: randomUUID(), name: 'Liberty County, TX' }],
        schedules: [
          { id: randomUUID(), freq: 'WEEKLY', byday: 'MO,TU,WE,TH,FR,SA,SU', opens_at: '00:00', closes_at: '24:00' },
        ],
        attributes: [
          { id: randomUUID(), taxonomy_term_id: termByCode('service.shelter')!.id, link_type: 'need' },
          { id: randomUUID(), taxonomy_term_id: termByCode('specialisation.minors')!.id, link_type: 'specialisation' },
          { id: randomUUID(), link_type: 'accepting_referrals', label: 'accepting_referrals', value: 'yes' },
        ],
      },
    ],
    [
      'location',
      place,
      {
        organization_id: organization,
        name: `${tag}office`,
        location_type: 'physical',
        latitude: 30.057,
        longitude: -94.795,
        addresses: [
          {
            id: randomUUID(),
            address_1: '1 Main Street',
            city: 'Liberty',
            state_province: 'TX',
            postal_code: '77575',
            country: 'US',
            address_type: 'physical',
          },
        ],
      },
    ],
    ['service_at_location', randomUUID(), { service_id: service, location_id: place }],
  ];
  await w.t.db.run({ networkId: w.network.id, scope: 'system' }, async (tx) => {
    const marks = (kind: (typeof fields)[number][0], of: Fields): Marks =>
      marksForAll(kind, of, publish ? 'public' : 'hotline');
    await saveRecords(
      tx,
      w.system,
      w.network.id,
      fields.map(([kind, id, of]) => ({ kind, id, fields: of, marks: marks(kind, of) })),
      { source: 'staff' },
    );
    for (const kind of publish ? (['listed', 'published'] as const) : (['listed'] as const))
      await directory(tx)
        .insertInto('app.directory_event')
        .values({
          network_id: w.network.id,
          organization_id: organization,
          on_day: '2026-05-01',
          kind,
          author_id: null,
        })
        .execute();
    await project(tx, w.system, [organization]);
  });
  w.t.app.networks.touch(w.network.id);
  return service;
}

/** Figures count providers inside on purpose, as numbers alone. */
const counted = /\/figures/;

async function everything(viewer: 'public'): Promise<Map<string, string>> {
  const out = new Map<string, string>();
  for (const one of await listen(w, viewer)) {
    if (counted.test(one.asked)) continue;
    let n = 0;
    while (out.has(`${one.asked} ${n}`)) n += 1;
    out.set(`${one.asked} ${n}`, `${one.status} ${one.headers} ${one.body}`);
  }
  return out;
}
const changed = (before: Map<string, string>, after: Map<string, string>) =>
  [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));

test('a provider that comes, changes, is checked and goes inside changes no byte of any public answer; a public one changes many', async () => {
  const before = await everything('public');
  const service = await addInside('zinnia', false);
  w.t.setClock('2026-06-02T15:15:00Z');
  expect(changed(before, await everything('public'))).toEqual([]);
  const { editor, advocate } = w.people;
  const seq = async (id: string) => (await recordOf(id)).seq;
  const rec = await recordOf(service);
  await act(w, editor, 'directory.record.save', {
    id: service,
    kind: 'service',
    seq: await seq(service),
    fields: { ...rec.fields, alert: 'Full' },
  });
  await act(w, editor, 'directory.record.check', { id: service, field: '*', how: 'phone' });
  await act(w, advocate, 'directory.note.add', { service, text: 'Ask for the night manager' });
  // Somebody made sure of a value that the public does not see, on a record that it does.
  await act(w, editor, 'directory.record.check', { id: more.shelter, field: 'wait_time', how: 'phone' });
  await act(w, editor, 'directory.term.save', {
    code: 'own.zinnia',
    name: { en: 'Zinniaterm', es: 'Zinniatermino' },
    synonyms: { en: ['zinniaword'], es: [] },
  });
  expect(changed(before, await everything('public'))).toEqual([]);
  w.t.setClock('2026-06-02T15:25:00Z');
  await addInside('yarrow', true);
  expect(changed(before, await everything('public')).length).toBeGreaterThan(40);
});

async function recordOf(id: string): Promise<{ seq: number; fields: Fields }> {
  const { recordsById } = await import('#modules/organisations');
  const [rec] = await w.t.db.run({ networkId: w.network.id }, (tx) => recordsById(tx, w.network.id, [id]));
  return { seq: rec!.seq, fields: rec!.fields };
}

test('a search for words that only insiders have is told as a search for words that nobody has', async () => {
  const told = async (what: string) => {
    const sent = await w.t.submit('/alpha/services', { what });
    const page = await w.t.fetch(`${sent.headers.get('location')!}?explain=1`);
    return (await page.text()).replaceAll(what, '~').replace(/results\/[\w-]{22}/g, '~');
  };
  // As long as the words beside them, so that no page differs by the length of a form.
  const nobody = await told('qzkxwvjqzk');
  for (const words of ['Wrenfieldd', 'Teaselroad', 'elderintsa', 'oliveterms', 'zinniaword']) {
    const shown = await told(words);
    expect(shown.replace(/\s+/g, ' '), words).toBe(nobody.replace(/\s+/g, ' '));
  }
  expect(await told('shelterzzz')).not.toBe('');
});

test('every action of the directory that could tell a stranger of a record is closed to strangers', () => {
  const open = [...allActions()]
    .filter(([name, one]) => name.startsWith('directory.') && one.may === 'public')
    .map(([name]) => name);
  expect(open.filter((name) => !/^directory\.(application|upkeep)\./.test(name))).toEqual([]);
});
