import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApp, type TestApp } from '../../../test/support/harness.ts';
import {
  newRecoveryCode,
  recoveryCodeCount,
  replaceRecoveryCodes,
  tidyRecoveryCode,
  useRecoveryCode,
} from './recovery-codes.ts';

let t: TestApp;
let personId: string;
let otherId: string;
beforeAll(async () => {
  t = await testApp();
  const network = await t.network('alpha');
  personId = (await t.person(network.id, ['staff'])).id;
  otherId = (await t.person(network.id, ['staff'])).id;
});
afterAll(() => t.close());
const system = { scope: 'system' } as const;

test('a recovery code is four groups of four and is read whatever the capitals, spaces and dashes', () => {
  const code = newRecoveryCode();
  expect(code).toMatch(/^([02-9a-hjkmnp-z]{4}-){3}[02-9a-hjkmnp-z]{4}$/);
  expect(tidyRecoveryCode(` ${code.toUpperCase().replaceAll('-', ' ')} `)).toBe(code.replaceAll('-', ''));
  expect(tidyRecoveryCode('287082')).toBe(null);
});

test('ten codes are given, each opens once and for its own person only, and new codes end the old ones', async () => {
  const codes = await t.db.run(system, (tx) => replaceRecoveryCodes(tx, personId));
  expect(new Set(codes).size).toBe(recoveryCodeCount);
  const use = (who: string, code: string) => t.db.run(system, (tx) => useRecoveryCode(tx, who, code, new Date()));
  expect(await use(otherId, codes[0]!)).toBe(false);
  expect(await use(personId, codes[0]!)).toBe(true);
  expect(await use(personId, codes[0]!)).toBe(false);
  await t.db.run(system, (tx) => replaceRecoveryCodes(tx, personId));
  expect(await use(personId, codes[1]!)).toBe(false);
});
