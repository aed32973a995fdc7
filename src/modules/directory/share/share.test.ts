/** The advocate's directory and what is given out from it: who sees what, one reading of a hidden place, links that end, letters that say nothing. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { canaryHits, canaryOf } from '../../../../test/support/canary.ts';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import { textInPdf } from '../../../../test/support/pdf-text.ts';
import { ids, internal, servicesNetwork } from '../../../../test/support/services-network.ts';
import { forgetShares } from './links.ts';

let t: TestApp;
let ctx: Ctx;
let advocate: TestPerson;
let partner: TestPerson;
let editor: TestPerson;
const desk = '/alpha/staff/services';

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-06-02T15:00:00Z');
  const network = await t.network('alpha');
  ctx = await t.ctx(network.id, 'system');
  await servicesNetwork(t, ctx);
  advocate = await t.person(network.id, ['advocate']);
  partner = await t.person(network.id, ['partner']);
  editor = await t.person(network.id, ['directory_editor']);
});
afterAll(() => t?.close());

const plain = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const read = async (path: string, as?: TestPerson) => (await t.fetch(path, { as })).text();
const audit = async () =>
  (
    await sql<{ action: string; reason: string; fields: string[] }>`
      select action, reason, fields from app.audit_entry where chain = ${ctx.network!.id} order by seq`.execute(
      t.db.owner,
    )
  ).rows;

test('an advocate reads what the hotline may, marked as internal; a partner reads less', async () => {
  const list = plain(await read(desk, advocate));
  expect(list).toContain(`${internal.name} safe rooms`);
  const shelter = await read(`${desk}/${ids.shelter}`, advocate);
  expect(shelter).toContain(internal.phone);
  expect(plain(shelter)).toMatch(new RegExp(`${internal.phone}[^0-9]*Hotline only`));
  expect(plain(shelter)).toMatch(new RegExp(`${internal.alert}\\s+Partners and hotline only`));
  const partners = await read(`${desk}/${ids.shelter}`, partner);
  expect(partners).not.toContain(internal.phone);
  expect(partners).toContain(internal.alert);
  expect((await t.fetch(`${desk}/${ids.inside}`, { as: partner })).status).toBe(404);
});

test('a search of the desk is one person’s own, and neither its words nor its name reach a log', async () => {
  const sent = await t.submit(desk, { what: 'saferooms', where: '' }, { as: advocate });
  const path = sent.headers.get('location')!;
  const results = plain(await read(path, advocate));
  expect(results).toContain(`${internal.name} safe rooms`);
  expect(results).toContain('1-888-373-7888');
  const other = await t.fetch(path, { as: partner });
  expect(other.status).toBe(303);
  expect(other.headers.get('location')).toContain('said=directory.desk.noted.over');
  const log = t.logged.join('\n');
  expect(log).not.toContain('saferooms');
  expect(log).not.toContain(path.split('/').at(-1));
});

test('a hidden place opens once, with a reason, for who may; it stands in no address and not on the page afterwards', async () => {
  const page = `${desk}/${ids.shelter}`;
  expect(await read(page, advocate)).not.toContain(internal.address);
  const without = await t.submit(`${page}/places`, { location: ids.hiddenPlace, reason: '' }, { as: advocate, page });
  expect(without.status).toBe(422);
  expect(await without.text()).not.toContain(internal.address);
  const opened = await t.submit(
    `${page}/places`,
    { location: ids.hiddenPlace, reason: 'A ride is on the way' },
    { as: advocate, page },
  );
  expect(opened.status).toBe(200);
  expect(opened.headers.get('cache-control')).toBe('no-store');
  expect(await opened.text()).toContain(internal.address);
  expect(await read(page, advocate)).not.toContain(internal.address);
  expect(await audit()).toContainEqual(
    expect.objectContaining({ action: 'directory.place.reveal', reason: 'A ride is on the way' }),
  );
  for (const as of [partner, editor])
    expect(
      (await t.submit(`${page}/places`, { location: ids.hiddenPlace, reason: 'x y z' }, { as, page })).status,
    ).toBe(404);
  expect(t.logged.join('\n')).not.toContain(internal.address);
});

test('a place of another service does not open from this page', async () => {
  const page = `${desk}/${ids.legal}`;
  const tried = await t.submit(
    `${page}/places`,
    { location: ids.hiddenPlace, reason: 'a reason' },
    { as: advocate, page },
  );
  expect(tried.status).toBe(404);
});

test('notes are read by the hotline alone, and taken away by their author', async () => {
  const page = `${desk}/${ids.shelter}`;
  await t.submit(`${page}/notes`, { text: 'Ask for the night manager after ten' }, { as: advocate, page });
  const shown = await read(page, advocate);
  expect(shown).toContain('Ask for the night manager after ten');
  expect(shown).toContain('No survivor’s name');
  expect(await read(page, partner)).not.toContain('night manager');
  expect(await read(`/alpha/services/${ids.shelter}`)).not.toContain('night manager');
  const path = new RegExp(`${page}/notes/[\\w-]+/removal`).exec(shown)![0];
  const second = await t.person(ctx.network!.id, ['advocate']);
  expect((await t.submit(path, {}, { as: second, page })).status).toBe(404);
  expect((await t.submit(path, {}, { as: advocate, page })).status).toBe(303);
  expect(await read(page, advocate)).not.toContain('night manager');
  expect((await t.submit(`${page}/notes`, { text: ' ' }, { as: advocate, page })).status).toBe(422);
});

test('whoever forgets to name a search to keep is asked for it on the page of that search', async () => {
  const path = (await t.submit(desk, { what: 'lawyer', where: '' }, { as: advocate })).headers.get('location')!;
  const answer = await t.submit(`${path}/keeping`, { name: ' ' }, { as: advocate, page: path });
  expect(answer.status).toBe(422);
  const html = await answer.text();
  expect(html).toContain(`action="${path}/keeping"`);
  expect(html).toMatch(/<details[^>]* open[^>]*>(?:(?!<\/details>).)*id="f-name"/s);
  expect(plain(html)).toContain('“lawyer” (press to take away)');
});

test('a saved search belongs to one person, and keeps the town of an address but not the street', async () => {
  const sent = await t.submit(
    desk,
    { what: 'lawyer', where: '500 Preston Street, Houston, TX 77002' },
    { as: advocate },
  );
  const path = sent.headers.get('location')!;
  await t.submit(`${path}/keeping`, { name: 'Night lawyers' }, { as: advocate, page: path });
  expect(await read(desk, advocate)).toContain('Night lawyers');
  expect(await read(desk, partner)).not.toContain('Night lawyers');
  const kept = await sql<{ query: string }>`select query::text as query from app.directory_saved_search`.execute(
    t.db.owner,
  );
  expect(kept.rows[0]!.query).toContain('77002');
  expect(kept.rows[0]!.query).not.toContain('Preston');
  const [, id] = /staff\/services\/searches\/([\w-]+)/.exec(await read(desk, advocate))!;
  const used = await t.submit(`${desk}/searches/${id}`, {}, { as: advocate, page: desk });
  expect(plain(await read(used.headers.get('location')!, advocate))).toContain('Immigration lawyers');
  expect((await t.submit(`${desk}/searches/${id}`, {}, { as: partner, page: desk })).status).toBe(404);
  await t.submit(`${desk}/searches/${id}`, { remove: 'yes' }, { as: advocate, page: desk });
  expect(await read(desk, advocate)).not.toContain('Night lawyers');
});

test('who keeps the records says in one press whether a service takes referrals, and everybody reads it at once', async () => {
  const page = `${desk}/${ids.shelter}`;
  expect(await read(page, advocate)).not.toContain(`${page}/referrals`);
  expect((await t.submit(`${page}/referrals`, { value: 'no' }, { as: advocate, page })).status).toBe(404);
  const done = await t.submit(`${page}/referrals`, { value: 'waitlist' }, { as: editor, page });
  expect(done.status).toBe(303);
  expect(plain(await read(`/alpha/services/${ids.shelter}`))).toContain('Has a waiting list');
  // What nobody had said before is said to those who refer, not to the public.
  const legal = `${desk}/${ids.legal}`;
  await t.submit(`${legal}/referrals`, { value: 'no' }, { as: editor, page: legal });
  expect(plain(await read(legal, partner))).toContain('Full right now');
  expect(plain(await read(`/alpha/services/${ids.legal}`))).not.toContain('Full right now');
});

async function choose(...services: string[]): Promise<void> {
  const page = `${desk}/share`;
  await t.submit(page, { clear: 'yes' }, { as: advocate, page: desk });
  for (const add of services) {
    const sent = await t.submit(page, { add, back: desk }, { as: advocate, page: desk });
    expect(sent.headers.get('location')).toBe(`${desk}#s-${add}`);
  }
}

const makeLink = (fields: Record<string, string>) =>
  t.submit(
    `${desk}/share/links`,
    { way: 'link', to: '', days: '7', locale: 'en', audience: 'public', ...fields },
    { as: advocate, page: `${desk}/share` },
  );
const linkIn = (html: string) => /http:\/\/localhost(\/s\/[\w-]{43}\?lang=\w\w)/.exec(html)![1]!;

test('a link opens the list as the public may see it, says nothing in its title and is found in no log and no table', async () => {
  await choose(ids.shelter, ids.legal, ids.inside);
  expect(plain(await read(`${desk}/share`, advocate))).toContain(
    '1 service is not public: it will not be on what you give out.',
  );
  const path = linkIn(await (await makeLink({})).text());
  const opened = await t.fetch(path);
  expect(opened.headers.get('cache-control')).toBe('no-store');
  expect(opened.headers.get('referrer-policy')).toBe('no-referrer');
  const html = await opened.text();
  expect(plain(html)).toContain('713-555-0123');
  expect(plain(html)).toContain('Immigration lawyers for survivors');
  expect(plain(html)).toContain('1-888-373-7888');
  for (const word of Object.values(internal)) expect(html).not.toContain(word);
  expect(html).not.toMatch(/Network alpha|trafficking network/);
  expect(/<title>([^<]*)/.exec(html)![1]).toBe('Information');
  const token = path.slice(3, 46);
  expect(t.logged.join('\n')).not.toContain(token);
  const rows = await sql<{ all: string }>`select string_agg(s::text, ' ') as all from app.directory_share s`.execute(
    t.db.owner,
  );
  expect(rows.rows[0]!.all).not.toContain(token);
});

test('a link for a partner agency shows what partners may see, and still nothing of the hotline', async () => {
  await choose(ids.shelter, ids.inside);
  const html = await read(linkIn(await (await makeLink({ audience: 'partner' })).text()));
  expect(html).not.toContain(internal.phone);
  expect(html).not.toContain(internal.address);
});

test('a list is filtered when it is opened: what was unpublished since is gone from it', async () => {
  await choose(ids.meals, ids.legal);
  const path = linkIn(await (await makeLink({})).text());
  expect(await read(path)).toContain('Hot meals');
  const { list } = await import('../../../../test/support/hsds-network.ts');
  await t.db.run({ networkId: ctx.network!.id, scope: 'system' }, (tx) =>
    sql`insert into app.directory_event (network_id, organization_id, on_day, kind) values
      (${ctx.network!.id}, ${ids.kitchen}, '2026-06-01', 'unpublished')`.execute(tx),
  );
  await list(t, ctx, []);
  expect(await read(path)).not.toContain('Hot meals');
  expect(await read(path)).toContain('Immigration lawyers');
});

const telling =
  /traffick|trata|violen|abus|shelter|albergue|surviv|sobreviv|victim|hotline|línea|waymark|alpha|police|safe/i;
const openLinks = async () =>
  (await sql<{ n: number }>`select count(*)::int as n from app.directory_share`.execute(t.db.owner)).rows[0]!.n;

test('nothing is written to anybody before the advocate has chosen what is safe, and then nothing that tells', async () => {
  await choose(ids.shelter);
  const canary = canaryOf('reed');
  const links = await openLinks();
  const unasked = await makeLink({ way: '', to: canary.email });
  expect(unasked.status).toBe(422);
  expect(plain(await unasked.text())).toContain('Choose what the person said is safe. If you did not ask, ask first.');
  expect((await makeLink({ way: 'mail', to: 'no address' })).status).toBe(422);
  expect((await makeLink({ way: 'text', to: '12' })).status).toBe(422);
  expect(await openLinks()).toBe(links);
  const before = await sql<{ n: number }>`select count(*)::int as n from app.mail`.execute(t.db.owner);
  expect(before.rows[0]!.n).toBe(0);
  const texted = await (await makeLink({ way: 'text', to: canary.phone, locale: 'es' })).text();
  expect(texted).toContain(`href="sms:${canary.phone.replaceAll('-', '')}?body=`);
  const mailed = await makeLink({ way: 'mail', to: canary.email });
  expect(mailed.status).toBe(200);
  const html = await mailed.text();
  expect(html).not.toContain(canary.email);
  const letters = await sql<{ subject: string; body: string; expires_at: Date }>`select * from app.mail`.execute(
    t.db.owner,
  );
  expect(letters.rows).toHaveLength(1);
  const [letter] = letters.rows;
  expect(`${letter!.subject} ${letter!.body.replace(/http\S+/, '')}`).not.toMatch(telling);
  const words = /id="share-text"[^>]*value="([^"]*)"/.exec(texted)![1]!;
  expect(words.replace(/http\S+/, '')).not.toMatch(telling);
  expect(letter!.expires_at.getTime()).toBe(t.app.clock().getTime() + 3_600_000);
  const shares = await sql<{ all: string }>`select string_agg(s::text, ' ') as all from app.directory_share s`.execute(
    t.db.owner,
  );
  expect(
    canaryHits(`${shares.rows[0]!.all} ${JSON.stringify(await audit())} ${t.logged.join('\n')}`, [canary]),
  ).toEqual([]);
});

test('where nothing may be written there is no link: the list is shown to be read out, as its reader may see it', async () => {
  await choose(ids.shelter, ids.inside);
  const links = await openLinks();
  const shown = await makeLink({ way: 'none' });
  expect(shown.status).toBe(200);
  const html = await shown.text();
  expect(plain(html)).toContain('Read it out');
  expect(html).toContain('713-555-0123');
  expect(html).not.toMatch(/\/s\/[\w-]{43}/);
  const aloud = html.slice(html.indexOf('<h2>Read it out'), html.indexOf('aria-label="Services on the list"'));
  expect(aloud).toContain('713-555-0123');
  for (const word of Object.values(internal)) expect(aloud).not.toContain(word);
  expect(await openLinks()).toBe(links);
});

test('a text message is one scan away, and a phone that is held by somebody else is shown nothing that tells', async () => {
  await choose(ids.legal);
  const made = await (await makeLink({ way: 'text', to: '(713) 555-0199' })).text();
  expect(made).toContain('aria-label="Square to scan: opens the text message on a phone"');
  const path = linkIn(made);
  expect(plain(await read(path))).toMatch(/This page opens until June 9, 2026/);
  const [, id] = /share\/links\/([\w-]+)\/revocation/.exec(await read(`${desk}/share`, advocate))!;
  await t.submit(`${desk}/share/links/${id}/revocation`, {}, { as: advocate, page: `${desk}/share` });
  for (const lang of ['en', 'es']) {
    const over = await t.fetch(path.replace(/lang=\w+/, `lang=${lang}`));
    expect([over.status, over.headers.get('cache-control')]).toEqual([404, 'no-store']);
    const html = await over.text();
    // Nor whose page it is, or what the house behind it is called; the style sheet's address aside.
    expect(html.replaceAll(/(?:href|src)="\/assets[^"]*"/g, '')).not.toMatch(telling);
    expect(html).not.toContain('sign-in');
    expect(html).toContain('href="tel:211"');
    expect(html).toContain('href="/leave"');
  }
});

test('paper and PDF carry what the public may see, no name of a program or a network, and a title that says nothing', async () => {
  await choose(ids.shelter, ids.legal, ids.inside);
  const print = await read(`${desk}/share/print`, advocate);
  expect(plain(print)).toContain('713-555-0123');
  expect(print).not.toMatch(/Network alpha|Waymark/);
  for (const word of Object.values(internal)) expect(print).not.toContain(word);
  const file = await t.fetch(`${desk}/share/list.pdf?lang=es`, { as: advocate });
  expect(file.headers.get('content-type')).toBe('application/pdf');
  expect(file.headers.get('content-disposition')).toContain('lista.pdf');
  const bytes = Buffer.from(await file.arrayBuffer());
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  const { lines, rest } = textInPdf(bytes);
  const inside = `${lines.join('\n')}\n${rest}`;
  expect(inside).toContain('Albergue de emergencia para mujeres y niños');
  expect(inside).toContain('713-555-0123');
  expect(inside).not.toMatch(/Red alpha|Network|Waymark|PDFKit/);
  for (const word of Object.values(internal)) expect(inside).not.toContain(word);
});

test('a form that leads elsewhere is led back to the list', async () => {
  for (const back of ['https://elsewhere.example/', '//elsewhere.example', '/alpha/admin', '/alpha/staff/servicesx']) {
    const sent = await t.submit(`${desk}/share`, { add: ids.legal, back }, { as: advocate, page: desk });
    expect(sent.headers.get('location')).toBe(`${desk}/share`);
  }
});

test('a list holds thirty services at most', async () => {
  const { randomUUID } = await import('node:crypto');
  await choose();
  for (let i = 0; i < 32; i++) await t.submit(`${desk}/share`, { add: randomUUID() }, { as: advocate, page: desk });
  const { rows } = await sql<{
    n: number;
  }>`select cardinality(services) as n from app.directory_basket where person_id = ${advocate.id}`.execute(t.db.owner);
  expect(rows[0]!.n).toBe(30);
});

test('a link ends on its day, at once when it is closed, and answers then as one that never was', async () => {
  await choose(ids.legal);
  const first = linkIn(await (await makeLink({ days: '1' })).text());
  const never = await t.fetch(`/s/${'A'.repeat(43)}?lang=en`);
  expect(never.status).toBe(404);
  const said = plain(await never.text());
  expect(said).toContain('911');
  t.setClock('2026-06-03T15:01:00Z');
  // Whoever signed in yesterday signs in again.
  advocate = await t.person(ctx.network!.id, ['advocate'], { name: 'Later' });
  partner = await t.person(ctx.network!.id, ['partner']);
  await choose(ids.legal);
  const second = linkIn(await (await makeLink({})).text());
  const over = await t.fetch(first);
  expect([over.status, plain(await over.text())]).toEqual([404, said]);
  expect((await t.fetch(second)).status).toBe(200);
  const page = `${desk}/share`;
  const shown = await read(page, advocate);
  expect(await read(page, partner)).not.toContain('/revocation');
  for (const [, id] of shown.matchAll(/share\/links\/([\w-]+)\/revocation/g)) {
    expect((await t.submit(`${page}/links/${id}/revocation`, {}, { as: partner, page })).status).toBe(404);
    expect((await t.submit(`${page}/links/${id}/revocation`, {}, { as: advocate, page })).status).toBe(303);
  }
  expect((await t.fetch(second)).status).toBe(404);
  t.setClock('2026-06-20T15:00:00Z');
  await forgetShares.run(ctx, {});
  const left = await sql<{ n: number }>`select count(*)::int as n from app.directory_share`.execute(t.db.owner);
  t.setClock('2026-06-02T15:00:00Z');
  expect(left.rows[0]!.n).toBe(0);
});
