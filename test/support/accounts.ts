/** Accounts with a password and a code, made through the pages a person would use. */
import type { TestApp, TestPerson } from './harness.ts';
import { codeAt, secretOn, Visitor } from './visitor.ts';

export const goodPassword = 'lantern river orchard';

export interface Account extends TestPerson {
  password: string;
  secret: string;
  recoveryCodes: string[];
}

/** A person of the network who sets a password and a code on their account page. */
export async function withPassword(
  t: TestApp,
  networkId: string,
  roles: string[],
  more: { agencyId?: string } = {},
): Promise<Account> {
  const person = await t.person(networkId, roles, more);
  const visitor = new Visitor(t);
  visitor.jar.set('waymark', person.cookie.split('=')[1]!);
  const form = await visitor.get('/account/password');
  const secret = secretOn(form);
  const page = await visitor.submit(form, '/account/password', {
    password: goodPassword,
    code: codeAt(secret, t.app.clock()),
  });
  const recoveryCodes = [...page.html.matchAll(/<li><code>([^<]*)<\/code>/g)].map((one) => one[1]!);
  if (recoveryCodes.length !== 10) throw new Error(`Setting a password answered ${page.status}.`);
  return { ...person, password: goodPassword, secret, recoveryCodes };
}

/** A code that the account has not used: its clock stands `steps` half minutes later. */
export const laterCode = (t: TestApp, account: Account, steps: number): string => {
  const at = new Date(t.app.clock().getTime() + steps * 30_000);
  t.setClock(at);
  return codeAt(account.secret, at);
};
