/** A service offered at the place of another provider: a file for an audience names that place only where its provider is shown to them too. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { list, saveAll } from '../../../../test/support/hsds-network.ts';
import { beginExport, exportBytes } from './exporting.ts';

let t: TestApp;
let ctx: Ctx;
const [guest, host, service, place, link] = Array.from({ length: 5 }, () => randomUUID()) as [
  string,
  string,
  string,
  string,
  string,
];

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-06-02T17:00:00Z');
  ctx = await t.ctx((await t.network('alpha')).id, 'system');
  await saveAll(t, ctx, [
    { id: guest, kind: 'organization', fields: { name: 'Guest Clinic' } },
    { id: service, kind: 'service', fields: { organization_id: guest, name: 'Guest hours', status: 'active' } },
    { id: host, kind: 'organization', fields: { name: 'Host House' } },
    { id: place, kind: 'location', fields: { organization_id: host, location_type: 'physical', name: 'Host rooms' } },
    { id: link, kind: 'service_at_location', fields: { service_id: service, location_id: place } },
  ]);
  await list(t, ctx, [guest]);
  await list(t, ctx, [host], false);
});
afterAll(() => t?.close());

async function file(audience: 'public' | 'hotline'): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of exportBytes(ctx, await beginExport(ctx, { audience, format: 'hsds' }))) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

test('a place of a provider inside, and the link to it, are in no public file and in the hotline’s', async () => {
  const open = await file('public');
  expect(open).toContain(service);
  for (const id of [place, link, host]) expect(open).not.toContain(id);
  const inside = await file('hotline');
  for (const id of [place, link, host]) expect(inside).toContain(id);
});
