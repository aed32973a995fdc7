/** What the preview of an import says of a fault: in the words of the forms, with the file's own name of the column beside them. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shape } from '#engines/record-shape';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import { tables } from './tables.ts';
import { columnWords, reasonInWords } from './wording.ts';

let t: TestApp;
let editor: TestPerson;
beforeAll(async () => {
  t = await testApp();
  const { id } = await t.network('words');
  editor = await t.person(id, ['directory_editor']);
});
afterAll(() => t?.close());

test('each bad row says which field is meant, with file, line and column, in both languages', async () => {
  const ids = { organization: randomUUID(), location: randomUUID() };
  const file = JSON.stringify([
    {
      id: ids.organization,
      name: 'Harbor Rest',
      email: 'nowhere',
      locations: [
        {
          id: ids.location,
          name: 'Front house',
          location_type: 'physical',
          addresses: [{ id: randomUUID(), city: 'X' }],
        },
      ],
    },
  ]);
  const sent = await t.submit(
    '/words/staff/directory/import',
    { file: new File([file], 'ours.json', { type: 'application/json' }) },
    { as: editor },
  );
  const at = sent.headers.get('location')!;
  for (const [lang, said] of [
    ['en', ['Street and number <code>address_1</code>', 'It is missing, and the row cannot do without it.']],
    ['es', ['Calle y número <code>address_1</code>', 'Falta, y la fila no puede quedar sin ese dato.']],
  ] as const) {
    const html = await (await t.fetch(`${at}?lang=${lang}`, { as: editor })).text();
    for (const words of [...said, 'ours.json', '<code>email</code>']) expect(html, lang).toContain(words);
    expect(html).not.toContain('address_1 is missing');
  }
});

test('every column that is read has words, in both languages, and a column of the file’s own keeps its name alone', async () => {
  const ctx = await t.ctx(null);
  const columns = Object.values(tables).flatMap((one) => [
    ...Object.keys(one.columns),
    ...Object.keys(one.links ?? {}),
  ]);
  const without = [...new Set(columns)].filter((column) => columnWords(ctx.t, column) === null);
  expect(
    without.filter((column) => Object.values(shape).some((fields) => column in fields && !column.endsWith('_id'))),
  ).toEqual([]);
  expect(columnWords(ctx.t, 'Fax am Abend')).toBeNull();
  expect(
    reasonInWords(ctx.t, {
      file: 'x',
      line: 2,
      key: 'noOwner',
      of: 'row',
      values: { columns: 'service_id, location_id' },
    }),
  ).toContain('Service, Place');
});
