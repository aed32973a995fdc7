/** Where the other language leads from the answer to a form: to a page that can be opened, and to the person's own place where the browser says it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allRoutes } from '../app.ts';
import { testApp, type TestApp, type TestPerson } from '../../test/support/harness.ts';
import { formPageOf, nearestPage } from './stands-on.ts';

let t: TestApp;
let admin: TestPerson;
beforeAll(async () => {
  t = await testApp();
  const { id } = await t.network('standing');
  admin = await t.person(id, ['network_admin']);
});
afterAll(() => t.close());

const routes = allRoutes();
const spanish = (html: string) => /<a href="([^"]*)" lang="es"/.exec(html)?.[1]?.replaceAll('&amp;', '&');

test('from the answer to any form the other language leads to an address that can be opened', () => {
  const pages = new Set(routes.flatMap(({ method, path }) => (method === 'GET' ? [path] : [])));
  const forms = routes.filter(({ method, kind }) => method === 'POST' && kind !== 'api');
  expect(forms.length).toBeGreaterThan(100);
  const filled = (path: string) => path.replaceAll(/:(\w+)/g, 'x-$1');
  const lost = forms.filter(({ path: pattern }) => {
    const { path } = nearestPage({ path: filled(pattern), query: {} }, pattern, routes);
    return path === '/' || ![...pages].some((page) => filled(page) === path);
  });
  expect(lost.map(({ path }) => path)).toEqual([]);
});

test('where the browser says it, it leads back to the page that the form stood on, and says nothing a second time', () => {
  const from = (referer: string | null) => formPageOf(referer, ['localhost'], routes);
  expect(from('http://localhost/harbor/staff/services/share?from=list&said=directory.share.said.revoked')).toEqual({
    path: '/harbor/staff/services/share',
    query: { from: 'list' },
  });
  for (const elsewhere of [
    null,
    'http://elsewhere.example/harbor/help',
    'http://localhost/no/page/of/ours',
    'nonsense',
  ])
    expect(from(elsewhere)).toBeNull();
});

test('a form that was refused at an address of its own offers the other language on a page that opens', async () => {
  const path = '/standing/admin/invitations/00000000-0000-4000-8000-000000000000/revocation';
  const refused = await t.fetch(path, {
    method: 'POST',
    as: admin,
    body: new URLSearchParams({ _csrf: 'worn out' }),
    headers: { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' },
  });
  expect(refused.status).toBe(409);
  const link = spanish(await refused.text());
  expect(link).toBeDefined();
  expect((await t.fetch(link!, { as: admin })).status).toBe(200);
});
