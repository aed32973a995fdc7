/** A hidden place from its first day: what its record may say is saved, where it is goes straight to the seal, in one transaction. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { action, Problem } from '#kernel';
import { recordsById, saveRecords, type ToSave } from '#modules/organisations';
import { checkHidden, sealPlace } from '../hidden-places.ts';
import { project } from '../project.ts';

/** Who hides places, and says where they are; whether they may read it again is another matter (revealers). */
export const hiders = ['directory_editor', 'directory_vetter'] as const;

export const addHiddenPlace = action('directory.place.add', {
  input: z.object({
    organization: z.uuid(),
    name: z.string().trim().min(1).max(300),
    /** Services of the same organisation that are given there. */
    services: z.array(z.uuid()).max(200).default([]),
    place: z.record(z.string(), z.unknown()),
  }),
  may: hiders,
  asSystem: true,
  public: true,
  load: async ({ tx, input, ctx }) => {
    const networkId = ctx.network!.id;
    const found = await recordsById(tx, networkId, [input.organization, ...input.services]);
    const organization = found.find((one) => one.id === input.organization);
    if (organization?.kind !== 'organization') throw Problem.notFound();
    const services = found.filter((one) => one.kind === 'service' && one.organizationId === organization.id);
    if (services.length !== new Set(input.services).size) throw Problem.notFound();
    return { organization, services };
  },
  check: ({ input }) => checkHidden(input.place),
  run: async ({ tx, input, loaded, ctx, emit }) => {
    const networkId = ctx.network!.id;
    const id = randomUUID();
    const toSave: ToSave[] = [
      {
        id,
        kind: 'location',
        fields: { organization_id: loaded.organization.id, name: input.name, location_type: 'physical' },
        confidential: true,
      },
      ...loaded.services.map(
        (service): ToSave => ({
          id: randomUUID(),
          kind: 'service_at_location',
          fields: { service_id: service.id, location_id: id },
        }),
      ),
    ];
    await saveRecords(tx, ctx, networkId, toSave, { source: 'staff' });
    await sealPlace(tx, ctx, networkId, id, input.place);
    await project(tx, ctx, [loaded.organization.id]);
    emit('directory.changed', { record: id });
    return id;
  },
  audit: ({ input, result }) => ({
    subject: `location:${result}`,
    fields: ['confidential', 'name', ...Object.keys(input.place).filter((name) => /^\w+$/.test(name))],
  }),
});
