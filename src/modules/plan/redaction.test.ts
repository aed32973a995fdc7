/** Taking published text out: planted canaries, two people, and then nothing of them anywhere. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Canary, canaryHits, canaryOf, Sink } from '../../../test/support/canary.ts';
import { testApp, type TestApp, type TestPerson } from '../../../test/support/harness.ts';
import type { Ctx } from '#kernel';
import { createPlan, saveItem, savePlan } from './drafting.ts';
import { previewImport } from './importing.ts';
import { addNote, recordFact } from './news.ts';
import { approveRevision, requestPublication, returnRevision } from './publishing.ts';
import { confirmRedaction, hideText, readRedaction, refuseRedaction } from './redaction.ts';

let t: TestApp;
let network: { id: string; slug: string };
let editor: TestPerson;
let approver: TestPerson;
let asEditor: Ctx;
let asApprover: Ctx;
let asOwner: Ctx;

const fields = {
  title: { en: 'Plan' },
  levels: [{ one: { en: 'Goal' }, many: { en: 'Goals' } }],
  statuses: [],
  themes: [],
  publishedTotals: [],
};
const item = (title: string, more: object = {}) => ({
  parentRef: null,
  position: 0,
  number: '1',
  title: { en: title },
  leaf: true,
  ...more,
});

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  editor = await t.person(network.id, ['plan_editor']);
  approver = await t.person(network.id, ['plan_approver']);
  asEditor = await t.ctx(network.id, editor);
  asApprover = await t.ctx(network.id, approver);
  asOwner = await t.ctx(network.id, await t.person(network.id, ['plan_owner']));
});
afterAll(() => t.close());

const publish = async (plan: string, note?: string) =>
  approveRevision(asApprover, { plan, n: (await requestPublication(asEditor, { plan, note })).n });

/** Everything the database holds of our own, row by row: what a dump would hold. */
async function dump(): Promise<{ table: string; text: string }[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname in ('app', 'site')`.execute(t.db.owner);
  const out: { table: string; text: string }[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ text: string }>`select x::text as text from ${sql.raw(name)} x`.execute(t.db.owner);
    out.push(...rows.map(({ text }) => ({ table: name, text })));
    // Files are bytes: as text they are hexadecimal, which the search knows; as letters too.
    if (name === 'app.plan_import')
      for (const row of (await sql<{ file: Buffer | null }>`select file from app.plan_import`.execute(t.db.owner)).rows)
        if (row.file) out.push({ table: name, text: row.file.toString('utf8') });
  }
  return out;
}
const tablesWith = async (canary: Canary) =>
  [
    ...new Set((await dump()).filter(({ text }) => canaryHits(text, [canary]).length > 0).map(({ table }) => table)),
  ].sort();

/** Every public address of a plan, today and as of days, in both languages. */
async function pourPublic(sink: Sink, plan: string, ref: number): Promise<void> {
  const at = `/alpha/plans/${plan}`;
  for (const path of [
    '/alpha',
    '/alpha/plans',
    at,
    `${at}?asOf=2026-01-05`,
    `${at}?q=vogel`,
    `${at}/items/${ref}`,
    `${at}/items/${ref}?asOf=2026-01-05`,
    `${at}/history`,
    `${at}/progress`,
    `${at}/print`,
    `${at}/embed`,
    `${at}/feed.atom`,
    `${at}/plan.csv`,
    `${at}/plan.xlsx`,
    `${at}/plan.json`,
    '/api/v1/networks/alpha/plans',
    `/api/v1/networks/alpha/plans/${plan}`,
    `/api/v1/networks/alpha/plans/${plan}?asOf=2026-01-05`,
  ])
    for (const language of ['en', 'es']) {
      const response = await t.fetch(path, {
        headers: { 'accept-language': language, 'user-agent': `b${sink.poured}` },
      });
      expect(response.status, path).toBe(200);
      await sink.pourResponse(path, response);
    }
}

/** A plan in which a canary stands wherever somebody can write. */
async function sing(plan: string, canary: Canary): Promise<number> {
  const { name, words } = canary;
  await createPlan(asEditor, { slug: plan, fields });
  const ref = await saveItem(asEditor, { plan, ref: null, fields: item('Quiet') });
  await publish(plan);
  await saveItem(asEditor, {
    plan,
    ref,
    fields: item(`With ${name}`, {
      description: { en: `${name} ${words}`, es: `Con ${name}` },
      lead: name,
      partners: ['Harbor', name],
      milestones: [{ title: { en: `Visit ${name.toUpperCase()}` }, due: '2026-02-01' }],
      themes: ['quiet'],
    }),
  });
  await savePlan(asEditor, {
    plan,
    fields: { ...fields, summary: { en: `About ${name}` }, themes: [{ key: 'quiet', title: { en: `For ${name}` } }] },
  });
  const news = { plan, ref, on: '2026-01-02' };
  await recordFact(asEditor, { ...news, kind: 'update', text: { en: `${name} came.`, es: `Vino ${name}.` } });
  await recordFact(asEditor, { ...news, kind: 'status', status: 'excluded', reason: { en: `Said ${name}` } });
  await requestPublication(asEditor, { plan, note: `Now with ${name}` });
  await returnRevision(asApprover, { plan, reason: `Ask ${name}` });
  await publish(plan, `Now with ${name}`);
  await saveItem(asEditor, { plan, ref, fields: item(`Without, but a word of ${name.replace(' ', '\n')}`) });
  await publish(plan);
  // Drafts, notes, a file that waits, a letter.
  await recordFact(asEditor, { ...news, kind: 'update', text: { en: `Again ${name}` } });
  await addNote(asEditor, { plan, ref, body: `${name} asked.` });
  await previewImport(asEditor, {
    planSlug: plan,
    filename: `${name}.csv`,
    bytes: Buffer.from(`Number,Title\n1,${name}\n`),
  });
  await t.db.run({ scope: 'system', networkId: network.id }, (tx) =>
    t.app.services.mail.send(tx, {
      to: editor.email,
      subject: `About ${name}`,
      text: `${name} waits`,
      personId: editor.id,
    }),
  );
  return ref;
}

test('a name published by mistake is hidden at once, and after a second person nowhere any more', async () => {
  const canary = canaryOf('amsel');
  const ref = await sing('amsel', canary);
  const sink = new Sink([canary]);
  await expect(pourPublic(sink, 'amsel', ref)).rejects.toThrow(/canary came out/);
  expect(await tablesWith(canary)).toEqual([
    'app.mail',
    'app.plan_fact',
    'app.plan_import',
    'app.plan_note',
    'app.plan_revision',
    'app.plan_version',
    'site.plan',
    'site.plan_item',
    'site.plan_revision',
  ]);

  const hide = { plan: 'amsel', text: canary.name.toLowerCase(), other: canary.words, why: 'person' as const };
  const { id, places } = await hideText(asOwner, hide);
  expect(places).toBeGreaterThan(8);
  await pourPublic(sink, 'amsel', ref);
  expect((await tablesWith(canary)).filter((table) => table.startsWith('site.'))).toEqual([]);
  expect(await tablesWith(canary)).not.toContain('app.plan_redaction');
  expect(await (await t.fetch(`/alpha/plans/amsel/items/${ref}`)).text()).toContain('[taken out] came.');
  expect(await (await t.fetch(`/alpha/plans/amsel/items/${ref}?lang=es`)).text()).toContain('Vino [retirado].');

  const seen = await readRedaction(asApprover, { id });
  expect(seen.texts).toEqual([canary.name.toLowerCase(), canary.words]);
  await confirmRedaction(asApprover, { id });
  await pourPublic(sink, 'amsel', ref);
  expect(await tablesWith(canary)).toEqual([]);
  expect(canaryHits(t.logged.join('\n'), [canary])).toEqual([]);
  const history = await (await t.fetch('/alpha/plans/amsel/history')).text();
  expect(history).toContain('Text was taken out of this plan');
  expect(await (await t.fetch('/alpha/plans/amsel/feed.atom')).text()).toContain('Text was taken out of this plan');

  const { rows } = await sql<{ action: string; fields: string[] }>`
    select action, fields from app.audit_entry where action like 'plan.redaction.%' order by seq`.execute(t.db.owner);
  expect(rows.map(({ action }) => action)).toEqual([
    'plan.redaction.hide',
    'plan.redaction.read',
    'plan.redaction.confirm',
  ]);
  expect(rows[2]!.fields).toEqual(expect.arrayContaining(['confirmed', 'fact', 'version', 'title', 'text', 'lead']));
  // What is left can still be edited and published.
  await saveItem(asEditor, { plan: 'amsel', ref, fields: item('Quiet again') });
  await publish('amsel');
  expect(await tablesWith(canary)).toEqual([]);
});

test('the second person must be another, and a refusal shows everything again, word for word', async () => {
  const canary = canaryOf('drossel');
  const ref = await sing('drossel', canary);
  const read = async () =>
    Promise.all(
      ['', '/history', `/items/${ref}`, '/plan.csv', '/feed.atom'].map(async (part) =>
        (await t.fetch(`/alpha/plans/drossel${part}`)).text(),
      ),
    );
  const before = await read();
  const first = await hideText(asApprover, { plan: 'drossel', text: canary.name, why: 'mistake' });
  const second = await hideText(asEditor, { plan: 'drossel', text: 'came', why: 'mistake' });
  await expect(refuseRedaction(asApprover, first)).rejects.toMatchObject({ key: 'plan.problem.redactionSecondPerson' });
  await expect(confirmRedaction(asApprover, first)).rejects.toMatchObject({
    key: 'plan.problem.redactionSecondPerson',
  });
  await expect(confirmRedaction(asOwner, first)).rejects.toMatchObject({ kind: 'forbidden' });
  expect((await read()).join()).not.toContain(canary.name);

  await refuseRedaction(asEditor, first);
  expect((await read()).join()).toContain(`${canary.name} [taken out].`);
  await refuseRedaction(asApprover, second);
  expect(await read()).toEqual(before);
  await expect(confirmRedaction(asEditor, first)).rejects.toMatchObject({ key: 'plan.problem.redactionDecided' });
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from app.plan_hidden`.execute(t.db.owner);
  expect(rows[0]!.n).toBe(0);
  expect(before[1]).not.toContain('Text was taken out of this plan');
});

test('while something is hidden nothing is published, so the same text cannot come back beside it', async () => {
  const canary = canaryOf('specht');
  await sing('specht', canary);
  await recordFact(asEditor, { plan: 'specht', ref: 1, on: '2026-01-09', kind: 'update', text: { en: 'More.' } });
  const { id } = await hideText(asEditor, { plan: 'specht', text: canary.name, other: canary.words, why: 'safety' });
  const { n } = await requestPublication(asEditor, { plan: 'specht' });
  await expect(approveRevision(asApprover, { plan: 'specht', n })).rejects.toMatchObject({
    key: 'plan.problem.redactionWaiting',
  });
  await confirmRedaction(asApprover, { id });
  await approveRevision(asApprover, { plan: 'specht', n });
  const sink = new Sink([canary]);
  await pourPublic(sink, 'specht', 1);
});

test('an update is taken out whole without touching the same words elsewhere', async () => {
  await createPlan(asEditor, { slug: 'whole', fields });
  const a = await saveItem(asEditor, { plan: 'whole', ref: null, fields: item('A') });
  const b = await saveItem(asEditor, { plan: 'whole', ref: null, fields: item('B', { number: '2', position: 1 }) });
  await publish('whole');
  for (const ref of [a, b])
    await recordFact(asEditor, { plan: 'whole', ref, on: '2026-01-02', kind: 'update', text: { en: 'It is done.' } });
  await publish('whole');
  const { rows } = await sql<{ id: string }>`
    select f.id from app.plan_fact f join app.plan p on p.id = f.plan_id join app.plan_item i on i.id = f.item_id
    where p.slug = 'whole' and i.ref = ${a}`.execute(t.db.owner);
  const { id, places } = await hideText(asEditor, { plan: 'whole', fact: rows[0]!.id, why: 'private' });
  expect(places).toBe(1);
  await confirmRedaction(asApprover, { id });
  const page = async (ref: number) => (await t.fetch(`/alpha/plans/whole/items/${ref}`)).text();
  expect(await page(a)).not.toContain('It is done.');
  expect(await page(a)).toContain('[taken out]');
  expect(await page(b)).toContain('It is done.');
});

test('a text that stands nowhere is not hidden, and neither is half a request', async () => {
  await expect(hideText(asEditor, { plan: 'whole', text: 'Nobody wrote this', why: 'person' })).rejects.toMatchObject({
    fields: { text: { key: 'plan.staff.field.redactNowhere' } },
  });
  await expect(hideText(asEditor, { plan: 'whole', why: 'person' })).rejects.toMatchObject({ kind: 'invalid' });
  await expect(hideText(asEditor, { plan: 'nowhere', text: 'done', why: 'person' })).rejects.toMatchObject({
    kind: 'notFound',
  });
});

test('another network neither sees a redaction nor decides it', async () => {
  const other = await t.network('beta');
  const stranger = await t.ctx(other.id, await t.person(other.id, ['network_admin']));
  const { id } = await hideText(asEditor, { plan: 'whole', text: 'It is done.', why: 'private' });
  for (const act of [confirmRedaction, refuseRedaction, readRedaction])
    await expect(act(stranger, { id })).rejects.toMatchObject({ kind: 'notFound' });
  await refuseRedaction(asApprover, { id });
});

test('around the actions the database takes text out only beside a confirmation, and puts marks in its place only', async () => {
  const { id } = await hideText(asEditor, { plan: 'whole', text: 'It is done.', why: 'private' });
  const asApp = <T>(person: TestPerson, work: (tx: Parameters<Parameters<typeof t.db.run>[1]>[0]) => Promise<T>) =>
    t.db.run({ networkId: network.id, personId: person.id }, work);
  const { rows } = await asApp(editor, (tx) =>
    sql<{
      key: string;
      data: object;
    }>`select f.id as key, f.data from app.plan_fact f join app.plan p on p.id = f.plan_id
      where p.slug = 'whole' and f.data->'text'->>'en' = 'It is done.'`.execute(tx),
  );
  const { key } = rows[0]!;
  const decide = sql`update app.plan_redaction set outcome = 'confirmed', decided_by = ctx.person_id(), decided_at = now(), sealed = null
    where id = ${id}::uuid`;
  const take = (content: object) =>
    sql`select app.plan_take_out(${id}::uuid, 'fact', ${key}, ${JSON.stringify(content)}::jsonb)`;
  const marked = { text: { en: 'It is [taken out].' } };

  await expect(asApp(approver, (tx) => take(marked).execute(tx))).rejects.toThrow(/only the confirmation/);
  await expect(asApp(editor, (tx) => decide.execute(tx))).rejects.toThrow(/two_people/);
  for (const content of [
    { text: { en: 'It is not done.' } },
    { text: { en: '[taken out]', es: 'x' } },
    { text: null },
    { value: 3 },
  ])
    await expect(
      asApp(approver, async (tx) => {
        await decide.execute(tx);
        await take(content).execute(tx);
      }),
      JSON.stringify(content),
    ).rejects.toThrow(/changes nothing else/);
  await expect(
    asApp(approver, async (tx) => {
      await decide.execute(tx);
      await sql`update app.plan_fact set data = ${JSON.stringify(marked)}::jsonb where id = ${key}::uuid`.execute(tx);
    }),
  ).rejects.toThrow(/cannot be changed/);
  await expect(
    asApp(approver, async (tx) => {
      await decide.execute(tx);
      await sql`update site.plan_revision set changes = '[]'`.execute(tx);
    }),
  ).rejects.toThrow(/cannot be changed/);
  // Hiding everything, and then showing something else in its place, would be rewriting the history alone.
  await expect(
    asApp(editor, async (tx) => {
      await sql`insert into app.plan_redaction (id, network_id, why, sealed, asked_by, asked_at)
        values (gen_random_uuid(), ${network.id}, 'person', '', ${editor.id}, now())`.execute(tx);
      await sql`update site.plan_revision set note = '{"en": "[taken out]"}' where note::jsonb ? 'en'`.execute(tx);
      await sql`update site.plan_revision set note = '{"en": "Never said"}' where note::jsonb ? 'en'`.execute(tx);
    }),
  ).rejects.toThrow(/cannot be changed/);
  await expect(
    asApp(editor, (tx) =>
      sql`insert into site.plan_redaction select network_id, plan_id, ${id}::uuid, now() from site.plan`.execute(tx),
    ),
  ).rejects.toThrow(/only a confirmed/);
  await expect(
    asApp(editor, (tx) => sql`delete from app.plan_redaction where id = ${id}::uuid`.execute(tx)),
  ).rejects.toThrow(/cannot be deleted/);
  // One person cannot be both, even by claiming two names in one go.
  await expect(
    asApp(editor, async (tx) => {
      await sql`insert into app.plan_redaction (id, network_id, why, sealed, asked_by, asked_at)
        values (gen_random_uuid(), ${network.id}, 'person', '', ${editor.id}, now())`.execute(tx);
      await sql`select set_config('app.person', ${approver.id}, true)`.execute(tx);
      await sql`update app.plan_redaction set outcome = 'confirmed', decided_by = ctx.person_id(), decided_at = now(), sealed = null
        where sealed = ''`.execute(tx);
    }),
  ).rejects.toThrow(/decided later/);
  await asApp(approver, async (tx) => {
    await decide.execute(tx);
    await take(marked).execute(tx);
  });
  await expect(asApp(approver, (tx) => take({ text: { en: '[taken out]' } }).execute(tx))).rejects.toThrow(
    /only the confirmation/,
  );
});
