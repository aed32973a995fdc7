/**
 * What a version of the plan itself, of an item of its outline, or of an indicator holds: the public text and structure, whole. These schemas are
 * the only door into app.plan_version.fields.
 */
import { z } from 'zod';
import { statusClasses, type Text } from './shape.ts';

/** A real calendar day: 2019-02-30 is refused. */
export const daySchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'plan.field.day' })
  .refine((value) => isDay(value), { error: 'plan.field.day' });

export function isDay(value: string): boolean {
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}

/** English is needed, Spanish may come later; an empty Spanish text is none. */
export const textSchema = (longest: number) =>
  z
    .object({ en: z.string().trim().min(1).max(longest), es: z.string().trim().max(longest).optional() })
    .transform(({ en, es }): Text => (es ? { en, es } : { en }));

const key = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, { error: 'plan.field.key' });

export const planFields = z.object({
  title: textSchema(200),
  summary: textSchema(2000).optional(),
  levels: z
    .array(z.object({ one: textSchema(60), many: textSchema(60) }))
    .min(1)
    .max(50),
  /** The plan's own words for the classes; a class without one uses the product's word. */
  statuses: z.array(z.object({ code: key, class: z.enum(statusClasses), label: textSchema(60) })).max(40),
  themes: z.array(z.object({ key, title: textSchema(200) })).max(60),
  startsOn: daySchema.optional(),
  endsOn: daySchema.optional(),
  baselineOn: daySchema.optional(),
  publishedTotals: z
    .array(
      z.object({
        asOf: daySchema,
        done: z.int().min(0),
        active: z.int().min(0),
        notBegun: z.int().min(0),
        excluded: z.int().min(0),
        percent: z.number().min(0).max(100).optional(),
        source: z.string().max(400).optional(),
      }),
    )
    .max(200),
  source: textSchema(600).optional(),
});
export type PlanFields = z.output<typeof planFields>;

const amount = z.number().min(0).max(1e12);

export const itemFields = z.object({
  parentRef: z.int().min(1).nullable(),
  position: z.int().min(0),
  number: z.string().trim().max(40),
  title: textSchema(600),
  description: textSchema(8000).optional(),
  leaf: z.boolean(),
  lead: z.string().trim().max(200).optional(),
  partners: z.array(z.string().trim().min(1).max(200)).max(60).optional(),
  due: daySchema.optional(),
  themes: z.array(key).max(30).optional(),
  pillars: z.array(key).max(30).optional(),
  fundingNeeded: amount.optional(),
  fundingSecured: amount.optional(),
  dependsOn: z.array(z.int().min(1)).max(60).optional(),
  milestones: z
    .array(z.object({ title: textSchema(300), due: daySchema.optional(), doneOn: daySchema.optional() }))
    .max(60)
    .optional(),
});
export type ItemFields = z.output<typeof itemFields>;

export const directions = ['up', 'down', 'keepAtLeast', 'keepAtMost', 'milestone', 'undefined'] as const;
const mark = z.object({ value: z.number(), on: daySchema.optional() });

export const indicatorFields = z.object({
  title: textSchema(300),
  /** What is counted: people, %, days. Empty for a plain number. */
  unit: textSchema(60).optional(),
  /** How it is counted, so that two people count alike. */
  definition: textSchema(2000).optional(),
  direction: z.enum(directions),
  baseline: mark.nullable(),
  target: mark.nullable(),
  period: z.enum(['month', 'quarter', 'year']).nullable(),
  /** The item it is evidence for; null: the plan as a whole. */
  item: z.int().min(1).nullable(),
  /** A figure that another module publishes; then values are never typed in. */
  figure: z.string().max(100).nullable(),
});
export type IndicatorFields = z.output<typeof indicatorFields>;

/** The four pillars of trafficking response with partnership, as the crosswalk between plans of different shape. */
export const pillars = ['partner', 'prevent', 'protect', 'prosecute', 'provide'] as const;
