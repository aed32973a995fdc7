/** What the forms of this module share: telling what is wrong and drawing the form again with what was entered, and versions that make two editors meet. */
import { createHash } from 'node:crypto';
import { page, Problem, type Req } from '#kernel';
import type { FieldErrors } from '#ui';

/** Sentences for a form's fields; a problem of the whole form has the empty name. */
function errorsOf(req: Req, problem: Problem): FieldErrors {
  const { t } = req.ctx;
  if (problem.kind !== 'invalid') return { '': t(problem.key, problem.values) };
  return Object.fromEntries(Object.entries(problem.fields).map(([name, one]) => [name, t(one.key, one.values)]));
}

/** Does the work of a submitted form; when it cannot be accepted, answers with the form again. Other problems go on. */
export async function orAgain(
  req: Req,
  work: () => Promise<Response>,
  again: (errors: FieldErrors, problem: Problem) => unknown,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || (error.kind !== 'invalid' && error.kind !== 'conflict')) throw error;
    return page(await again(errorsOf(req, error), error), error.status);
  }
}

/**
 * The version of what a form shows: a digest of the values themselves, so nothing has to be counted or stored, and a change elsewhere that the form
 * does not show is no conflict.
 */
export const versionOf = (values: unknown): string =>
  createHash('sha256').update(JSON.stringify(values, sortedKeys)).digest('base64url').slice(0, 16);

/** The database may give an object's keys back in another order. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A text in two languages from a form's `name.en` and `name.es`; Spanish is left out when it is empty. */
export const textOf = (en: string, es: string): { en: string; es?: string } => (es ? { en, es } : { en });
