import { expect, test } from 'vitest';
import { checkPassword, hashesComputed, hashPassword, weakness } from './password.ts';

test('a password is stored as Argon2id with the OWASP minimum and its own salt', async () => {
  const [one, two] = await Promise.all([hashPassword('lantern river orchard'), hashPassword('lantern river orchard')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(two);
  expect(await checkPassword('lantern river orchard', one)).toBe(true);
  expect(await checkPassword('lantern river orchart', one)).toBe(false);
});

test('a password typed on another keyboard as composed or decomposed letters is the same password', async () => {
  expect(await checkPassword('cafe\u0301 river orchard', await hashPassword('caf\u00e9 river orchard'))).toBe(true);
});

test('an unknown account costs the same one computation as a wrong password', async () => {
  const stored = await hashPassword('lantern river orchard');
  const before = hashesComputed();
  await checkPassword('wrong', stored);
  const wrong = hashesComputed() - before;
  await checkPassword('wrong', null);
  const unknown = hashesComputed() - before - wrong;
  expect([wrong, unknown]).toEqual([1, 1]);
});

test('many sign-ins at once are all answered, in turn', async () => {
  const stored = await hashPassword('lantern river orchard');
  const answers = await Promise.all(
    Array.from({ length: 7 }, (_, i) => checkPassword(i % 2 ? 'lantern river orchard' : 'no', stored)),
  );
  expect(answers).toEqual([false, true, false, true, false, true, false]);
});

test.each([
  ['short1!', 'identity.password.short'],
  ['password1234', 'identity.password.common'],
  ['abcabcabcabc', 'identity.password.repeats'],
  ['marta.quill@example.org', 'identity.password.aboutYou'],
  ['quillquillquill', 'identity.password.repeats'],
  ['x'.repeat(201), 'identity.password.long'],
])('“%s” is refused with a sentence that says why', async (password, key) => {
  expect(await weakness(password, ['marta.quill@example.org', 'Marta Quill'])).toBe(key);
});

test('a few words that do not belong together are accepted', async () => {
  expect(await weakness('lantern river orchard', ['marta.quill@example.org', 'Marta Quill'])).toBe(null);
});
