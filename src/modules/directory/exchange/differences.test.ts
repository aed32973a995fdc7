/** What an import would change is shown before it does, to whoever may import, and lies nowhere in the clear. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdings, saveRecords } from '#modules/organisations';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import { confirmImport, importNow, plainChoices, previewImport } from './importing.ts';
import { readFile } from './reading.ts';
import { imports } from './store.ts';

let t: TestApp;
let network: { id: string };
let editor: TestPerson;
beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  editor = await t.person(network.id, ['directory_editor']);
  const reading = readFile('list.csv', list('555-010-0001', '12 Elm Street', ''), {
    network: network.id,
    choices: {},
    mappings: {},
    known: {},
  });
  const ctx = await t.ctx(network.id, 'system');
  await importNow(ctx, { reading, choices: plainChoices, dry: false, onProgress: () => {} });
});
afterAll(() => t?.close());

const list = (phone: string, hiddenStreet: string, note: string) =>
  new TextEncoder().encode(
    `Service ID,Agency,Service,Phone,Description,Location ID,Street,City,State,Zip,Confidential
1,Open Door,Counseling,${phone},${note},,,,,,
2,Harbor House,Shelter,555-010-0002,,p1,${hiddenStreet},Springfield,TX,75001,yes
`,
  );
const waiting = (id: string) =>
  t.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
    imports(tx).selectFrom('app.directory_import').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  );
const page = async (id: string, lang: string, as = editor) =>
  (await t.fetch(`/alpha/staff/directory/import/${id}/differences?lang=${lang}`, { as })).text();
const words = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

test('old beside new, a hidden address only as another one, and all of it gone once it is written', async () => {
  const ctx = await t.ctx(network.id, editor);
  const bytes = list('555-010-0009', '77 Quiet Lane', 'Canary words');
  const id = await previewImport(ctx, { filename: 'list.csv', bytes });
  const row = await waiting(id);
  expect(JSON.stringify({ ...row, differences: row.differences!.toString('latin1') })).not.toMatch(/0009|Quiet|Canary/);

  const [en, es] = [words(await page(id, 'en')), words(await page(id, 'es'))];
  for (const shown of [en, es]) {
    expect(shown).toMatch(/555-010-0001 .*555-010-0009 .*/);
    expect(shown).toContain('Canary words');
    // What stays is not shown, and where a hidden place is neither before nor after.
    expect(shown).not.toMatch(/555-010-0002|Elm|Quiet/);
  }
  expect(en).toContain('The hidden address of this place becomes another one.');
  expect(es).toContain('La dirección oculta de este lugar cambia por otra.');
  expect(words(await page(id, 'en'))).toContain('Service · list.csv, line 2');
  const { rows } = await t.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
    sql<{
      n: number;
    }>`select count(*)::int as n from app.audit_entry where subject = ${`directory-import:${id}`} and action = 'directory.import.differences'`.execute(
      tx,
    ),
  );
  expect(rows[0]!.n).toBe(3);

  await confirmImport(ctx, { id, basis: row.summary.basis });
  expect((await waiting(id)).differences).toBeNull();
  expect(await page(id, 'en')).toContain('no longer here');
});

test('a list that changes nothing has no such page to go to, and another network has none at all', async () => {
  const ctx = await t.ctx(network.id, editor);
  const id = await previewImport(ctx, {
    filename: 'list.csv',
    bytes: list('555-010-0009', '77 Quiet Lane', 'Canary words'),
  });
  const preview = await (await t.fetch(`/alpha/staff/directory/import/${id}`, { as: editor })).text();
  expect(preview).not.toContain('/differences');
  expect(await page(id, 'en')).toContain('No record changes.');
  const other = await t.network('beta');
  const stranger = await t.person(other.id, ['directory_editor']);
  expect((await t.fetch(`/alpha/staff/directory/import/${id}/differences`, { as: stranger })).status).toBe(404);
  expect((await t.fetch(`/beta/staff/directory/import/${id}/differences`, { as: stranger })).status).toBe(404);
});

test('where only values that were entered here differ, the preview says that ours stay and how to take the others', async () => {
  const ctx = await t.ctx(network.id, editor);
  await t.app.db.run({ networkId: network.id, scope: 'system' }, async (tx) => {
    const all = [...(await holdings(tx, network.id)).values()].flatMap((one) => one.services);
    const service = all.find(({ fields }) => fields.name === 'Counseling')!;
    const { id, kind, fields } = service;
    await saveRecords(tx, ctx, network.id, [{ id, kind, fields: { ...fields, description: 'Ours' } }], {
      source: 'staff',
    });
  });
  const bytes = list('555-010-0009', '77 Quiet Lane', 'Theirs');
  const id = await previewImport(ctx, { filename: 'list.csv', bytes });
  const preview = await (await t.fetch(`/alpha/staff/directory/import/${id}?lang=en`, { as: editor })).text();
  expect(preview).toContain('1 value in the file differs from what was entered here, and ours stays.');
  expect(preview).not.toContain('The directory knows all of this already');
  expect(preview).not.toContain('Write the records');
});

test('words in another language and a service that moves to another organization are told too', async () => {
  const { id } = await t.network('gamma');
  const ctx = await t.ctx(id, 'system');
  const gamma = await t.person(id, ['directory_editor']);
  const file = (owner: string, spanish: string) =>
    new TextEncoder().encode(
      JSON.stringify({
        organizations: ['Open Door', 'Harbor House'].map((name) => ({ id: name, name })),
        services: [
          {
            id: 's',
            name: 'Counseling',
            status: 'active',
            organization_id: owner,
            attributes: [{ id: 'a', link_type: 'waymark', label: 'translation:es:name', value: spanish }],
          },
        ],
      }),
    );
  const reading = readFile('all.json', file('Open Door', 'Consejo'), {
    network: id,
    choices: {},
    mappings: {},
    known: {},
  });
  await importNow(ctx, { reading, choices: plainChoices, dry: false, onProgress: () => {} });
  const editorCtx = await t.ctx(id, gamma);
  const waits = await previewImport(editorCtx, { filename: 'all.json', bytes: file('Harbor House', 'Consejería') });
  const shown = async (lang: string) =>
    words(
      await (await t.fetch(`/gamma/staff/directory/import/${waits}/differences?lang=${lang}`, { as: gamma })).text(),
    );
  expect(await shown('en')).toMatch(/Name \(Español\) Consejo Consejería/);
  expect(await shown('en')).toMatch(/Organization Open Door Harbor House/);
  expect(await shown('es')).toContain('Consejo Consejería');
});
