/** The public JSON of plans: the same reading and the same roll-up as the pages. */
import { z } from 'zod';
import { get, json, type Req, type Route } from '#kernel';
import { publicPlans } from './public.ts';
import { planOnDay, type PlanOnDay } from './pages/public/read.ts';
import { say } from './pages/words.ts';
import { statusClasses } from './shape.ts';
import { liveFacts } from './standing.ts';

const text = z
  .object({ en: z.string(), es: z.string().optional() })
  .describe('Text by language; Spanish may be missing.');
const day = z.string().describe('A calendar day, ISO 8601, e.g. 2019-04-25.');

export const progressShape = z.object({
  done: z.int(),
  active: z.int(),
  notBegun: z.int(),
  ongoing: z.int(),
  excluded: z.int(),
  unknown: z.int(),
  percent: z.int().nullable().describe('done ÷ (all − excluded), rounded half up; null where a number would mislead.'),
  rule: z.string().describe('How the percentage is worked out and what is not counted, in words.'),
  asOf: day,
  source: z
    .enum(['facts', 'published', 'none'])
    .describe('Counted from dated facts, taken from published totals, or neither.'),
});

const itemShape = z.object({
  ref: z.int().describe('Permanent number.'),
  parentRef: z.int().nullable(),
  number: z.string().describe('The printed number; a label.'),
  title: text,
  leaf: z.boolean(),
  status: z.enum(statusClasses).nullable().describe('Only leaves have one.'),
  since: day.nullable(),
  inScope: z.boolean(),
  lead: z.string().optional(),
  due: day.optional(),
  themes: z.array(z.string()).optional(),
  pillars: z.array(z.string()).optional(),
  history: z.array(z.object({ on: day, status: z.enum(statusClasses), reason: text.optional() })),
  url: z.string(),
});

const planShape = z.object({
  slug: z.string(),
  title: text,
  summary: text.optional(),
  url: z.string(),
  revision: z.int(),
  publishedAt: z.string(),
  updated: day.nullable(),
  progress: progressShape,
});

export const planDetailShape = planShape.extend({
  levels: z.array(z.object({ one: text, many: text })),
  publishedTotals: z.array(
    z.object({
      asOf: day,
      done: z.int(),
      active: z.int(),
      notBegun: z.int(),
      excluded: z.int(),
      percent: z.number().optional(),
      source: z.string().optional(),
    }),
  ),
  items: z.array(itemShape),
});

function progressOf(req: Req, view: PlanOnDay): z.output<typeof progressShape> {
  const { done, active, notBegun, ongoing, excluded, unknown, percent, asOf, source } = view.progress;
  return {
    done,
    active,
    notBegun,
    ongoing,
    excluded,
    unknown,
    percent,
    rule: `${req.ui.t('plan.page.rule', { excluded })} ${say(req.ui, view.progress.rule)}`,
    asOf,
    source,
  };
}

function planOf(req: Req, view: PlanOnDay): z.output<typeof planShape> {
  const { plan } = view;
  return {
    slug: plan.slug,
    title: plan.fields.title,
    summary: plan.fields.summary,
    url: `${req.ctx.app.config.baseUrl}/${req.ctx.network!.slug}/plans/${plan.slug}`,
    revision: plan.revision,
    publishedAt: plan.publishedAt.toISOString(),
    updated: view.updated,
    progress: progressOf(req, view),
  };
}

/** The whole plan on its day, e.g. for the JSON download too. */
export function planDetail(req: Req, view: PlanOnDay): z.output<typeof planDetailShape> {
  const own = planOf(req, view);
  return {
    ...own,
    levels: view.plan.fields.levels,
    publishedTotals: view.plan.fields.publishedTotals,
    items: view.items.map((item) => {
      const at = view.standings.get(item.ref);
      const { ref, parentRef, number, title, leaf, lead, due, themes, pillars } = item;
      return {
        ref,
        parentRef,
        number,
        title,
        leaf,
        status: at?.status ?? null,
        since: at?.since ?? null,
        inScope: at?.inScope ?? true,
        lead,
        due,
        themes,
        pillars,
        history: liveFacts(item.facts)
          .filter((f) => f.on <= view.day)
          .map(({ on, status, reason }) => ({ on, status, reason })),
        url: `${own.url}/items/${ref}`,
      };
    }),
  };
}

const asOf = z.object({
  asOf: day.optional().describe('The plan as it stood at the end of this day; today without it.'),
});

export const apiRoutes: Route[] = [
  get(
    '/api/v1/networks/:network/plans',
    'public',
    async (req) => {
      const list = await publicPlans(req.ctx.app, req.ctx.network!.id);
      const views = await Promise.all(list.map((plan) => planOnDay(req, plan.slug)));
      return json({ plans: views.map((view) => planOf(req, view)) });
    },
    {
      kind: 'api',
      cache: true,
      doc: {
        summary: 'The published plans of a network',
        query: asOf,
        response: z.object({ plans: z.array(planShape) }),
      },
    },
  ),
  get('/api/v1/networks/:network/plans/:plan', 'public', async (req) => json(planDetail(req, await planOnDay(req))), {
    kind: 'api',
    cache: true,
    doc: {
      summary: 'One plan with every item, its status and its dated history',
      query: asOf,
      response: planDetailShape,
    },
  }),
];
