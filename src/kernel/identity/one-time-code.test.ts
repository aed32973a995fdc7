import { Secret } from 'otpauth';
import { expect, test } from 'vitest';
import { codeAddress, newCodeSecret, spacedSecret, stepOfCode } from './one-time-code.ts';

// RFC 6238, appendix B, SHA-1; the last six of its eight digits are the six-digit code.
const rfc = Secret.fromLatin1('12345678901234567890').base32;
const vectors: [number, string][] = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
];

test.each(vectors)('the published vector at second %i opens with %s', (second, code) => {
  expect(stepOfCode(rfc, code, new Date(second * 1000), -1)).toBe(Math.floor(second / 30));
});

test('a code opens once: the step that was used, and every older one, is refused', () => {
  const at = new Date(1111111111 * 1000);
  const step = stepOfCode(rfc, '050471', at, -1)!;
  expect(stepOfCode(rfc, '050471', at, step)).toBe(null);
  expect(stepOfCode(rfc, '081804', at, step)).toBe(null);
});

test('one step to each side is accepted, two are not', () => {
  const code = '050471';
  const middle = 1111111111;
  expect(
    [-60, -30, 0, 30, 60].map((shift) => stepOfCode(rfc, code, new Date((middle + shift) * 1000), -1) !== null),
  ).toEqual([false, true, true, true, false]);
});

test('what is not six digits is never a code, and spaces between the digits do not matter', () => {
  const at = new Date(59_000);
  expect(['', '28708', '2870822', 'abcdef', '２８７０８２'].map((code) => stepOfCode(rfc, code, at, -1))).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(stepOfCode(rfc, '287 082', at, -1)).toBe(1);
});

test('a new secret has 160 bits and is shown in groups of four', () => {
  const secret = newCodeSecret();
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(spacedSecret(secret).split(' ')).toHaveLength(8);
  expect(newCodeSecret()).not.toBe(secret);
});

test('the square holds an address that a phone reads', () => {
  const address = codeAddress(rfc, 'Waymark', 'marta.quill@example.org');
  expect(address).toMatch(/^otpauth:\/\/totp\/Waymark:marta.quill%40example.org\?issuer=Waymark&secret=/);
});
