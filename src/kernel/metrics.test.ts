/** Who may read the numbers: whoever shows the token, and nobody because of where they come from. */
import { afterEach, expect, test } from 'vitest';
import { type TestApp, testApp } from '../../test/support/harness.ts';
import { ConfigError, readConfig } from '../config.ts';

let t: TestApp;
let started = false;
afterEach(async () => {
  if (started) await t.close();
  started = false;
});

const token = 'f'.repeat(32);
/** As a proxy on the same machine passes a request on that came from anywhere. */
const fromLoopback = { incoming: { socket: { remoteAddress: '127.0.0.1' } } };
const ask = (headers: Record<string, string> = {}) =>
  t.web.fetch(new Request('http://localhost/metrics', { headers }), fromLoopback);

test('without a token there is no such address, not even from the machine itself', async () => {
  t = await testApp();
  started = true;
  expect((await ask()).status).toBe(404);
  expect((await ask({ authorization: 'Bearer ' })).status).toBe(404);
  expect((await ask({ authorization: 'Bearer null' })).status).toBe(404);
});

test('with a token whoever shows it reads, and nobody else', async () => {
  t = await testApp({ metricsToken: token });
  started = true;
  const read = await ask({ authorization: `Bearer ${token}` });
  expect(read.status).toBe(200);
  expect(await read.text()).toContain('http_request_duration_seconds');
  for (const wrong of ['', token, `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`]) {
    expect((await ask(wrong ? { authorization: wrong } : {})).status, wrong).toBe(404);
  }
});

test('a token that could be guessed is refused at the start', () => {
  expect(() => readConfig({ METRICS_TOKEN: 'short' })).toThrow(ConfigError);
  expect(readConfig({ METRICS_TOKEN: token }).metricsToken).toBe(token);
  expect(readConfig({}).metricsToken).toBeNull();
});
