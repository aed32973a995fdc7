/**
 * Hidden places: where a shelter stands is sealed apart from its record, and opened one at a time, with a reason, by those who send people there.
 * Nothing else in the product reads what is sealed here, so nothing that is shown, ranked, counted or dated can depend on it.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import { action, type Ctx, Problem, type Tx, view, authorOf } from '#kernel';
import { type Fields, hiddenPlaceFields, recordsById, shape } from '#modules/organisations';
import { project } from './project.ts';
import { controlOf, enterKey } from './records/controls.ts';
import { directory } from './tables.ts';

/** Who may open a hidden place. Administrators of the network may not, by that alone. */
export const revealers = ['advocate', 'directory_vetter', 'directory_approver'] as const;

/** What is known of where a hidden place is: HSDS location fields that its record may not hold. */
export type HiddenPlace = Fields;

const secretFields = Object.keys(shape.location).filter((name) => !hiddenPlaceFields.has(name));

/** Cuts a location's fields in two: what its record may say, and what must be sealed. */
export function splitPlace(fields: Fields): { open: Fields; hidden: HiddenPlace } {
  const named = Object.entries(fields);
  return {
    open: Object.fromEntries(named.filter(([name]) => hiddenPlaceFields.has(name))),
    hidden: Object.fromEntries(named.filter(([name]) => secretFields.includes(name))),
  };
}

/**
 * Seals where a place is; the newest seal counts, older ones stay as its history. The place's record must be there and confidential, and `tx` must be
 * one of the system (an action with `asSystem`).
 */
export async function sealPlace(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'actor'>,
  networkId: string,
  locationId: string,
  place: HiddenPlace,
): Promise<void> {
  const id = randomUUID();
  await directory(tx)
    .insertInto('app.confidential_location')
    .values({
      id,
      network_id: networkId,
      location_id: locationId,
      sealed: await ctx.app.services.vault.seal(tx, 'deployment', sealedAt(id), JSON.stringify(place)),
      author_id: authorOf(ctx),
      at: ctx.app.clock(),
    })
    .execute();
}

const sealedAt = (row: string) => ({ table: 'app.confidential_location', column: 'sealed', row });

/** What is sealed of a place, or null. For callers that have asked who may; `tx` must be one of the system. */
export async function openPlace(
  tx: Tx,
  ctx: Pick<Ctx, 'app'>,
  networkId: string,
  locationId: string,
): Promise<HiddenPlace | null> {
  const row = await directory(tx)
    .selectFrom('app.confidential_location')
    .select(['id', 'sealed'])
    .where('network_id', '=', networkId)
    .where('location_id', '=', locationId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return JSON.parse(
    await ctx.app.services.vault.openText(tx, 'deployment', sealedAt(row.id), row.sealed),
  ) as HiddenPlace;
}

/** What is sealed is what a record of a place knows and may not say. Throws Problem.invalid with names of fields, never their values. */
export function checkHidden(place: HiddenPlace): void {
  const stray = Object.keys(place).find((name) => !secretFields.includes(name));
  if (stray) throw Problem.invalid({ [stray]: { key: 'kernel.field.choose' } });
  for (const [name, value] of Object.entries(place)) {
    if (!shape.location[name]!.value.safeParse(value).success)
      throw Problem.invalid({ [name]: { key: enterKey(controlOf(name)) } });
  }
  if (Object.keys(place).length === 0) throw Problem.invalid({ addresses: { key: 'kernel.field.required' } });
}

async function place(tx: Tx, ctx: Ctx, id: string) {
  const [found] = ctx.network ? await recordsById(tx, ctx.network.id, [id]) : [];
  if (found?.kind !== 'location') throw Problem.notFound();
  return found;
}

/** Opens one hidden place for one person; `ctx.purpose` says why and stands in the audit chain. Throws invalid without a reason. */
export const revealPlace = view('directory.place.reveal', {
  may: revealers,
  asSystem: true,
  load: async ({ tx, input, ctx }: { tx: Tx; input: { location: string }; ctx: Ctx }) => {
    const found = await place(tx, ctx, input.location);
    if (!found.confidential) throw Problem.notFound();
    if (ctx.purpose.trim().length < 3) throw Problem.invalid({ reason: { key: 'directory.records.reasonNeeded' } });
    return {
      id: found.id,
      name: found.fields.name as string | undefined,
      place: await openPlace(tx, ctx, ctx.network!.id, found.id),
    };
  },
  audit: ({ result }) => ({ subject: `location:${result.id}`, fields: Object.keys(result.place ?? {}) }),
});

/** Writes down where a hidden place is now. */
export const moveHiddenPlace = action('directory.place.move', {
  input: z.object({ location: z.uuid(), place: z.record(z.string(), z.unknown()) }),
  may: ['directory_editor', 'directory_vetter'],
  asSystem: true,
  load: ({ tx, input, ctx }) => place(tx, ctx, input.location),
  run: async ({ tx, input, loaded, ctx }) => {
    if (!loaded.confidential) throw Problem.conflict('directory.records.notHidden');
    checkHidden(input.place);
    await sealPlace(tx, ctx, ctx.network!.id, loaded.id, input.place);
  },
  audit: ({ input, loaded }) => ({ subject: `location:${loaded.id}`, fields: Object.keys(input.place) }),
});

/**
 * Hides a place that was open: what its record says of where it is is sealed, then taken out of every version. What was copied before by others
 * cannot be called back; the page says so.
 */
export const hidePlace = action('directory.place.hide', {
  input: z.object({ location: z.uuid() }),
  may: ['directory_editor', 'directory_vetter'],
  asSystem: true,
  public: true,
  load: ({ tx, input, ctx }) => place(tx, ctx, input.location),
  run: async ({ tx, loaded, ctx }) => {
    if (loaded.confidential) throw Problem.conflict('directory.records.alreadyHidden');
    const networkId = ctx.network!.id;
    await sealPlace(tx, ctx, networkId, loaded.id, splitPlace(loaded.fields).hidden);
    await sql`select app.record_hide_place(${networkId}, ${loaded.id}, ${[...hiddenPlaceFields]}::text[])`.execute(tx);
    await project(tx, ctx, [loaded.organizationId]);
  },
  audit: ({ loaded }) => ({ subject: `location:${loaded.id}`, fields: ['confidential'] }),
});
