/** What upkeep has for a person today: on the staff start page, and in the daily mail. Counts and campaigns are named, providers are not: mail is read anywhere. */
import { allows, type Ctx, type DigestItem, type DigestSource, type Req, tenantOf } from '#kernel';
import { Section } from '#ui';
import { keepers } from '../../records/actions.ts';
import { type BoardRow, type BoardTab, countTabs, readBoard } from '../board.ts';
import { campaignsOf } from '../campaigns.ts';
import { base } from './frame.tsx';

const shown = ['calls', 'review', 'demoted', 'late'] as const satisfies BoardTab[];

/** The part of the staff start page about upkeep; nothing for people who have no part in it. */
export async function upkeepPanel(req: Req) {
  const { ui, ctx } = req;
  if (ctx.actor.kind !== 'person' || !allows(keepers, ctx)) return null;
  const counts = countTabs(await ctx.app.db.run(tenantOf(ctx), (tx) => readBoard(tx, ctx)));
  const lines = shown.filter((tab) => counts[tab] > 0);
  return (
    <Section title={ui.t('directory.upkeep.title')}>
      {lines.length === 0 ? (
        <p class="wm-soft">{ui.t('directory.upkeep.start.nothing')}</p>
      ) : (
        <ul class="wm-plain-list">
          {lines.map((tab) => (
            <li>
              <a href={ui.href(base(ctx), { show: tab === 'late' ? undefined : tab })}>
                {ui.t(`directory.upkeep.start.${tab}`, { count: counts[tab] })}
              </a>
            </li>
          ))}
        </ul>
      )}
      <p>
        <a href={ui.href(base(ctx))}>{ui.t('directory.upkeep.start.board')}</a>
      </p>
    </Section>
  );
}

interface Reader {
  id: string;
  roles: ReadonlySet<string>;
}

/** The newest day on which one of these came to stand where it does: a line is told again when there are more, and not every day. */
const occasion = (rows: readonly BoardRow[]): string =>
  rows
    .map(({ id, request, listing }) => `${request?.events.at(-1)?.on ?? listing.position.last?.on ?? ''} ${id}`)
    .sort()
    .at(-1) ?? '';

/** What one person is told: escalations go to the one who was named, or to everyone who vets. */
export async function upkeepItems(ctx: Ctx, reader: Reader): Promise<DigestItem[]> {
  if (!keepers.some((role) => reader.roles.has(role))) return [];
  const { rows, campaigns } = await ctx.app.db.run(tenantOf(ctx), async (tx) => ({
    rows: await readBoard(tx, ctx),
    campaigns: await campaignsOf(tx, ctx.network!.id),
  }));
  const items: DigestItem[] = [];
  const add = (
    name: 'escalated' | 'calling' | 'demoted' | 'review',
    some: readonly BoardRow[],
    tab: BoardTab,
    urgency: DigestItem['urgency'],
    values: Record<string, unknown> = {},
    of = '',
  ) => {
    if (some.length === 0) return;
    items.push({
      key: `${name} ${of} ${some.length} ${occasion(some)}`,
      text: ctx.t(`directory.upkeep.digest.${name}`, { count: some.length, ...values }),
      path: `${base(ctx)}?show=${tab}`,
      urgency,
    });
  };
  const vets = reader.roles.has('directory_vetter');
  for (const campaign of campaigns) {
    if (campaign.escalateTo ? campaign.escalateTo !== reader.id : !vets) continue;
    const own = rows.filter(({ request }) => request?.campaignId === campaign.id);
    const at = (state: string) => own.filter(({ request }) => request!.state === state);
    add('escalated', at('escalated'), 'calls', 'late', { campaign: campaign.name }, campaign.id);
    add('calling', at('calling'), 'calls', 'due', { campaign: campaign.name }, campaign.id);
  }
  if (vets) {
    const demoted = rows.filter(({ listing }) => listing.position.state === 'demoted');
    add('demoted', demoted, 'demoted', 'news');
  }
  if (reader.roles.has('directory_editor')) {
    const waiting = rows.filter((row) => row.waiting > 0);
    const count = waiting.reduce((sum, row) => sum + row.waiting, 0);
    add('review', waiting, 'review', 'waiting', { count }, String(count));
  }
  return items;
}

export const upkeepDigest: DigestSource = { name: 'directory.upkeep', items: upkeepItems };
