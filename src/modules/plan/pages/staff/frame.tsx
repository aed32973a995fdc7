/** What the staff pages of a plan share: who may open them, their tabs and crumbs, and small words. */
import type { Child } from 'hono/jsx';
import { allows, type Ctx, type Req, today } from '#kernel';
import { Alert, formatDay, Layout, PageHeader, Tabs, type Ui } from '#ui';
import { editors } from '../../drafting.ts';
import type { PlanFields } from '../../fields.ts';
import { approvers } from '../../publishing.ts';
import type { PlanItem, PlanRow, PlanState } from '../../state.ts';
import type { Kept, Mark } from '../../upkeep.ts';
import { inLocale, say } from '../words.ts';
import type { Drafted } from './reading.ts';

/** Who may read the working pages of plans. */
export const readers = ['plan_editor', 'plan_approver', 'plan_owner', 'network_admin', 'staff', 'auditor'] as const;

export const mayEdit = (ctx: Ctx): boolean => allows(editors, ctx);
export const mayApprove = (ctx: Ctx): boolean => allows(approvers, ctx);
export const me = (ctx: Ctx): string => (ctx.actor.kind === 'person' ? ctx.actor.personId : '');

/** `/harbor/staff/plans`, or the address of one plan in it. */
export const base = (ctx: Ctx, slug?: string): string =>
  `/${ctx.network?.slug ?? ''}/staff/plans${slug === undefined ? '' : `/${slug}`}`;

export const now = (req: Req): string => today(req.ctx);

type Tab = 'work' | 'indicators' | 'publication' | 'settings';

/** The page of one plan. `crumbs` are those between the plan and the page, the page itself last without a link. */
export function PlanPage(props: {
  req: Req;
  plan: PlanRow;
  fields: PlanFields;
  tab: Tab | null;
  title: string;
  heading?: Child;
  eyebrow?: Child;
  lead?: Child;
  actions?: Child;
  crumbs?: readonly { label: Child; href?: string }[];
  children?: Child;
}) {
  const { req, plan, fields, tab, crumbs = [] } = props;
  const { ui, ctx } = req;
  const home = base(ctx, plan.slug);
  const name = inLocale(fields.title, ui.locale);
  return (
    <Layout
      ui={ui}
      title={props.title === name ? name : `${props.title} · ${name}`}
      kind="staff"
      crumbs={[
        { label: ui.t('plan.staff.plans'), href: ui.href(base(ctx)) },
        { label: name, ...(crumbs.length > 0 && { href: ui.href(home) }) },
        ...crumbs,
      ]}
    >
      <PageHeader
        title={props.heading ?? props.title}
        eyebrow={props.eyebrow}
        lead={props.lead}
        actions={props.actions}
      />
      {tab && (
        <Tabs
          label={ui.t('plan.staff.tabs')}
          tabs={(['work', 'indicators', 'publication', 'settings'] as const).map((one) => ({
            href: ui.href(one === 'work' ? home : `${home}/${one}`),
            label: ui.t(`plan.staff.tab.${one}`),
            current: tab === one,
          }))}
        />
      )}
      {props.children}
    </Layout>
  );
}

/** "1.2 Train hotel staff", as short as it can be told from others. */
export const itemName = (item: Pick<PlanItem, 'number' | 'title'>, ui: Pick<Ui, 'locale'>): string =>
  `${item.number} ${inLocale(item.title, ui.locale)}`.trim();

/** The word for an item at this depth, e.g. “Tactic”. */
export const levelWord = (fields: PlanFields, depth: number, ui: Pick<Ui, 'locale'>): string =>
  inLocale((fields.levels[depth] ?? fields.levels.at(-1))?.one, ui.locale);

/** An item's printed number where it is its alone, else its permanent one: what people type to name it. */
export function nameToType(state: Pick<PlanState, 'items'>): (ref: number) => string {
  const count = new Map<string, number>();
  for (const { number } of state.items) count.set(number, (count.get(number) ?? 0) + 1);
  const byRef = new Map(state.items.map((item) => [item.ref, item.number]));
  return (ref) => {
    const number = byRef.get(ref);
    return number && count.get(number) === 1 ? number : `#${ref}`;
  };
}

/** Items by what people typed: printed numbers, or permanent ones after a hash, divided by commas or spaces. */
export function refsFrom(state: Pick<PlanState, 'items'>, typed: string): { refs: number[]; unknown: string[] } {
  const refs = new Set<number>();
  const unknown: string[] = [];
  for (const word of typed.split(/[\s,;]+/).filter(Boolean)) {
    const hash = /^#(\d{1,9})$/.exec(word);
    const fits = state.items.filter((item) => (hash ? item.ref === Number(hash[1]) : item.number === word));
    if (fits.length === 1) refs.add(fits[0]!.ref);
    else unknown.push(word);
  }
  return { refs: [...refs], unknown };
}

/** Why an item needs somebody, as lines under its name. */
export const Marks = ({ ui, marks }: { ui: Pick<Ui, 't' | 'locale'>; marks: readonly Mark[] }) =>
  marks.length === 0 ? null : (
    <ul class="wm-marks">
      {marks.map((mark) => (
        <li>
          <b>{ui.t(`plan.upkeep.word.${mark.kind}`)}.</b> {say(ui, mark.because)}
        </li>
      ))}
    </ul>
  );

export const ownersOf = (kept: Kept | undefined): string => kept?.owners.map(({ name }) => name).join(', ') ?? '';

/** "3 items edited, 4 records": what is drafted and not public. */
export const draftedWords = (ui: Pick<Ui, 't'>, drafted: Drafted): string =>
  [
    drafted.edited > 0 ? ui.t('plan.staff.drafted.edited', { count: drafted.edited }) : '',
    drafted.records > 0 ? ui.t('plan.staff.drafted.records', { count: drafted.records }) : '',
    drafted.phase ? ui.t('plan.staff.drafted.phase') : '',
  ]
    .filter(Boolean)
    .join(', ');

export const day = (ui: Pick<Ui, 'locale'>, on: string): string => formatDay(ui.locale, on, 'short');

/** A lasting note that what follows never leaves the house. */
export const NeverPublished = ({ ui }: { ui: Pick<Ui, 't'> }) => (
  <Alert kind="info" announce={false}>
    {ui.t('plan.staff.neverPublished')}
  </Alert>
);
