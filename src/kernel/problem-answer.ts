/** One mapping of problems and faults to answers: a page for people, problem+json for programs. */
import { cleanError } from './clean-error.ts';
import { errorPage } from './error-page.tsx';
import type { Route } from './module.ts';
import { Problem } from './problem.ts';
import { page, redirect, type Req } from './request.ts';

/** Where to go on after signing in: the page itself, or for a submitted form the page it stood on. */
const nextOf = (req: Req): string => (req.raw.method === 'GET' ? req.path : (req.formPage?.path ?? '/'));

export async function problemAnswer(error: unknown, req: Req, route: Route): Promise<Response> {
  const { ctx } = req;
  let problem: Problem;
  if (error instanceof Problem) problem = error;
  else {
    ctx.app.log.error({ requestId: ctx.requestId, route: route.path, err: cleanError(error) }, 'request failed');
    const { status, key } = faultOf(error);
    if (route.kind === 'api') return problemJson(status, ctx.t(key, { requestId: ctx.requestId }));
    return page(errorPage(req, status, key, { requestId: ctx.requestId }), status);
  }
  if (route.kind === 'api')
    return problemJson(problem.status === 303 ? 401 : problem.status, ctx.t(problem.key, problem.values));
  if (problem.kind === 'signIn') return redirect(req, '/sign-in', { next: nextOf(req) });
  if (problem.kind === 'stepUp') return redirect(req, '/account/confirm', { next: nextOf(req) });
  const { status, key, values, fields, title } = problem;
  return page(errorPage(req, status, key, values, fields, title), status);
}

/** What of the machine failed, as far as it is known: a full disk, a database that is away (both PostgreSQL codes), or our own fault. */
export function faultOf(error: unknown): { status: 500 | 503 | 507; key: string } {
  const code = String((error as { code?: unknown }).code ?? '');
  if (code === '53100' || code === 'ENOSPC') return { status: 507, key: 'kernel.problem.diskFull' };
  // The pool gives its own failures no code.
  const said = error instanceof Error ? error.message : '';
  if (
    /^(08\w{3}|57P0[123]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/.test(
      code,
    ) ||
    /^(timeout exceeded when trying to connect|Connection terminated|Cannot use a pool after calling end)/.test(said)
  )
    return { status: 503, key: 'kernel.problem.databaseAway' };
  return { status: 500, key: 'kernel.problem.internal' };
}

const problemJson = (status: number, detail: string): Response =>
  new Response(JSON.stringify({ status, detail }), {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  });
