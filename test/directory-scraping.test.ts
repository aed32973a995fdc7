/** Who walks through the directory page by page is slowed down, whatever it calls itself; who looks for help at the same address is not. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { lineOf } from '../src/kernel/client-address.ts';
import { mostOpened } from '../src/modules/directory/pages/budget.ts';
import { plainService, saveAll } from './support/hsds-network.ts';
import { testApp, type TestApp } from './support/harness.ts';
import { ids, servicesNetwork } from './support/services-network.ts';

vi.setConfig({ testTimeout: 120_000 });

let t: TestApp;
const many: string[] = [];

beforeAll(async () => {
  t = await testApp({ trustProxy: true });
  t.setClock('2026-06-02T15:00:00Z');
  const { id } = await t.network('alpha');
  const ctx = await t.ctx(id, 'system');
  await servicesNetwork(t, ctx);
  const services = Array.from({ length: mostOpened.browser + 20 }, (_, n) => plainService(ids.kitchen, `Kitchen ${n}`));
  await saveAll(t, ctx, services);
  many.push(...services.map((one) => one.id));
});
afterAll(() => t?.close());

const open = async (id: string, address: string, agent: string, kind = 'services') => {
  const response = await t.fetch(`/alpha/${kind}/${id}`, {
    headers: { 'x-forwarded-for': address, 'user-agent': agent },
  });
  return { status: response.status, wait: response.headers.get('retry-after'), text: await response.text() };
};

/** A search as a browser makes it; the ids that its results lead to. */
async function search(what: string, address: string, agent: string): Promise<string[]> {
  const headers = { 'x-forwarded-for': address, 'user-agent': agent, origin: 'http://localhost' };
  const sent = await t.fetch('/alpha/services', { method: 'POST', headers, body: new URLSearchParams({ what }) });
  expect(sent.status).toBe(303);
  const shown = await t.fetch(sent.headers.get('location')!, { headers });
  expect(shown.status).toBe(200);
  return [
    ...new Set([...(await shown.text()).matchAll(/href="\/alpha\/services\/([\da-f-]{36})"/g)].map(([, id]) => id!)),
  ];
}

test('one browser that opens one service after the other is told to wait, with the help lines, and the browser beside it is not', async () => {
  const shelter = '192.0.2.7';
  const before = await open(ids.shelter, shelter, 'phone');
  expect(before.status).toBe(200);
  let refused = 0;
  let last = before;
  for (const id of many) {
    last = await open(id, shelter, 'scraper');
    if (last.status === 429) refused += 1;
    else expect(last.status).toBe(200);
  }
  expect(refused).toBe(many.length - mostOpened.browser);
  expect(Number(last.wait)).toBeGreaterThan(0);
  expect(Number(last.wait)).toBeLessThanOrEqual(3600);
  expect(last.text).toContain('tel:18883737888');
  expect(/<title>([^<]*)/.exec(last.text)![1]).not.toMatch(/shelter|service|alpha/i);
  // What was open stays open; an id that is no record counts like one; a record of another kind too.
  expect((await open(many[0]!, shelter, 'scraper')).status).toBe(200);
  expect((await open(randomUUID(), shelter, 'scraper')).status).toBe(429);
  expect((await open(ids.house, shelter, 'scraper', 'organizations')).status).toBe(429);
  // Somebody else at that address, and whoever shares even the browser's name, finds help by searching.
  for (const id of [ids.shelter, ids.legal, ids.meals, many.at(-1)!])
    expect((await open(id, shelter, 'phone')).status).toBe(200);
  const found = await search('lawyer', shelter, 'scraper');
  expect(found).toContain(ids.legal);
  for (const id of found) expect((await open(id, shelter, 'scraper')).status).toBe(200);
  expect(
    (await t.fetch('/alpha/help', { headers: { 'x-forwarded-for': shelter, 'user-agent': 'scraper' } })).status,
  ).toBe(200);
  // Elsewhere nothing of it is known, and after an hour it is forgotten.
  expect((await open(many.at(-1)!, '192.0.2.8', 'scraper')).status).toBe(200);
  t.setClock('2026-06-02T16:00:01Z');
  expect((await open(many.at(-1)!, shelter, 'scraper')).status).toBe(200);
});

test('a program that calls itself something else each time is slowed down by its address; searches there still lead to help', async () => {
  t.setClock('2026-06-02T18:00:00Z');
  const shelter = '2001:db8:5:6::';
  let refused = 0;
  for (let n = 0; n < mostOpened.address + 30; n++) {
    const { status } = await open(randomUUID(), `${shelter}${n.toString(16)}`, `program ${n}`);
    if (status === 429) refused += 1;
    else expect(status).toBe(404);
  }
  expect(refused).toBe(30);
  expect((await open(ids.legal, `${shelter}ffff`, 'phone')).status).toBe(429);
  const found = await search('lawyer', `${shelter}ffff`, 'phone');
  for (const id of found) expect((await open(id, `${shelter}ffff`, 'phone')).status).toBe(200);
  expect((await open(ids.legal, '2001:db8:5:7::1', 'phone')).status).toBe(200);
});

test('an address is the line it belongs to', () => {
  expect(lineOf('192.0.2.7')).toBe('192.0.2.7');
  expect(lineOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
  expect(lineOf('2001:db8:5:6::1')).toBe('2001:db8:5:6');
  expect(lineOf('2001:0DB8:0005:0006:1:2:3:4')).toBe('2001:db8:5:6');
  expect(lineOf('2001:db8::1')).toBe('2001:db8:0:0');
  expect(lineOf('::1')).toBe('0:0:0:0');
  expect(lineOf('fe80::1%eth0')).toBe('fe80:0:0:0');
  expect(lineOf('local')).toBe('local');
});
