/** "What needs me today" for those who vet, decide, visit or speak for a provider; the same lines go into the daily mail. */
import { type Ctx, type DigestItem, type DigestSource, type Req, tenantOf, today, type Tx } from '#kernel';
import { Section } from '#ui';
import { waitingToList } from '../exchange/pending.ts';
import { positionOf, type State } from '../listing.ts';
import { eventsOf } from '../project.ts';
import { vetters, visitors } from './roles.ts';
import { namesOf, waitingPlaces, waitingProposals } from './staff/read.ts';
import { vetting } from './tables.ts';
import { visitsBy } from './visits.ts';

interface Person {
  id: string;
  roles: ReadonlySet<string>;
}

async function needsOf(tx: Tx, ctx: Ctx, person: Person): Promise<DigestItem[]> {
  const may = (roles: readonly string[]) => roles.some((role) => person.roles.has(role));
  const needs: DigestItem[] = [];
  if (may(vetters)) needs.push(...(await ofVetting(tx, ctx, person)));
  if (may(['directory_approver'])) needs.push(...(await ofImports(tx, ctx, person)));
  if (may(visitors)) needs.push(...(await ofVisits(tx, ctx, person)));
  const order = ['late', 'due', 'waiting', 'news'];
  return needs.sort((a, b) => order.indexOf(a.urgency) - order.indexOf(b.urgency));
}

const underWay: ReadonlySet<State> = new Set(['applied', 'reviewed', 'called', 'referenced', 'visited', 'proposed']);

async function ofVetting(tx: Tx, ctx: Ctx, person: Person): Promise<DigestItem[]> {
  const network = ctx.network!;
  const rows = await vetting(tx)
    .selectFrom('app.directory_event')
    .select('organization_id')
    .distinct()
    .where('network_id', '=', network.id)
    .where('kind', 'in', ['applied', 'reopened'])
    .execute();
  const events = await eventsOf(
    tx,
    network.id,
    rows.map((row) => row.organization_id),
  );
  const open = [...events]
    .map(([id, list]) => ({ id, at: positionOf(list) }))
    .filter(({ at }) => underWay.has(at.state));
  const names = await namesOf(
    tx,
    network.id,
    open.map(({ id }) => id),
  );
  const items = open.flatMap(({ id, at }): DigestItem[] => {
    // Whoever proposed it waits for others.
    if (at.state === 'proposed' && (at.proposedBy === person.id || !person.roles.has('directory_approver'))) return [];
    return [
      {
        key: `${id}:${at.state}:${at.last?.seq ?? 0}`,
        text: ctx.t(`directory.vetting.need.${at.state}`, { name: names.get(id) ?? '' }),
        path: `/${network.slug}/staff/vetting/${id}`,
        urgency: 'waiting',
      },
    ];
  });
  for (const one of await waitingProposals(tx, network.id))
    items.push({
      key: `change:${one.id}`,
      text: ctx.t('directory.vetting.need.change', { name: one.name }),
      path: `/${network.slug}/staff/vetting/changes/${one.id}`,
      urgency: 'waiting',
    });
  for (const one of await waitingPlaces(tx, network.id))
    items.push({
      key: `place:${one.id}`,
      text: ctx.t('directory.vetting.need.place', { name: one.name }),
      path: `/${network.slug}/staff/vetting/changes/places/${one.id}`,
      urgency: 'waiting',
    });
  return items;
}

/** A file's name is not told: the same line goes into a mail. */
const ofImports = async (tx: Tx, ctx: Ctx, person: Person): Promise<DigestItem[]> =>
  (await waitingToList(tx, ctx.network!.id, person.id)).map(({ id }) => ({
    key: `import:${id}`,
    text: ctx.t('directory.vetting.need.import'),
    path: `/${ctx.network!.slug}/staff/directory/import/${id}`,
    urgency: 'waiting',
  }));

async function ofVisits(tx: Tx, ctx: Ctx, person: Person): Promise<DigestItem[]> {
  const network = ctx.network!;
  const day = today(ctx);
  return (await visitsBy(tx, network.id, person.id))
    .filter((row) => !row.reported_at)
    .map((row) => ({
      key: `visit:${row.id}:${row.due_on !== null && row.due_on < day ? 'late' : 'asked'}`,
      text: ctx.t('directory.vetting.need.visit', { name: row.name }),
      path: `/${network.slug}/staff/visits/${row.id}`,
      urgency: row.due_on !== null && row.due_on < day ? ('late' as const) : ('due' as const),
    }));
}

/** The daily mail's lines about joining the directory. */
export const vettingDigest: DigestSource = {
  name: 'directory.vetting',
  items: (ctx, person) => ctx.app.db.run(tenantOf(ctx), (tx) => needsOf(tx, ctx, person)),
};

const shownNeeds = 12;

/** The part of the staff start page; nothing for people who have no part in it. */
export async function vettingPanel(req: Req) {
  const { ui, ctx } = req;
  if (ctx.actor.kind !== 'person') return null;
  const person = { id: ctx.actor.personId, roles: ctx.actor.roles };
  if (![...vetters, ...visitors].some((role) => person.roles.has(role))) return null;
  const needs = await ctx.app.db.run(tenantOf(ctx), (tx) => needsOf(tx, ctx, person));
  return (
    <Section
      title={ui.t(
        vetters.some((role) => person.roles.has(role)) ? 'directory.vetting.panel' : 'directory.vetting.visit.mine',
      )}
    >
      {needs.length === 0 ? (
        <p class="wm-soft">{ui.t('directory.vetting.panelNone')}</p>
      ) : (
        <ul class="wm-plain-list">
          {needs.slice(0, shownNeeds).map((need) => (
            <li>
              <a href={ui.href(need.path)}>{need.text}</a>
            </li>
          ))}
        </ul>
      )}
      {needs.length > shownNeeds && (
        <p class="wm-soft">{ui.t('directory.vetting.panelMore', { count: needs.length - shownNeeds })}</p>
      )}
    </Section>
  );
}
