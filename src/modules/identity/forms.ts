/** What the forms of this module share: telling what is wrong and drawing the form again, and where to go afterwards. */
import { page, Problem, recentlyProved, redirect, type Req } from '#kernel';
import type { FieldErrors } from '#ui';

/** Sentences for a form's fields; a problem of the whole form has the empty name. */
function errorsOf(req: Req, problem: Problem): FieldErrors {
  const { t } = req.ctx;
  if (problem.kind !== 'invalid') return { '': t(problem.key, problem.values) };
  return Object.fromEntries(
    Object.entries(problem.fields).map(([name, one]) => [name === 'form' ? '' : name, t(one.key, one.values)]),
  );
}

/** Does the work of a submitted form; when it cannot be accepted, answers with the form again. Other problems go on. */
export async function orAgain(
  req: Req,
  work: () => Promise<Response>,
  again: (errors: FieldErrors) => unknown,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || !['invalid', 'conflict', 'tooMany'].includes(error.kind)) throw error;
    return page(await again(errorsOf(req, error)), error.status);
  }
}

/** A path on this site to go on to, or null. Anything that a browser could read as another site is not one. */
export const safePath = (path: string | undefined): string | null =>
  path && path.length <= 300 && /^\/(?![/\\])[\w\-./~%:@]*$/.test(path) ? path : null;

/** After signing in: on to where the person was going, or to where their day begins. */
export const goOn = (req: Req, next: string | undefined): Response => redirect(req, safePath(next) ?? '/account/start');

/** Back to a page with a notice of what was done. */
export const done = (req: Req, path: string, said: string): Response =>
  redirect(req, path, { said: `identity.said.${said}` });

/** Asks to prove it again before a form is begun, so that nobody types it twice. */
export function proveFirst(req: Req): void {
  if (!recentlyProved(req.ctx)) throw new Problem('stepUp', 'kernel.problem.stepUp');
}

/** Where a browser's request comes from, for limits and for the list of sessions. */
export const from = (req: Req) => ({ origin: req.origin, userAgent: req.userAgent });
