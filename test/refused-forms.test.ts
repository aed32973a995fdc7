/**
 * Every form that a member of staff or an applicant finds by following links, sent with nothing in it. What is refused says on top, under the heading
 * and before the first form, what to enter; each line names its field by the words at the field, and leads to it.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDemo } from '../src/demo/load.ts';
import { testApp, type TestApp, type TestPerson } from './support/harness.ts';

let t: TestApp;
beforeAll(async () => {
  t = await testApp();
  await loadDemo(t.app);
}, 120_000);
afterAll(() => t.close());

/** Where following begins. Each address is visited once per kind: of many plans, people or records one is enough. */
const starts = ['/sign-in', '/account', '/admin', '/harbor/staff', '/harbor/admin', '/harbor/services/apply'];
const kindOf = (path: string): string =>
  path
    .replace(/\?.*$/, '')
    .replaceAll(/[0-9a-f-]{36}|(?<=\/)[\w-]{22,}(?=\/|$)|(?<=\/)\d+(?=\/|$)/g, ':id')
    .replace(/(?<=\/plans\/)(?!new|import)[^/]+/, ':plan')
    .replace(/(?<=\/lines\/)(?!new)[^/]+/, ':line');
/** Not followed: what ends the session, leaves the site, is read by machines, or is written for them. */
const notFollowed =
  /^\/(leave|assets|dev)|sign-out|\/sessions|\/hsds|\/api|\.(csv|json|xlsx|pdf|xml|svg|ics|geojson)|\/export/;
const notSent = /sign-out|\/sessions|\/demo$|disabling|\/end$|\/close$|\/deletion$|withdraw/;

const unescaped = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .trim();

interface Refused {
  path: string;
  html: string;
}

/** Follows links as that person, or as somebody who keeps what cookies come, and sends each kind of form once, with its hidden fields alone. */
async function refusedForms(as?: TestPerson): Promise<Refused[]> {
  const seen = new Set<string>();
  const sent = new Set<string>();
  const refused: Refused[] = [];
  const waiting = [...starts];
  let cookie = as?.cookie ?? '';
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await t.fetch(path, {
      ...init,
      headers: { ...(cookie && { cookie }), origin: 'http://localhost' },
    });
    if (!as) cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return response;
  };
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const kind = kindOf(path);
    if (seen.has(kind) || notFollowed.test(path)) continue;
    seen.add(kind);
    const response = await ask(path);
    if (response.status === 303) waiting.push(response.headers.get('location') ?? '/');
    if (!response.headers.get('content-type')?.startsWith('text/html')) continue;
    const html = await response.text();
    for (const [, href] of html.matchAll(/<a [^>]*href="(\/[^"#]*)/g)) waiting.push(href!.replaceAll('&amp;', '&'));
    for (const [whole, attributes = '', inside = ''] of html.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)) {
      const action = /action="([^"]*)"/.exec(attributes)?.[1]?.replaceAll('&amp;', '&');
      if (!action || !/method="post"/.test(attributes) || notSent.test(action) || sent.has(kindOf(action))) continue;
      sent.add(kindOf(action));
      const hidden = [...inside.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
      const body = new FormData();
      for (const [, name, value] of hidden) body.append(name!, unescaped(value!));
      const files = whole.includes('multipart/form-data');
      const given = files ? body : new URLSearchParams([...body] as [string, string][]);
      const answer = await ask(action, { method: 'POST', body: given });
      const text = await answer.text();
      if (answer.status === 303) waiting.push(answer.headers.get('location') ?? '/');
      for (const [, href] of text.matchAll(/<a [^>]*href="(\/[^"#]*)/g)) waiting.push(href!.replaceAll('&amp;', '&'));
      if (text.includes('class="wm-errors"')) refused.push({ path: action, html: text });
    }
  }
  return refused;
}

/** What is not as it should be on a refused page, one sentence each. */
function wrongIn({ path, html }: Refused): string[] {
  const main = html.slice(html.indexOf('<main'));
  const at = main.indexOf('class="wm-errors"');
  const head = main.indexOf('</header>', main.indexOf('</h1>'));
  const wrong: string[] = [];
  if (head < 0 || head > at || main.slice(head, at).includes('method="post"'))
    wrong.push(`${path}: the summary does not stand between heading and form`);
  const lines = [...main.slice(at, main.indexOf('</div>', at)).matchAll(/<li>(.*?)<\/li>/gs)];
  for (const [, line = ''] of lines) {
    const id = /<a href="#([^"]*)"/.exec(line)?.[1];
    const said = id && new RegExp(`id="${id}-error"[^>]*><span class="wm-sr">[^<]*</span>([^<]*)<`).exec(main)?.[1];
    if (id === undefined) continue;
    if (!said) wrong.push(`${path}: nothing is said at the field of “${unescaped(line)}”`);
    else if (!unescaped(line).endsWith(unescaped(said)) || unescaped(line) === unescaped(said))
      wrong.push(`${path}: “${unescaped(line)}” does not name its field`);
  }
  return wrong;
}

test('each form of the staff that is refused says by field what to enter', async () => {
  const network = await t.app.networks.bySlug('harbor');
  const roles =
    'network_admin agency_admin plan_editor plan_approver plan_owner auditor operator directory_editor directory_vetter directory_approver directory_visitor advocate'.split(
      ' ',
    );
  const refused = await refusedForms(await t.person(network!.id, roles));
  expect(refused.length).toBeGreaterThan(60);
  expect(refused.flatMap(wrongIn)).toEqual([]);
}, 300_000);

test('each form of the public that is refused says by field what to enter', async () => {
  const refused = await refusedForms();
  expect(refused.length).toBeGreaterThan(4);
  expect(refused.flatMap(wrongIn)).toEqual([]);
}, 300_000);
