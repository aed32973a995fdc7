/** A file takes out only what it could have said: a package without a table, a list without a column, leave what an earlier file said there. */
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdings } from '#modules/organisations';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { importNow, plainChoices } from './importing.ts';
import { readFile } from './reading.ts';

let t: TestApp;
let count = 0;
beforeAll(async () => {
  t = await testApp();
});
afterAll(() => t?.close());

const zip = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
const organizations = 'id,name\n1,Open Door\n';
const services = 'id,organization_id,name,status,email\n7,1,Counseling,active,desk@example.org\n';
const phones = 'id,service_id,number\n3,7,555-010-0001\n';
const whole = { 'organizations.csv': organizations, 'services.csv': services, 'phones.csv': phones };

async function network() {
  count += 1;
  const { id } = await t.network(`net-${count}`);
  const ctx = await t.ctx(id, 'system');
  const bring = async (name: string, bytes: Uint8Array) => {
    const read = readFile(name, bytes, { network: id, choices: {}, mappings: {}, known: {} });
    const done = await importNow(ctx, { reading: read, choices: plainChoices, dry: false, onProgress: () => {} });
    const [one] = await t.app.db.run({ networkId: id, scope: 'system' }, async (tx) => [
      ...(await holdings(tx, id)).values(),
    ]);
    const { email, phones: numbers } = one!.services[0]!.fields;
    return {
      email,
      phones: (numbers as { number: string }[] | undefined)?.map(({ number }) => number),
      gone: done.notes.filter(({ key }) => key === 'takenOut').map(({ column }) => column),
    };
  };
  const full = await bring('all.zip', zip(whole));
  expect(full).toEqual({ email: 'desk@example.org', phones: ['555-010-0001'], gone: [] });
  return bring;
}

test('a package without a table, and a table without a column, say nothing of it; an empty one says there is none', async () => {
  const bring = await network();
  const less = 'id,organization_id,name,status\n7,1,Counseling,active\n';
  const kept = { email: 'desk@example.org', phones: ['555-010-0001'], gone: [] };
  expect(await bring('all.zip', zip({ 'organizations.csv': organizations, 'services.csv': less }))).toEqual(kept);
  // And what was said before is still known as said: the whole package changes nothing, an empty table takes out.
  expect(await bring('all.zip', zip(whole))).toEqual(kept);
  const empty = {
    ...whole,
    'phones.csv': 'id,service_id,number\n',
    'services.csv': services.replace('desk@example.org', ''),
  };
  expect(await bring('all.zip', zip(empty))).toEqual({
    email: undefined,
    phones: undefined,
    gone: ['email', 'phones'],
  });
});

test('a plain list speaks of its columns, and JSON of everything', async () => {
  const bring = await network();
  const list = (rows: string) => strToU8(`Organization ID,Organization,Service ID,Service${rows}`);
  expect(await bring('list.csv', list('\n1,Open Door,7,Counseling\n'))).toMatchObject({
    phones: ['555-010-0001'],
    gone: [],
  });
  expect(await bring('list.csv', list(',Phone\n1,Open Door,7,Counseling,\n'))).toMatchObject({
    phones: undefined,
    gone: ['phones'],
    email: 'desk@example.org',
  });
  const json = [{ id: '7', name: 'Counseling', status: 'active', organization: { id: '1', name: 'Open Door' } }];
  expect(await bring('all.json', strToU8(JSON.stringify(json)))).toMatchObject({ email: undefined, gone: ['email'] });
});
