/** The public's pages of services, through the whole server: what is asked, what is answered, what is never shown or logged. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { marksForAll, saveRecords } from '#modules/organisations';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { checkRecord } from '../records/actions.ts';
import { list } from '../../../../test/support/hsds-network.ts';
import { ids, internal, servicesNetwork } from '../../../../test/support/services-network.ts';

let t: TestApp;
let ctx: Ctx;

beforeAll(async () => {
  t = await testApp();
  // A Tuesday, ten in the morning in Houston.
  t.setClock('2026-06-02T15:00:00Z');
  const network = await t.network('alpha');
  ctx = await t.ctx(network.id, 'system');
  await servicesNetwork(t, ctx);
});
afterAll(() => t?.close());

const textOf = async (response: Response) => (await response.text()).replaceAll(/<!--.*?-->/g, '');
const plain = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');

async function search(fields: Record<string, string | string[]>, lang = ''): Promise<{ path: string; html: string }> {
  const sent = await t.submit(`/alpha/services${lang}`, fields);
  expect(sent.status).toBe(303);
  const path = sent.headers.get('location')!;
  const shown = await t.fetch(path);
  expect(shown.status).toBe(200);
  return { path, html: await textOf(shown) };
}

test('three questions lead to an answer under an address that says nothing, and no word of it reaches the log', async () => {
  const { path, html } = await search({ what: 'sheltter', where: '77002', who: '' });
  expect(path).toMatch(/^\/alpha\/services\/results\/[\w-]{22}$/);
  const words = plain(html);
  expect(words).toContain('We searched for “shelter”. You wrote “sheltter”.');
  expect(words).toContain('Emergency shelter for women and children');
  expect(words).toContain('It serves people in 77002 (Houston, TX).');
  expect(words).toContain('Open day and night');
  expect(words).toContain('The address is confidential. Please call.');
  expect(words).toContain('Speaks English and Spanish');
  expect(html).toContain('href="tel:7135550123"');
  const log = t.logged.join('\n');
  expect(log).not.toMatch(/sheltter|77002/);
  expect(log).not.toContain(path.split('/').at(-1));
});

test('a result page keeps nothing on the device, tells no other site where it was, and has a neutral title', async () => {
  const { path } = await search({ what: 'lawyer', where: '', who: '' });
  for (const address of [
    path,
    '/alpha/services',
    `/alpha/services/${ids.shelter}`,
    `/alpha/organizations/${ids.house}`,
  ]) {
    const response = await t.fetch(address);
    expect(response.headers.get('cache-control'), address).toBe('no-store');
    expect(response.headers.get('referrer-policy'), address).toBe('no-referrer');
    expect(response.headers.get('set-cookie'), address).toBeNull();
    const html = await response.text();
    expect(/<title>([^<]*)<\/title>/.exec(html)![1], address).not.toMatch(/shelter|law|service|alpha/i);
    expect(html, address).toContain('data-exit');
  }
});

test('the lines are on every page, also where nothing is found and where a search is over', async () => {
  const { html } = await search({ what: 'zeppelin', where: 'Harris County, TX', who: '' });
  expect(plain(html)).toContain('Nothing found yet');
  const pages = [html, await textOf(await t.fetch('/alpha/services'))];
  pages.push(await textOf(await t.fetch(`/alpha/services/${ids.meals}`)));
  pages.push(await textOf(await t.fetch(`/alpha/services/results/${'a'.repeat(22)}`)));
  for (const page of pages) expect(page).toContain('tel:18883737888');
});

test('after half an hour a search is forgotten, and the page asks again kindly', async () => {
  const { path } = await search({ what: 'immigration', where: '', who: '' });
  t.setClock('2026-06-02T15:31:00Z');
  const words = plain(await textOf(await t.fetch(path)));
  t.setClock('2026-06-02T15:00:00Z');
  expect(words).toContain('Please search again');
  expect(words).toContain('What do you need?');
  expect(words).not.toMatch(/immigration/);
});

test('another network does not open a search by its address', async () => {
  await t.network('beta');
  const { path } = await search({ what: 'lawyer', where: '', who: '' });
  expect(plain(await textOf(await t.fetch(path.replace('/alpha/', '/beta/'))))).toContain('Please search again');
});

test('a filter is one press, and one more press takes it away', async () => {
  const { path, html } = await search({ what: '', where: '', who: '' });
  expect(plain(html)).toContain('3 services found');
  expect(html).toContain('name="change" value="languages:vi"');
  const narrowed = await t.submit(path, { change: 'languages:vi' });
  const next = narrowed.headers.get('location')!;
  const shown = await textOf(await t.fetch(next));
  expect(plain(shown)).toContain('1 service found');
  expect(plain(shown)).toContain('Immigration lawyers');
  const widened = await t.submit(next, { change: 'languages:vi' });
  expect(plain(await textOf(await t.fetch(widened.headers.get('location')!)))).toContain('3 services found');
});

test('the answer is told in Spanish, with the words of the record in Spanish', async () => {
  const { html } = await search({ what: 'albergue', where: '', who: '' }, '?lang=es');
  const words = plain(html);
  expect(words).toContain('Albergue de emergencia para mujeres y niños');
  expect(words).toContain('Por qué está aquí:');
  expect(words).toContain('Abierto de día y de noche');
  expect(words).toContain('Se habla inglés y español');
  const legal = plain(await textOf(await t.fetch(`/alpha/services/${ids.legal}?lang=es`)));
  expect(legal).toMatch(/Abierto ahora, hasta las 5:00.p\.m\./);
  expect(legal).toMatch(/De lunes a viernes De 9:00.a\.m\. a 5:00.p\.m\./);
});

test('words that nobody translated are marked as English on a Spanish page', async () => {
  const html = await textOf(await t.fetch(`/alpha/services/${ids.legal}?lang=es`));
  expect(html).toContain('<span lang="en">Immigration lawyers for survivors</span>');
  expect(plain(html)).toContain('Nadie la ha traducido todavía.');
});

test('a service tells what one needs before going: hours, for whom and for whom not, cost, papers, place', async () => {
  const legal = plain(await textOf(await t.fetch(`/alpha/services/${ids.legal}`)));
  expect(legal).toContain('Open now, until 5:00');
  expect(legal).toMatch(/Monday to Friday 9:00.AM to 5:00.PM/);
  expect(legal).toContain('500 Preston Street, Houston, TX 77002');
  expect(legal).toContain('No steps at the entrance');
  expect(legal).toContain('Free');
  const shelter = plain(await textOf(await t.fetch(`/alpha/services/${ids.shelter}`)));
  expect(shelter).toMatch(/They can help in these cases Pets/);
  expect(shelter).toMatch(/They cannot help in these cases On the sex offender registry/);
  expect(shelter).toContain('Come as you are');
  expect(shelter).toContain('The address is confidential, to keep everyone there safe.');
});

test('nothing internal stands on any public page, in the feed or in the site map', async () => {
  const { html, path } = await search({ what: 'safe rooms shelter', where: 'Houston', who: '' });
  const map = await textOf(await t.fetch(`${path}?map=1&explain=1`));
  const paths = [
    '/alpha',
    '/alpha/services/feed.atom',
    '/alpha/services/embed',
    '/alpha/sitemap.xml',
    ...[ids.shelter, ids.legal, ids.meals].map((id) => `/alpha/services/${id}`),
    ...[ids.house, ids.bridge, ids.kitchen].map((id) => `/alpha/organizations/${id}`),
  ];
  const pages = [html, map, ...(await Promise.all(paths.map(async (one) => textOf(await t.fetch(one)))))];
  for (const page of pages) {
    for (const word of Object.values(internal)) expect(page).not.toContain(word);
    for (const id of [ids.inside, ids.quiet, ids.hiddenPlace, ids.secretPhone]) expect(page).not.toContain(id);
    // A language that only an internal service speaks is no choice to narrow by.
    expect(page).not.toContain('languages:tl');
  }
});

test('a record that is internal or hidden answers as one that does not exist', async () => {
  const bytes = async (path: string, id: string) =>
    (await textOf(await t.fetch(path))).replaceAll(id, '…').replaceAll(/id="[^"]*"/g, '');
  for (const kind of ['services', 'organizations'] as const) {
    const missing = randomUUID();
    const expected = await bytes(`/alpha/${kind}/${missing}`, missing);
    for (const id of [ids.inside, ids.quiet, ids.hiddenPlace, 'nonsense']) {
      const response = await t.fetch(`/alpha/${kind}/${id}`);
      expect(response.status).toBe(404);
      expect(await bytes(`/alpha/${kind}/${id}`, id)).toBe(expected);
    }
  }
});

test('an id that was merged into another leads there, unless the public may not see where it leads', async () => {
  const [old, hidden] = [randomUUID(), randomUUID()];
  await t.db.run({ networkId: ctx.network!.id, scope: 'system' }, async (tx) => {
    for (const [from, into] of [
      [old, ids.legal],
      [hidden, ids.inside],
    ])
      await sql`insert into site.directory_alias values (${ctx.network!.id}, ${from}, ${into})`.execute(tx);
  });
  const led = await t.fetch(`/alpha/services/${old}`);
  expect(led.status).toBe(308);
  expect(led.headers.get('location')).toBe(`/alpha/services/${ids.legal}`);
  expect((await t.fetch(`/alpha/services/${hidden}`)).status).toBe(404);
});

test('the map draws the offices that the list names, with their numbers, and loads nothing from outside', async () => {
  const { path } = await search({ what: '', where: '', who: '' });
  const html = await textOf(await t.fetch(`${path}?map=1`));
  const map = /<figure class="wm-map"[\s\S]*?<\/figure>/.exec(html)![0];
  expect(map.match(/wm-map__dot/g)).toHaveLength(1);
  expect(map).toContain('Immigration lawyers for survivors');
  expect(map).toContain('>Harris<');
  expect(html).not.toMatch(/(?:src|href)="https?:\/\/(?!humantraffickinghotline|www\.thehotline)/);
});

test('the feed names new public services, and other sites may frame the form but no other page', async () => {
  const feed = await textOf(await t.fetch('/alpha/services/feed.atom'));
  expect(feed.match(/<entry>/g)).toHaveLength(3);
  expect(feed).toContain('Immigration lawyers for survivors (Bridge Law Center)');
  const frame = await t.fetch('/alpha/services/embed');
  expect(frame.headers.get('content-security-policy')).toContain('frame-ancestors *');
  expect(await frame.text()).not.toContain('<script');
  expect((await t.fetch('/alpha/services')).headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
});

test('whatever a form sends, there is an answer', async () => {
  const odd = ['', '\u0000', '%00', '<b>', 'a'.repeat(5_000), "';--", '🐚', '-1', 'NaN', ids.inside];
  for (const value of odd) {
    const { path, html } = await search({
      what: value,
      where: value,
      who: value,
      languages: value,
      needs: value,
      miles: value,
    });
    expect(html).not.toContain('<b>');
    for (const query of ['page=0', 'page=-3', 'page=1e9', 'page=x', 'map=1', 'explain=1'])
      expect((await t.fetch(`${path}?${query}`)).status).toBe(200);
    const changed = await t.submit(path, { change: `needs:${value}` });
    expect((await t.fetch(changed.headers.get('location')!)).status).toBe(200);
  }
});

test('a page says when somebody last made sure of a service, as soon as they have', async () => {
  const path = `/alpha/services/${ids.meals}`;
  expect(plain(await textOf(await t.fetch(path)))).toContain('Not checked yet: ask before you go');
  const editor = await t.person(ctx.network!.id, ['directory_editor']);
  await checkRecord(await t.ctx(ctx.network!.id, editor), {
    id: ids.meals,
    field: '*',
    on: '2026-05-30',
    how: 'phone',
  });
  expect(plain(await textOf(await t.fetch(path)))).toContain('Last checked May 30, 2026');
});

test('the map to move has borders under the shapes of areas too, where a network shows no office', async () => {
  const other = await t.network('shapes');
  const system = await t.ctx(other.id, 'system');
  const [org, service] = [randomUUID(), randomUUID()];
  const extent =
    '{"type":"Polygon","coordinates":[[[-95.5,29.6],[-95.2,29.6],[-95.2,29.9],[-95.5,29.9],[-95.5,29.6]]]}';
  const records = [
    { id: org, kind: 'organization' as const, fields: { name: 'By phone alone' } },
    {
      id: service,
      kind: 'service' as const,
      fields: {
        organization_id: org,
        name: 'Advice by phone',
        status: 'active',
        service_areas: [{ id: randomUUID(), name: 'Harris County, TX', extent, extent_type: 'geojson' }],
      },
    },
  ];
  await t.db.run({ networkId: other.id, scope: 'system' }, (tx) =>
    saveRecords(
      tx,
      system,
      other.id,
      records.map((one) => ({ ...one, marks: marksForAll(one.kind, one.fields, 'public') })),
      { source: 'staff' },
    ),
  );
  await list(t, system, [org]);
  const { features } = (await (await t.fetch('/shapes/services/outlines.json')).json()) as GeoJSON.FeatureCollection;
  expect(features.map((one) => one.properties!.name)).toContain('Harris');
  // A county is called so in both languages.
  const page = plain(await textOf(await t.fetch(`/shapes/services/${service}?lang=es`)));
  expect(page).toContain('Condado de Harris, TX');
  expect(page).not.toContain('Harris County');
});
