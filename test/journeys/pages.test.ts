/**
 * Every page of the product in a real browser, as the invented people of the demonstration see it: in both languages, on a desk and on a phone. The
 * pages are found by following links, as a person would; one of each kind is opened.
 */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchPatiently, violationsOn } from '../support/browser.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { translator } from '#kernel';
import { allRoutes } from '../../src/app.ts';
import { demoAccounts, loadDemo } from '../../src/demo/load.ts';
import { Applicant } from '../support/applying.ts';
import { type TestApp, type TestPerson, testApp } from '../support/harness.ts';
import { routeFinder, routeKey } from '../support/routes.ts';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withBrowser = test.skipIf(!existsSync(browserPath));

const languages = ['en', 'es'] as const;
type Language = (typeof languages)[number];
const widths = [1280, 390] as const;
const mostBytes = 60_000;

const routes = allRoutes();
const find = routeFinder(routes);

/** Addresses that this test leaves to others, and why. */
const elsewhere: [RegExp, string][] = [
  [/^\/leave$/, 'leads off the site; test/journeys/quick-exit.test.ts follows it'],
  [/:token/, 'opens with a link made for one person; the tests of src/modules/identity open them'],
  [/^\/:network\/sign-in/, 'needs another organisation to sign in at; tested with a real one in src/modules/identity'],
  [/\/plans\/import\/:id$/, 'needs a file that was sent; test/journeys/plan-import.test.ts sends one'],
  [
    /\/publication\/requests$/,
    'is where a form is sent, and leads back; the form shows when there is something to ask for',
  ],
  [/\/redactions\/:id/, 'needs text that somebody hid; test/journeys/redaction.test.ts hides some'],
  [
    /\/(?:upkeep\/(?:answers\/settled|listings\/:id\/restoration)|(?:accounts|visits)(?:\/end)?|visits\/:id\/place|campaigns\/:id\/(?:start|end)|records\/:id\/(?:hiding|place|opening))$/,
    'is where a form is sent, and leads back or is drawn as an answer; tested in src/modules/directory',
  ],
  [
    /\/import\/:id(?:\/work\/:work|\/differences)?$/,
    'needs a file that was sent; the journeys of both imports send one',
  ],
  [/\/export\/work\/:work$/, 'needs a file that is being made; src/modules/directory/exchange makes one'],
  [/\/campaigns\/:id$/, 'needs a campaign; src/modules/directory/upkeep opens one'],
  [
    /\/changes\/(?:places\/)?:id(?:\/opening)?$/,
    'needs a change that a provider asked for; src/modules/directory/vetting asks for some',
  ],
  [/\/duplicates\/:a\/:b$/, 'needs two records that are alike; test/journeys/directory-records.test.ts merges some'],
  [/\/list\.pdf$/, 'is a file; src/modules/directory/share reads it'],
  [/^\/account\/passkeys\/:id$/, 'needs a passkey; test/journeys/passkey.test.ts makes one'],
];

/** Who is signed in, in this order: each page is opened by the first who may. */
const roles = [
  'network_admin',
  'plan_editor',
  'plan_approver',
  'plan_owner',
  'auditor',
  'operator',
  'directory_editor',
  'directory_vetter',
  'directory_approver',
  'directory_visitor',
  'advocate',
  'partner',
];
/** Who has no button: somebody who began to apply for the directory, who sent it, and a provider. */
const others = ['applying', 'applied', 'provider'];
const everyone = [...roles, ...others];
/** Addresses that no link leads to before a form was sent, by who sent it. */
const seeds = new Map<string | null, string[]>();

interface Stop {
  path: string;
  key: string;
}

let t: TestApp;
let server: ReturnType<typeof serve>;
let browser: Browser;
let origin: string;
/** Pages that need no account, and for each role those that need one; `null` is nobody. */
const tour = new Map<string | null, Stop[]>();
/** Every kind of address that answered: with a page, a file, or the way to another page. */
const known = new Set<string>();
const cookies = new Map<string, string>();

beforeAll(async () => {
  t = await testApp({ demo: true });
  await loadDemo(t.app);
  await new Promise<void>((resolve) => {
    server = serve({ fetch: t.web.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve());
  });
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  t.app.config.baseUrl = origin;
  if (!existsSync(browserPath)) return;
  browser = await launchPatiently({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'],
  });
  for (const role of roles) cookies.set(role, await signInAs(role));
  await beOthers();
  await t.db.run({ scope: 'system' }, (tx) =>
    t.app.services.mail.send(tx, { to: 'somebody@harbor.example', subject: 'A letter', text: 'Good day.\n\nA line.' }),
  );
  await plan();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server?.close(resolve));
  await t?.close();
});

/** Presses the button of an invented person on the sign-in page, and returns the cookie that this gives. */
async function signInAs(role: string): Promise<string> {
  const who = demoAccounts().find((account) => account.roles.includes(role))!;
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${origin}/sign-in`);
  await page.getByRole('row').filter({ hasText: who.name }).getByRole('button').click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  const [cookie] = await context.cookies();
  await context.close();
  return `${cookie!.name}=${cookie!.value}`;
}

/** Searches, applies and shares as people would, so that the pages behind forms are there to be opened. */
async function beOthers(): Promise<void> {
  // Forms are taken from the site's own address only: the harness sends them from here.
  t.app.config.baseUrl = 'http://localhost';
  const as = (role: string) => ({ cookie: cookies.get(role)! }) as TestPerson;
  const search = { what: 'shelter', where: 'Harbor City' };
  const found = async (path: string, role?: string) =>
    (await t.submit(path, search, role ? { as: as(role) } : {})).headers.get('location')!;
  seeds.set(null, [
    await found('/harbor/services'),
    ...['embed', 'feed.atom', 'outlines.json', 'figures', 'check'].map((file) => `/harbor/services/${file}`),
  ]);
  const desk = await found('/harbor/staff/services', 'advocate');
  const listed = await (await t.fetch(desk, { as: as('advocate') })).text();
  const [, service] = /staff\/services\/([\da-f]{8}-[\da-f-]{27})/.exec(listed)!;
  await t.submit('/harbor/staff/services/share', { add: service! }, { as: as('advocate'), page: desk });
  seeds.set('advocate', [desk, '/harbor/staff/services/share', '/harbor/staff/services/share/print']);

  const [applying, applied] = [new Applicant(t, 'harbor'), new Applicant(t, 'harbor')];
  await applying.begin();
  await applied.applyWhole();
  cookies.set('applying', applying.cookie);
  cookies.set('applied', applied.cookie);
  seeds.set('applying', ['/harbor/services/apply/organisation', '/harbor/services/apply/check']);
  const forms = ['sending', 'removal', 'deletion', 'withdrawal', 'leaving'];
  seeds.set(
    'applied',
    ['status', ...forms].map((one) => `/harbor/services/apply/${one}`),
  );

  seeds.set('directory_editor', [`/harbor/staff/directory/records/${service}/history`]);
  const network = (await t.app.networks.bySlug('harbor'))!;
  const provider = await t.person(network.id, ['provider']);
  cookies.set('provider', provider.cookie);
  const queue = await (await t.fetch('/harbor/staff/vetting', { as: as('directory_vetter') })).text();
  const [, organization] = /staff\/vetting\/([\da-f-]{36})[^>]*>[^<]*Casa Violeta/.exec(queue)!;
  const file = `/harbor/staff/vetting/${organization}`;
  const text = await (await t.fetch(file, { as: as('directory_vetter') })).text();
  const [, visitor] = /<option value="([\da-f-]{36})"[^>]*>[^<]*Omar Diaz/.exec(text)!;
  const send = (path: string, fields: Record<string, string>) =>
    t.submit(`${file}/${path}`, fields, { as: as('directory_vetter'), page: file });
  await send('visits', { visitor: visitor!, dueOn: '2099-01-10', visitNote: '' });
  await send('accounts', { person: provider.id });
  seeds.set('directory_vetter', [file, `${file}/application`]);
  seeds.set('directory_visitor', ['/harbor/staff/visits']);
  seeds.set('provider', ['/harbor/staff/my-organization']);
  t.app.config.baseUrl = origin;
}

/** Follows links from the front door, first as nobody, then as each of the people, and keeps one address of each kind of page. */
async function plan(): Promise<void> {
  for (const role of [null, ...everyone]) {
    const stops: Stop[] = [];
    const queue = ['/', '/harbor', '/houston', '/sign-in', '/dev/mail', '/harbor/nothing-here'];
    // Read by machines: nothing links there, or not for a demonstration in its own colour.
    queue.push('/robots.txt', '/sitemap.xml', '/harbor/sitemap.xml', '/accent/005ea2.css');
    if (role)
      queue.unshift('/account', '/account/start', '/account/confirm', '/harbor/staff', '/harbor/admin', '/admin');
    queue.unshift(...(seeds.get(role) ?? []));
    const seen = new Set<string>();
    const perKind = new Map<string, number>();
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { pathname, search } = new URL(next, origin);
      // A page of what was chosen is none without the choice; other questions make no other page.
      const address = pathname + (search.startsWith('?organization=') ? search : '');
      const route = find('GET', pathname);
      const key = route ? routeKey(route) : 'a missing page';
      const times = perKind.get(key) ?? 0;
      // A few of each kind are read for their links; the first is opened in the browser.
      if (seen.has(address) || times > 3 || elsewhere.some(([pattern]) => pattern.test(route?.path ?? ''))) continue;
      seen.add(address);
      perKind.set(key, times + 1);
      const headers = { 'user-agent': `browser ${seen.size}`, ...(role && { cookie: cookies.get(role)! }) };
      const response = await t.fetch(address, { headers });
      const to = response.headers.get('location');
      if (to) {
        queue.push(to);
        if (!to.startsWith('/sign-in')) known.add(key);
        continue;
      }
      if (response.status >= 400 && route) continue;
      const isPage = response.headers.get('content-type')?.startsWith('text/html');
      if (isPage && !known.has(key)) stops.push({ path: address, key });
      known.add(key);
      // Where a form is sent, who loads that address again must get somewhere.
      const text = (await response.text()).replaceAll('&amp;', '&').replaceAll('&quot;', '"');
      for (const [, href] of text.matchAll(/(?:(?:href|src|action)="|<loc>|Sitemap: )([^"<\s]+)/g)) {
        const url = URL.canParse(href!, origin) ? new URL(href!, origin) : null;
        if (url?.origin === origin) queue.push(url.pathname + url.search);
      }
    }
    tour.set(role, stops);
  }
}

/** Everything that goes wrong on a page by itself: what the console says, what fails, what asks another machine. */
function watch(page: Page): string[] {
  const wrong: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`script: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:'))
      wrong.push(`asked another machine: ${request.url()}`);
  });
  return wrong;
}

/** What is the same for every page, whatever it shows. */
async function look(page: Page, language: Language): Promise<string[]> {
  const seen = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    raw: /\b(?:undefined|NaN|\[object Object\])\b/.exec(document.body.innerText)?.[0],
  }));
  return [
    ...(seen.lang === language ? [] : [`lang is ${seen.lang}`]),
    ...(seen.title ? [] : ['no title']),
    ...(seen.headings === 1 ? [] : [`${seen.headings} h1`]),
    ...(seen.wider <= 0 ? [] : [`${seen.wider} px wider than the screen`]),
    ...(seen.raw ? [`shows ${seen.raw}`] : []),
  ];
}

async function openContext(language: Language, role: string | null, more: object = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    locale: language === 'es' ? 'es-US' : 'en-US',
    reducedMotion: 'reduce',
    ...more,
  });
  if (role) {
    const [name, value] = cookies.get(role)!.split('=') as [string, string];
    await context.addCookies([{ name, value, url: origin }]);
  }
  return context;
}

/** Opens each stop once in a language, at both widths, and returns everything that is not as it should be. */
async function walk(language: Language, role: string | null, stops: Stop[]): Promise<string[]> {
  const context = await openContext(language, role);
  const page = await context.newPage();
  const wrong = watch(page);
  const found: string[] = [];
  for (const { path, key } of stops) {
    await page.setViewportSize({ width: widths[0], height: 900 });
    const response = await page.goto(`${origin}${path}${path.includes('?') ? '&' : '?'}lang=${language}`, {
      waitUntil: 'load',
    });
    const says = (what: string) => found.push(`${path} (${language}, ${role ?? 'nobody'}): ${what}`);
    if (key !== 'a missing page' && response!.status() !== 200) says(`status ${response!.status()}`);
    for (const width of widths) {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
      for (const what of await look(page, language)) says(`${what} at ${width}`);
      for (const one of await violationsOn(page))
        says(`${one.id} at ${width}: ${one.nodes[0]!.target.join(' ')} (${one.nodes.length})`);
    }
    for (const what of wrong.splice(0)) if (key !== 'a missing page' || !what.includes('404')) says(what);
  }
  await context.close();
  return found;
}

const everyLanguage = async (work: (language: Language) => Promise<string[]>): Promise<string[]> =>
  (await Promise.all(languages.map(work))).flat();

withBrowser('every page can be reached by following links', () => {
  const lost = routes
    .filter((route) => route.method === 'GET' && route.kind !== 'api' && !known.has(routeKey(route)))
    .filter((route) => !elsewhere.some(([pattern]) => pattern.test(route.path)))
    .map(routeKey);
  expect(lost).toEqual([]);
  expect(tour.get(null)!.length).toBeGreaterThan(15);
});

withBrowser(
  'public pages: no violation, nothing wider than the screen, one heading, nothing from elsewhere',
  async () => {
    expect(await everyLanguage((language) => walk(language, null, tour.get(null)!))).toEqual([]);
  },
  300_000,
);

withBrowser(
  'staff pages: no violation, nothing wider than the screen, one heading, nothing from elsewhere',
  async () => {
    const work = async (language: Language) => {
      const found: string[] = [];
      for (const role of everyone) found.push(...(await walk(language, role, tour.get(role)!)));
      return found;
    };
    expect(roles.flatMap((role) => tour.get(role)!).length).toBeGreaterThan(20);
    expect(await everyLanguage(work)).toEqual([]);
  },
  600_000,
);

withBrowser('public pages say the same with JavaScript switched off', async () => {
  const read = async (javaScriptEnabled: boolean): Promise<Map<string, string>> => {
    const context = await openContext('en', null, { javaScriptEnabled, viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const wrong = watch(page);
    const words = new Map<string, string>();
    for (const { path, key } of tour.get(null)!) {
      await page.goto(`${origin}${path}`);
      if (key !== 'a missing page')
        words.set(path, [await page.locator('main').innerText(), ...wrong.splice(0)].join('\n'));
      else wrong.splice(0);
    }
    await context.close();
    return words;
  };
  const [without, withScripts] = await Promise.all([read(false), read(true)]);
  expect(without.size).toBeGreaterThan(15);
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  const differ = [...without].filter(([path, text]) => plain(text) !== plain(withScripts.get(path)!));
  // A passkey needs a script, and the page says so and shows the other way.
  expect(differ.map(([path]) => path)).toEqual(['/sign-in']);
  expect(without.get('/sign-in')).toContain(translator('en')('identity.passkey.noScript'));
});

withBrowser('the plan and the way to help weigh little, and need no script', async () => {
  const planPath = tour.get(null)!.find((stop) => stop.key === 'GET /:network/plans/:plan')!.path;
  for (const path of [planPath, '/harbor/help', '/harbor']) {
    const context = await openContext('en', null);
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    let bytes = 0;
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.goto(`${origin}${path}`, { waitUntil: 'networkidle' });
    await context.close();
    expect(bytes, path).toBeGreaterThan(2_000);
    expect(bytes, path).toBeLessThanOrEqual(mostBytes);
  }
});
