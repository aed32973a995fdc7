/** Reads back our own JSON files. Every wrong place is named by its path. */
import { z } from 'zod';
import type { LevelName, PlanRow, PublishedTotals, Text } from '../shape.ts';
import { scopeKinds, statusClasses } from '../shape.ts';
import { isDay } from './days.ts';
import type { Draft } from './draft.ts';
import { excerpt, type Problems, Unreadable } from './problems.ts';
import { jsonFormat } from './write.ts';

const day = z.string().refine(isDay, 'a day such as 2019-04-25');
const text = z.object({ en: z.string(), es: z.string().optional() });
const level = z.object({ one: text, many: text });
const list = z.array(z.string()).optional();
const refs = z.array(z.number().int().positive()).optional();
const amount = z.number().finite().optional();
const row = z.object({
  ref: z.number().int().positive().optional(),
  depth: z.number().int().min(0).max(20),
  number: z.string(),
  title: text,
  description: text.optional(),
  leaf: z.boolean(),
  history: z.array(z.object({ on: day, status: z.enum(statusClasses), reason: text.optional() })),
  scope: z.array(z.object({ on: day, kind: z.enum(scopeKinds), into: refs, reason: text.optional() })).optional(),
  lead: z.string().optional(),
  partners: list,
  due: day.optional(),
  themes: list,
  pillars: list,
  fundingNeeded: amount,
  fundingSecured: amount,
  dependsOn: refs,
  milestones: z.array(z.object({ title: text, due: day.optional(), doneOn: day.optional() })).optional(),
});
const totals = z.object({
  asOf: day,
  done: z.number().int().min(0),
  active: z.number().int().min(0),
  notBegun: z.number().int().min(0),
  excluded: z.number().int().min(0),
  percent: z.number().optional(),
  source: z.string().optional(),
});
const file = z.object({
  format: z.literal(jsonFormat),
  title: text,
  levels: z.array(level),
  published: totals.nullish(),
  rows: z.array(z.unknown()),
});

export interface JsonRead {
  title: Text;
  levels: LevelName[];
  published: PublishedTotals | null;
  drafts: Draft[];
}

/** `line` of each item is its place in the list of rows, from 1. */
export function jsonPlan(source: string, problems: Problems): JsonRead {
  let data: unknown;
  try {
    data = JSON.parse(source);
  } catch {
    throw new Unreadable('plan.exchange.badJson');
  }
  const whole = file.safeParse(data);
  if (!whole.success) throw new Unreadable('plan.exchange.otherJson', { path: pathOf(whole.error) });
  const drafts: Draft[] = [];
  for (const [i, given] of whole.data.rows.entries()) {
    const read = row.safeParse(given);
    if (!read.success) {
      problems.error('plan.exchange.badJsonRow', { line: i + 1 }, { path: excerpt(pathOf(read.error), 80) });
      continue;
    }
    const { depth, number, title, description, leaf, ...fields } = read.data satisfies PlanRow;
    const name = whole.data.levels[depth];
    drafts.push({
      kind: `depth${depth}`,
      ...(name ? { name, shown: name.one.en } : {}),
      depth,
      leaf,
      number,
      title,
      ...(description ? { description } : {}),
      place: { line: i + 1 },
      fields,
    });
  }
  return { title: whole.data.title, levels: whole.data.levels, published: whole.data.published ?? null, drafts };
}

const pathOf = (error: z.ZodError): string => error.issues[0]?.path.join('.') || 'format';
