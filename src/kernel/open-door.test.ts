/** Routes that other sites may ask: readable from anywhere, blind to who asks, unable to write, and limited without taking anyone's pages. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allRoutes } from '../app.ts';
import { testApp, type TestApp, type TestPerson } from '../../test/support/harness.ts';

let t: TestApp;
let person: TestPerson;
const open = allRoutes().filter((route) => route.open);
const from = (address: string, more: Record<string, string> = {}) => ({
  headers: { 'x-forwarded-for': address, ...more },
});

beforeAll(async () => {
  t = await testApp({ trustProxy: true });
  const network = await t.network('alpha');
  person = await t.person(network.id, ['network_admin']);
});
afterAll(() => t?.close());

test('only public addresses for programs are open to other sites', () => {
  expect(open.length).toBeGreaterThan(10);
  for (const { path, access, kind, survivor } of open) {
    expect(access, path).toBe('public');
    expect(kind, path).toBe('api');
    expect(survivor, path).toBeFalsy();
  }
});

test('a page of another site may ask, by GET and by POST, and may read the refusals too', async () => {
  const preflight = await t.fetch('/alpha/hsds/services', {
    method: 'OPTIONS',
    headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('content-type');
  const cross = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
  for (const [path, init, status] of [
    ['/alpha/hsds', {}, 200],
    ['/alpha/hsds/services', {}, 200],
    ['/alpha/hsds/services', { method: 'POST', body: new URLSearchParams({ per_page: '1' }) }, 200],
    ['/alpha/hsds/services?page=x', {}, 400],
    ['/alpha/hsds/services/1', {}, 404],
    ['/nowhere/hsds/services', {}, 404],
    ['/alpha/hsds/services', { method: 'POST', body: 'x'.repeat(100_000) }, 413],
  ] as [string, RequestInit, number][]) {
    const response = await t.fetch(path, { ...init, ...from('192.0.2.1', cross) });
    expect(response.status, path).toBe(status);
    expect(response.headers.get('access-control-allow-origin'), path).toBe('*');
    expect(response.headers.get('access-control-allow-credentials'), path).toBeNull();
    if (status !== 200) expect(response.headers.get('content-type'), path).toContain('application/problem+json');
  }
});

test('who asks is not looked at: signed in or not, the bytes are the same, and no cookie comes back', async () => {
  const read = async (as?: TestPerson) => {
    const response = await t.fetch('/alpha/hsds/taxonomies', { ...from('192.0.2.2'), as });
    const headers = [...response.headers].filter(([name]) => name !== 'x-request-id');
    return `${JSON.stringify(headers)} ${await response.text()}`;
  };
  expect(await read(person)).toBe(await read());
  expect(await read(person)).not.toContain('set-cookie');
});

test('who asks too much is told how long to wait, and nobody at that address loses a page', async () => {
  const answers = new Map<number, number>();
  let wait: string | null = null;
  for (let asked = 0; asked < 320; asked++) {
    // Another program each time: the limit is the address's.
    const response = await t.fetch('/alpha/hsds', from('192.0.2.3', { 'user-agent': `program ${asked}` }));
    answers.set(response.status, (answers.get(response.status) ?? 0) + 1);
    wait = response.headers.get('retry-after') ?? wait;
    if (response.status === 429) expect(response.headers.get('access-control-allow-origin')).toBe('*');
  }
  expect([...answers]).toEqual([
    [200, 300],
    [429, 20],
  ]);
  expect(Number(wait)).toBeGreaterThan(0);
  expect(Number(wait)).toBeLessThanOrEqual(60);
  expect((await t.fetch('/alpha', from('192.0.2.3', { 'user-agent': 'program 1' }))).status).toBe(200);
  expect((await t.fetch('/alpha/hsds', from('192.0.2.4'))).status).toBe(200);
});
