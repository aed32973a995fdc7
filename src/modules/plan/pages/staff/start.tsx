/** "What needs me today" on the staff start page, and the same for the daily mail: the one list, drawn twice. */
import {
  allows,
  type Ctx,
  dayIn,
  type DigestItem,
  type DigestSource,
  pick,
  type Req,
  tenantOf,
  today,
  type Tx,
} from '#kernel';
import { Section } from '#ui';
import { editors, networkId } from '../../drafting.ts';
import { approvers } from '../../publishing.ts';
import { redactionDeciders } from '../../redaction.ts';
import { findPlan } from '../../state.ts';
import { daysBetween, type Kept, keptPlan, type Mark } from '../../upkeep.ts';
import { say } from '../words.ts';
import { base, draftedWords, itemName, me } from './frame.tsx';
import { listRedactions } from './redaction.tsx';
import { anyDrafted, isWaiting, type ListedPlan, listPlans, listRevisions } from './reading.ts';

/** One line: what is the matter, where to see to it, and the occasion by which it is remembered. */
interface Need extends DigestItem {
  /** Only for the start page: not worth a line in a mail. */
  quiet?: boolean;
}

type Speaker = Pick<Ctx, 't' | 'locale'>;

/** A publication is news for this many days. */
const newsDays = 14;

const urgencies: Record<Mark['kind'], DigestItem['urgency']> = {
  late: 'late',
  milestone: 'late',
  soon: 'due',
  stale: 'due',
  unowned: 'due',
};

/** What a person's own items need. An unowned item is nobody's, so it is never here. */
function ofItem(speaker: Speaker, at: string, slug: string, { item, marks }: Kept): Need[] {
  return marks
    .filter(({ kind }) => kind !== 'unowned')
    .map((mark) => ({
      key: `${slug}:${mark.key}`,
      text: speaker.t('plan.upkeep.line', {
        name: itemName(item, speaker),
        word: speaker.t(`plan.upkeep.word.${mark.kind}`),
        because: say(speaker, mark.because),
      }),
      path: `${at}/items/${item.ref}`,
      urgency: urgencies[mark.kind],
    }));
}

/** Everything of the network's plans that concerns this person today. */
async function needsOf(
  tx: Tx,
  ctx: Ctx,
  person: { id: string; roles: ReadonlySet<string> },
  speaker: Speaker,
): Promise<Need[]> {
  const may = (roles: readonly string[]) => roles.some((role) => person.roles.has(role));
  if (!may([...editors, ...approvers, 'plan_owner'])) return [];
  const day = today(ctx);
  const needs: Need[] = [];
  const list = await listPlans(tx, networkId(ctx));
  for (const listed of list) {
    const plan = await findPlan(tx, networkId(ctx), listed.slug);
    const at = base(ctx, listed.slug);
    const title = pick(listed.title, speaker.locale);
    const { kept } = await keptPlan(tx, plan, day, ctx.network!.timezone);
    const own = [...kept.values()].filter(({ owners }) => owners.some(({ id }) => id === person.id));
    needs.push(...own.flatMap((one) => ofItem(speaker, at, listed.slug, one)));
    needs.push(...(await ofPublication(tx, ctx, listed, person.id, may, speaker, at, title)));
    if (may(editors)) {
      const unowned = [...kept.values()].filter(({ marks }) => marks.some(({ kind }) => kind === 'unowned')).length;
      const say = (key: string, values: Record<string, unknown>, path: string): Need => ({
        key: `${listed.slug}:${key}`,
        text: speaker.t(`plan.upkeep.${key}`, { plan: title, ...values }),
        path,
        urgency: 'news',
        quiet: true,
      });
      if (unowned > 0) needs.push(say('unownedIn', { count: unowned }, `${at}?mark=unowned`));
      if (listed.waiting === null && anyDrafted(listed))
        needs.push(say('draftedIn', { what: draftedWords(speaker, listed) }, `${at}/publication`));
    }
  }
  const plan = list[0];
  if (plan && may(redactionDeciders))
    for (const { id, askedBy, askedByName, outcome } of await listRedactions(tx, networkId(ctx)))
      if (outcome === null && askedBy !== person.id)
        needs.push({
          key: `redaction:${id}`,
          text: speaker.t('plan.upkeep.redaction', { who: askedByName ?? speaker.t('plan.staff.somebody') }),
          path: `${base(ctx, plan.slug)}/redactions/${id}`,
          urgency: 'late',
        });
  const order = ['late', 'due', 'waiting', 'news'];
  return needs.sort((a, b) => order.indexOf(a.urgency) - order.indexOf(b.urgency));
}

/** What waits for this person's approval, and what became of what they asked for. */
async function ofPublication(
  tx: Tx,
  ctx: Ctx,
  listed: ListedPlan,
  person: string,
  may: (roles: readonly string[]) => boolean,
  { t }: Speaker,
  at: string,
  plan: string,
): Promise<Need[]> {
  const path = `${at}/publication`;
  const [last] = await listRevisions(tx, listed.id);
  if (!last) return [];
  const line = (key: string, urgency: Need['urgency'], values: Record<string, unknown> = {}, quiet = false): Need => ({
    key: `${listed.slug}:${key}:${last.n}`,
    text: t(`plan.upkeep.${key}`, { plan, n: last.n, ...values }),
    path,
    urgency,
    quiet,
  });
  const mine = last.askedBy === person;
  if (isWaiting(last)) {
    if (!mine && may(approvers)) return [line('approve', 'waiting', { who: last.askedByName })];
    return mine ? [line('waitsForOthers', 'news', {}, true)] : [];
  }
  if (!mine) return [];
  if (last.approvedAt) {
    const fresh = daysBetween(dayIn(last.approvedAt, ctx.network!.timezone), today(ctx)) <= newsDays;
    return fresh ? [line('published', 'news', { who: last.approvedByName ?? '' })] : [];
  }
  return last.returnedBy === person
    ? []
    : [line('returned', 'waiting', { who: last.returnedByName ?? '', why: last.why ?? '' })];
}

/** The daily mail's lines about plans. Keys name the occasion, so each is told once. */
export const upkeepDigest: DigestSource = {
  name: 'plan.upkeep',
  items: async (ctx, person) => {
    const needs = await ctx.app.db.run(tenantOf(ctx), (tx) => needsOf(tx, ctx, person, ctx));
    return needs.filter(({ quiet }) => !quiet).map(({ key, text, path, urgency }) => ({ key, text, path, urgency }));
  },
};

const shownNeeds = 12;

/** The part of the staff start page about plans; nothing for people who have no part in them. */
export async function upkeepPanel(req: Req) {
  const { ui, ctx } = req;
  if (ctx.actor.kind !== 'person' || !allows([...editors, ...approvers, 'plan_owner'], ctx)) return null;
  const person = { id: me(ctx), roles: ctx.actor.roles };
  const needs = await ctx.app.db.run(tenantOf(ctx), (tx) => needsOf(tx, ctx, person, ctx));
  return (
    <Section title={ui.t('plan.upkeep.panel')}>
      {needs.length === 0 ? (
        <p class="wm-soft">{ui.t('plan.upkeep.nothing')}</p>
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
        <p class="wm-soft">{ui.t('plan.upkeep.more', { count: needs.length - shownNeeds })}</p>
      )}
      <p>
        <a href={ui.href(base(ctx))}>{ui.t('plan.staff.plans')}</a>
      </p>
    </Section>
  );
}
