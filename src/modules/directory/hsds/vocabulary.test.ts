/** Taxonomies and terms as programs read them: the default ones whole, the network's own once the public uses them. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { list, plainService, saveAll } from '../../../../test/support/hsds-network.ts';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { defaultTaxonomy, termByCode } from '../taxonomy/index.ts';

let t: TestApp;
let ctx: Ctx;
const food = termByCode('1102')!;
const [other, quiet] = [randomUUID(), randomUUID()];
const pantry = plainService(other, 'Food Pantry');
const inside = plainService(quiet, 'Zebra Counseling');

type Body = { contents: Record<string, unknown>[]; total_items: number } & Record<string, unknown>;
const ask = (path: string) => t.fetch(`/alpha/hsds${path}`);
const body = async (path: string) => (await (await ask(path)).json()) as Body;
const names = async (path: string) => (await body(path)).contents.map((one) => one.name as string);

beforeAll(async () => {
  t = await testApp();
  ctx = await t.ctx((await t.network('alpha')).id, 'system');
  await saveAll(t, ctx, [
    { kind: 'organization', id: other, fields: { name: 'Second Hand', description: 'Goods' } },
    { kind: 'organization', id: quiet, fields: { name: 'Quiet Place', description: 'Not public' } },
    pantry,
    inside,
  ]);
  await list(t, ctx, [other]);
  await list(t, ctx, [quiet], false);
});
afterAll(() => t?.close());

test('taxonomies and terms can be walked, in English and in Spanish', async () => {
  const { vocabularies, terms } = defaultTaxonomy();
  expect((await body('/taxonomies')).total_items).toBe(vocabularies.length);
  expect((await body('/taxonomy_terms')).total_items).toBe(terms.length);
  const id = vocabularies[0]!.id;
  expect(await body(`/taxonomies/${id}`)).toMatchObject({ id, name: 'Open Eligibility' });
  const top = (await body(`/taxonomy_terms?taxonomy_id=${id}&top_only=true`)).contents as unknown as { id: string }[];
  expect(top.map((one) => one.id)).toContain(food.id);
  for (const one of top) expect(one).not.toHaveProperty('parent_id');
  const under = (await body(`/taxonomy_terms?parent_id=${food.id}`)).contents as unknown as { parent_id: string }[];
  expect(under.length).toBeGreaterThan(2);
  expect(new Set(under.map((one) => one.parent_id))).toEqual(new Set([food.id]));
  expect(await body(`/taxonomy_terms/${food.id}`)).toMatchObject({
    name: 'Food',
    language: 'en',
    taxonomy_detail: { id },
  });
  expect(await body(`/taxonomy_terms/${food.id}?lang=es`)).toMatchObject({ name: 'Comida', language: 'es' });
  expect(await names('/taxonomy_terms?search=hambre')).toContain('Food');
});

test('terms of the network appear once a public record uses them, with those they stand under', async () => {
  const { id: network } = ctx.network!;
  const [above, used, unused] = [randomUUID(), randomUUID(), randomUUID()];
  await t.db.run({ networkId: network, scope: 'system' }, async (tx) => {
    for (const [id, code, parent] of [
      [above, 'own.above', '1102'],
      [used, 'own.used', 'own.above'],
      [unused, 'own.unused', null],
    ])
      await sql`insert into site.directory_term (network_id, id, code, parent, name)
        values (${network}, ${id}, ${code}, ${parent}, ${JSON.stringify({ en: `The ${code}`, es: `El ${code}` })})`.execute(
        tx,
      );
  });
  const tagged = (id: string) => [{ id: randomUUID(), taxonomy_term_id: id, link_type: 'need' }];
  await saveAll(t, ctx, [
    { ...pantry, fields: { ...pantry.fields, attributes: tagged(used) } },
    { ...inside, fields: { ...inside.fields, attributes: tagged(unused) } },
  ]);
  const own = (await body('/taxonomies')).contents.at(-1)!;
  expect(own.name).toBe('Terms of this network');
  expect(await names(`/taxonomy_terms?taxonomy_id=${String(own.id)}`)).toEqual(['The own.above', 'The own.used']);
  expect(await body(`/taxonomy_terms/${used}?lang=es`)).toMatchObject({ name: 'El own.used', parent_id: above });
  expect((await ask(`/taxonomy_terms/${unused}`)).status).toBe(404);
  expect(await names(`/services?taxonomy_term_id=${used}`)).toEqual(['Food Pantry']);
  expect((await body(`/services?taxonomy_term_id=${unused}`)).total_items).toBe(0);
});
