/** A network with public, internal and hidden records, for tests of what programs are answered. Everything is invented. */
import { randomUUID } from 'node:crypto';
import type { Ctx } from '#kernel';
import { type Fields, type Marks, marksForAll, saveRecords } from '#modules/organisations';
import { project } from '../../src/modules/directory/project.ts';
import { directory } from '../../src/modules/directory/tables.ts';
import type { TestApp } from './harness.ts';
import type { RichRecord } from './rich-records.ts';

export type Given = Omit<RichRecord, 'marks'> & { marks?: Marks; confidential?: boolean };

/** Saves records, open to the public unless their marks say otherwise. */
export async function saveAll(t: TestApp, ctx: Ctx, records: readonly Given[]): Promise<void> {
  const network = ctx.network!.id;
  await t.db.run({ networkId: network, scope: 'system' }, async (tx) => {
    await saveRecords(
      tx,
      ctx,
      network,
      records.map((one) => ({ marks: marksForAll(one.kind, one.fields, 'public'), ...one })),
      { source: 'staff' },
    );
    await project(tx, ctx, null);
  });
  t.app.networks.touch(network);
}

/** Lists organizations, and publishes them unless they stay internal. */
export async function list(t: TestApp, ctx: Ctx, organizationIds: readonly string[], isPublic = true): Promise<void> {
  const network = ctx.network!.id;
  await t.db.run({ networkId: network, scope: 'system' }, async (tx) => {
    for (const id of organizationIds)
      for (const kind of isPublic ? (['listed', 'published'] as const) : (['listed'] as const))
        await directory(tx)
          .insertInto('app.directory_event')
          .values({ network_id: network, organization_id: id, on_day: '2026-01-01', kind, author_id: null })
          .execute();
    await project(tx, ctx, null);
  });
  t.app.networks.touch(network);
}

/** A plain service of an organization. */
export const plainService = (organization: string, name: string, more: Fields = {}): Given => ({
  kind: 'service',
  id: randomUUID(),
  fields: { organization_id: organization, name, status: 'active', ...more },
});
