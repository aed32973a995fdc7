/**
 * Telling applicants where they stand, in plain words: by mail when they asked for it, and always with their code. A letter names no reason and no
 * person, and never the code. Also ends codes, and deletes what was never sent.
 */
import { type Ctx, type Job, pick, translator, type Tx } from '#kernel';
import type { EventKind } from '../listing.ts';
import { notTaken, notToContact } from './events.ts';
import { openAnswers } from './answers.ts';
import { vetting } from './tables.ts';

/** Moves that an applicant is told about. */
const told: ReadonlySet<EventKind> = new Set([
  'applied',
  'reviewed',
  'called',
  'referenced',
  'visited',
  'proposed',
  'listed',
  'declined',
  'withdrawn',
  'reopened',
]);
/** With these the way is over: the code ends a while later. */
const ends: ReadonlySet<EventKind> = new Set(['listed', 'declined', 'withdrawn', 'unlisted']);
const codeDays = 30;

/** Tells the applicant about a move, and keeps the code's end in step with it. `tx` must be one of the system. */
export async function tellApplicant(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'network'>,
  organizationId: string,
  kind: EventKind,
): Promise<void> {
  const network = ctx.network!;
  const row = await vetting(tx)
    .selectFrom('app.directory_application')
    .select(['id', 'sealed', 'locale'])
    .where('network_id', '=', network.id)
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  if (!row) return;
  if (ends.has(kind) || kind === 'reopened')
    await vetting(tx)
      .updateTable('app.directory_application')
      .set({ code_until: ends.has(kind) ? new Date(ctx.app.clock().getTime() + codeDays * 86_400_000) : null })
      .where('id', '=', row.id)
      .execute();
  if (!told.has(kind) || !row.sealed) return;
  const { contact } = await openAnswers(tx, ctx.app, row);
  const to = contact?.contactEmail?.[0];
  if (!to || contact.mail?.[0] !== 'yes') return;
  if ((await notToContact(tx, network.id, [organizationId])).has(organizationId)) return;
  const t = translator(row.locale);
  const address = `${ctx.app.config.baseUrl}/${network.slug}/services/apply/return?lang=${row.locale}`;
  await ctx.app.services.mail.send(tx, {
    to,
    kind: 'directory.vetting.letter',
    subject: t('directory.vetting.letter.subject', { network: pick(network.name, row.locale) }),
    text: [
      t('directory.vetting.letter.hello', { name: contact.contactName?.[0] ?? '' }),
      t(`directory.vetting.told.${kind}`),
      t('directory.vetting.letter.more', { address }),
    ].join('\n\n'),
  });
}

/** Deletes drafts that nobody saved for a month; takes the code from applications decided a month ago, and the answers of those not taken in. */
export const applicationSweep: Job = {
  name: 'directory.applicationSweep',
  run: async (ctx) => {
    const now = ctx.app.clock();
    await ctx.app.db.run({ networkId: ctx.network!.id, scope: 'system' }, async (tx) => {
      await vetting(tx)
        .deleteFrom('app.directory_application')
        .where('network_id', '=', ctx.network!.id)
        .where('sent_at', 'is', null)
        .where('code_until', '<=', now)
        .execute();
      const over = await vetting(tx)
        .updateTable('app.directory_application')
        .set({ locator: null, secret_hash: null, door: null, door_until: null })
        .where('network_id', '=', ctx.network!.id)
        .where('code_until', '<=', now)
        .where('locator', 'is not', null)
        .returning(['id', 'organization_id'])
        .execute();
      const gone = await notTaken(
        tx,
        ctx.network!.id,
        over.flatMap((row) => row.organization_id ?? []),
      );
      for (const row of over)
        if (row.organization_id && gone.has(row.organization_id))
          await vetting(tx)
            .updateTable('app.directory_application')
            .set({ sealed: null })
            .where('id', '=', row.id)
            .execute();
    });
  },
};
