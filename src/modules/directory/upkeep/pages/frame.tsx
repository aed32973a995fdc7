/** What the pages of upkeep share: addresses, names of values, where a request stands in words. */
import type { Child } from 'hono/jsx';
import { type Ctx, dayInWords, type Req } from '#kernel';
import type { Rec } from '#modules/organisations';
import { StatusTag, Tabs, type Ui } from '#ui';
import { recordName } from '../../pages/said.tsx';
import { base as vettingBase, VettingPage } from '../../vetting/staff/frame.tsx';
import { nextStep } from '../request.ts';
import type { Campaign } from '../campaigns.ts';
import type { Brief } from '../read.ts';

/** `/harbor/staff/directory/upkeep`, or an address below it. */
export const base = (ctx: Ctx, rest = ''): string => `/${ctx.network?.slug ?? ''}/staff/directory/upkeep${rest}`;
export const changesAt = (ctx: Ctx): string => vettingBase(ctx, '/changes');

type Section = 'board' | 'campaigns' | 'periods' | 'figures';
const sections: Record<Section, string> = {
  board: '',
  campaigns: '/campaigns',
  periods: '/periods',
  figures: '/figures',
};

/** A page of upkeep with its tabs; `crumbs` are those after the board, the page itself last without a link. */
export const UpkeepPage = (props: {
  req: Req;
  title: string;
  section?: Section;
  lead?: Child;
  eyebrow?: Child;
  actions?: Child;
  crumbs?: readonly { label: Child; href?: string }[];
  children?: Child;
}) => {
  const { req, section, crumbs = [], ...rest } = props;
  const { ui, ctx } = req;
  const title = ui.t('directory.upkeep.title');
  return (
    <VettingPage
      req={req}
      {...rest}
      crumbs={crumbs.length > 0 ? [{ label: title, href: ui.href(base(ctx)) }, ...crumbs] : []}
    >
      {section && (
        <Tabs
          label={ui.t('directory.upkeep.tabs')}
          tabs={(Object.keys(sections) as Section[]).map((one) => ({
            href: ui.href(base(ctx, sections[one])),
            label: ui.t(`directory.upkeep.section.${one}`),
            current: one === section,
          }))}
        />
      )}
      {props.children}
    </VettingPage>
  );
};

/** What a value is called; of a hidden place, that it is one. */
export const fieldWords = (ui: Pick<Ui, 't'>, field: string): string =>
  field === '*' ? ui.t('directory.upkeep.place') : ui.t(`directory.vetting.field1.${field}`);

/** "Service: Night shelter". A link is named after its service. */
export function recordWords(ui: Pick<Ui, 't' | 'locale'>, rec: Rec, all: ReadonlyMap<string, Rec>): string {
  const kind = ui.t(`directory.vetting.kind.${rec.kind}`);
  const named = rec.kind === 'service_at_location' ? all.get(String(rec.fields.service_id)) : rec;
  const name = named ? recordName(ui, named) : '';
  return name ? `${kind}: ${name}` : kind;
}

const shapes = {
  asked: 'active',
  calling: 'unknown',
  reminded: 'active',
  escalated: 'unknown',
  demoted: 'excluded',
  answered: 'done',
  ended: 'excluded',
  unlisted: 'excluded',
  restored: 'done',
} as const;

/** Where a request stands: a word, since when, and what follows. */
export function RequestWords({ ui, request, campaign }: { ui: Ui; request: Brief; campaign: Campaign | undefined }) {
  const because = requestBecause(ui, request);
  const next = request.closedOn === null && campaign && nextStep(request.events, request.answerBy, campaign.waits);
  return (
    <>
      <StatusTag ui={ui} status={shapes[request.state]} label={ui.t(`directory.upkeep.state.${request.state}`)} />
      <div class="wm-soft wm-small">{because}</div>
      {next && (
        <div class="wm-soft wm-small">
          {ui.t(`directory.upkeep.next.${next.step}`, { day: dayInWords(next.from, ui.locale) })}
        </div>
      )}
    </>
  );
}

/** The fact that decides where a request stands. */
export function requestBecause(ui: Pick<Ui, 't' | 'locale'>, request: Brief): string {
  if (request.closedOn)
    return ui.t('directory.upkeep.because.closed', { day: dayInWords(request.closedOn, ui.locale) });
  const last = request.events.findLast(({ kind }) => kind === request.state);
  if (!last) return '';
  const day = dayInWords(last.on, ui.locale);
  return last.why ? ui.t(`directory.upkeep.why.${last.why}`, { day }) : ui.t('directory.upkeep.because.on', { day });
}
