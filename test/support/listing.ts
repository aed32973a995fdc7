/** Listed providers for tests of searching: records through projection, every field open to one audience. */
import { randomUUID } from 'node:crypto';
import type { Ctx, Tx } from '#kernel';
import { type Fields, marksForAll, saveRecords, type ToSave } from '#modules/organisations';
import { project } from '../../src/modules/directory/project.ts';
import { directory } from '../../src/modules/directory/tables.ts';
import { termByCode } from '../../src/modules/directory/taxonomy/index.ts';
import type { TestApp } from './harness.ts';

export interface Made {
  id: string;
  fields: Fields;
  at?: { lat: number; lon: number; city: string; zip: string; hidden?: boolean };
}

export const need = (code: string) => ({
  id: randomUUID(),
  taxonomy_term_id: termByCode(code)!.id,
  link_type: 'need',
});
export const area = (name: string) => [{ id: randomUUID(), name }];

/** What makes providers of one network. */
export function listing(t: TestApp, networkId: string, ctx: Ctx) {
  const save = (work: (tx: Tx) => Promise<void>): Promise<void> => t.app.db.run({ networkId, scope: 'system' }, work);
  const event = (tx: Tx, organizationId: string, kind: 'listed' | 'published' | 'unpublished' | 'unlisted') =>
    directory(tx)
      .insertInto('app.directory_event')
      .values({ network_id: networkId, organization_id: organizationId, on_day: '2026-01-01', kind, author_id: null })
      .execute();
  /** An organisation with its services, every field open to `audience`, listed and, if so, published. */
  const add = async (id: string, name: string, audience: 'public' | 'hotline', services: Made[]): Promise<void> => {
    const records: ToSave[] = [{ id, kind: 'organization', fields: { name } }];
    for (const one of services) {
      records.push({ id: one.id, kind: 'service', fields: { organization_id: id, status: 'active', ...one.fields } });
      if (!one.at) continue;
      const { lat, lon, city, zip, hidden } = one.at;
      const place = randomUUID();
      const address = {
        id: randomUUID(),
        address_1: '1 Main St',
        city,
        state_province: 'TX',
        postal_code: zip,
        country: 'US',
        address_type: 'physical',
      };
      records.push(
        hidden
          ? {
              id: place,
              kind: 'location',
              confidential: true,
              fields: { organization_id: id, location_type: 'physical', name: 'House' },
            }
          : {
              id: place,
              kind: 'location',
              fields: {
                organization_id: id,
                location_type: 'physical',
                name: `${city} office`,
                latitude: lat,
                longitude: lon,
                addresses: [address],
              },
            },
        { id: randomUUID(), kind: 'service_at_location', fields: { service_id: one.id, location_id: place } },
      );
    }
    const marked = records.map((one) => ({ ...one, marks: marksForAll(one.kind, one.fields, audience) }));
    await save(async (tx) => {
      await saveRecords(tx, ctx, networkId, marked, { source: 'staff' });
      await event(tx, id, 'listed');
      if (audience === 'public') await event(tx, id, 'published');
      await project(tx, ctx, [id]);
    });
  };
  return { save, event, add };
}
