/**
 * Joining the directory in a real browser: somebody applies in Spanish on a phone without scripts, comes back by code, is vetted, visited and listed by
 * different people, and is shown to the public only when they choose so.
 */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { sql } from 'kysely';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchPatiently, violationsOn } from '../support/browser.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, testApp, type TestPerson } from '../support/harness.ts';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withBrowser = test.skipIf(!existsSync(browserPath));
/** A browser beside a busy machine's other work may need its time. */
const patience = 300_000;

let t: TestApp;
let network: { id: string };
let browser: Browser;
let server: ReturnType<typeof serve>;
let origin: string;
let code = '';
const people: Record<string, TestPerson> = {};
let phone: BrowserContext;

beforeAll(async () => {
  t = await testApp();
  network = await t.network('garnet');
  people.vetter = await t.person(network.id, ['directory_vetter']);
  people.visitor = await t.person(network.id, ['directory_visitor'], { name: 'Vic Visitor' });
  people.approver = await t.person(network.id, ['directory_approver']);
  people.provider = await t.person(network.id, ['provider'], { name: 'Paz Provider' });
  await new Promise<void>((resolve) => {
    server = serve({ fetch: t.web.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve());
  });
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  t.app.config.baseUrl = origin;
  if (existsSync(browserPath)) {
    browser = await launchPatiently({ executablePath: browserPath, args: ['--no-sandbox'] });
    phone = await context(390, 'es-US', null);
  }
});
afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server?.close(resolve));
  await t?.close();
});

async function context(width: number, locale: string, as: TestPerson | null, javaScriptEnabled = false) {
  const made = await browser.newContext({ viewport: { width, height: 844 }, locale, javaScriptEnabled });
  if (as) {
    const [name = '', value = ''] = as.cookie.split('=');
    await made.addCookies([{ name, value, url: origin }]);
  }
  return made;
}

const choose = async (page: Page, name: string, value: string) => {
  const box = page.locator(`[name="${name}"][value="${value}"]`);
  if (!(await box.isVisible())) await page.locator('details', { has: box }).locator('summary').click();
  await page.locator(`label[for="${await box.getAttribute('id')}"]`).click();
};
const next = (page: Page) => page.getByRole('button', { name: 'Guardar y continuar' }).click();

withBrowser(
  'someone applies in Spanish on a phone, goes away, and comes back by code',
  async () => {
    let page = await phone.newPage();
    await page.goto(`${origin}/garnet/services/apply`);
    await page.getByRole('heading', { name: 'Únase al directorio' }).waitFor();
    await page.getByRole('button', { name: 'Comenzar' }).click();
    code = (await page.locator('.wm-code').textContent()) ?? '';
    await page.getByRole('link', { name: /Ya lo anoté/ }).click();
    await page.getByLabel('Nombre de su organización').fill('Casa Violeta');
    await page.getByRole('button', { name: 'Guardar y terminar después' }).click();
    await page.getByText('Guardado. Vuelva con su código.').waitFor();
    await phone.clearCookies();

    await page.goto(`${origin}/garnet/services/apply/return`);
    await page.getByLabel('Su código').fill(code);
    await page.getByRole('button', { name: 'Abrir mi solicitud' }).click();
    await page.getByRole('link', { name: 'Continuar', exact: true }).click();
    expect(await page.getByLabel('Nombre de su organización').inputValue()).toBe('Casa Violeta');
    await next(page);
    // What is missing is said, each with a link to it.
    await page.getByRole('alert').waitFor();
    await page.getByLabel('¿Qué hacen?').fill('Un albergue nocturno.');
    await page.getByLabel('Número de teléfono').fill('555 010 0142');
    await next(page);
    for (const name of ['survivors', 'sustainable', 'collaboration', 'ability'])
      await page.locator(`[name=${name}]`).fill('Lo hacemos con calma y en equipo.');
    await next(page);
    await choose(page, 'hidden', 'yes');
    await page.getByLabel('¿Cómo llama a este lugar?').fill('La casa');
    for (const [name, value] of [
      ['street', 'Calle Callada 917'],
      ['city', 'Ciudad Canaria'],
      ['state', 'TX'],
      ['zip', '77001'],
    ])
      await page.locator(`[name=${name}]`).fill(value!);
    await next(page);
    await page.getByLabel('Nombre del servicio').fill('Albergue nocturno');
    await page.getByLabel('¿Qué recibe una persona?').fill('Una cama y comida.');
    await choose(page, 'needsShelter', 'service.shelter.trafficking');
    await choose(page, 'languages', 'es');
    await page.getByLabel('¿Cuándo está abierto?').fill('24/7');
    await choose(page, 'cost', 'cost.free');
    await page.getByLabel('¿Dónde viven las personas a las que ayuda?').fill('Condado de Harris');
    await next(page);
    await choose(page, 'situations', 'situation.trafficking.sex');
    await choose(page, 'genders', 'gender.all');
    await choose(page, 'exclude', 'intake.pets');
    await choose(page, 'warm', 'yes');
    await next(page);
    for (const name of ['firstName', 'firstAgency', 'firstContact', 'secondName', 'secondAgency', 'secondContact'])
      await page.locator(`[name=${name}]`).fill(`Prueba ${name}`);
    await next(page);
    await page.locator('[name=contactName]').fill('Persona Canaria');
    await page.locator('[name=contactPhone]').fill('555 010 0188');
    await choose(page, 'mail', 'no');
    await choose(page, 'wantsPublic', 'later');
    await next(page);
    await page.getByRole('heading', { name: 'Revise sus respuestas' }).waitFor();
    await page.getByText('Calle Callada 917').waitFor();
    await page.getByRole('button', { name: 'Enviar mi solicitud' }).click();
    await page.getByText('Gracias. Su solicitud se envió.').waitFor();
    await page.getByText('Tenemos su solicitud. Ahora la leemos.').waitFor();
    await page.close();
    page = await phone.newPage();
    await page.goto(`${origin}/garnet/services`);
    expect(await page.content()).not.toContain('Casa Violeta');
    await page.close();
  },
  patience,
);

withBrowser(
  'a vetter takes the steps, a partner of another agency visits, and a second person decides',
  async () => {
    const desk = await (await context(1280, 'en-US', people.vetter!)).newPage();
    await desk.goto(`${origin}/garnet/staff`);
    await desk.getByRole('link', { name: 'Review the application of Casa Violeta' }).click();
    for (const name of ['survivors', 'sustainable', 'collaboration', 'ability']) await choose(desk, name, 'good');
    await desk.getByLabel('What you learned').fill('Clear and warm.');
    await desk.getByRole('button', { name: 'Close the review' }).click();
    await desk.getByText('The step has been saved.').waitFor();
    await desk.getByLabel('Whom you spoke with').fill('Persona Canaria');
    await desk.getByLabel('What you learned').fill('All answered.');
    await desk.getByRole('button', { name: 'Save the call' }).click();
    await desk.getByLabel('First person, and their organization').fill('One, Clinic');
    await choose(desk, 'firstSaid', 'good');
    await desk.getByLabel('Second person, and their organization').fill('Two, Legal aid');
    await choose(desk, 'secondSaid', 'good');
    await desk.getByLabel('What you learned').fill('Both would send people.');
    await desk.getByRole('button', { name: 'Save the references' }).click();
    await desk.locator('summary', { hasText: 'Ask for a visit' }).click();
    const visitor = desk.getByLabel('Visitor', { exact: true });
    await visitor.selectOption((await visitor.locator('option', { hasText: 'Vic Visitor' }).getAttribute('value'))!);
    await choose(desk, 'places', (await desk.locator('[name=places]').getAttribute('value'))!);
    await desk.getByRole('button', { name: 'Ask for this visit' }).click();
    await desk.getByText('The visit has been asked for.').waitFor();

    const there = await (await context(390, 'en-US', people.visitor!)).newPage();
    await there.goto(`${origin}/garnet/staff/visits`);
    await there.getByRole('link', { name: 'Casa Violeta' }).click();
    expect(await there.content()).not.toContain('Callada');
    await there.getByRole('button', { name: 'Show where it is' }).click();
    await there.getByText('Calle Callada 917').waitFor();
    for (const name of ['exists', 'private', 'safe', 'staffed', 'rights', 'accessible', 'wouldSend'])
      await choose(there, name, 'yes');
    await there.getByLabel('Whom you met').fill('The night team');
    await there.getByLabel('In your own words').fill('Calm and clean.');
    await there.getByLabel('Day of the visit').fill('2026-01-05');
    await there.getByRole('button', { name: 'Send the report' }).click();
    await there.getByText('Thank you. Your report has been sent.').waitFor();

    await desk.reload();
    await desk.getByRole('button', { name: 'Close the visit' }).click();
    await desk.getByRole('button', { name: 'Propose it' }).click();
    await desk.getByText('Somebody who may decide will look at it.').waitFor();

    const second = await (await context(1280, 'en-US', people.approver!)).newPage();
    await second.goto(`${origin}/garnet/staff`);
    await second.getByRole('link', { name: 'Decide on Casa Violeta' }).click();
    await second.getByRole('button', { name: 'Take into the directory' }).click();
    await second.getByText('The decision has been saved.').waitFor();

    const page = await phone.newPage();
    await page.goto(`${origin}/garnet/services/apply/return`);
    await page.getByLabel('Su código').fill(code);
    await page.getByRole('button', { name: 'Abrir mi solicitud' }).click();
    await page.getByText(/Ya están en el directorio/).waitFor();
    const inside = await t.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
      sql<{ n: number }>`select count(*)::int as n from app.directory_document where audience = 'hotline'`.execute(tx),
    );
    expect(inside.rows[0]!.n).toBeGreaterThan(1);
    const feed = await t.fetch('/garnet/hsds/services');
    expect(await feed.text()).not.toContain('Albergue nocturno');
  },
  patience,
);

withBrowser(
  'the provider chooses, and then the public sees what was chosen',
  async () => {
    const desk = await (await context(1280, 'en-US', people.vetter!)).newPage();
    await desk.goto(`${origin}/garnet/staff/vetting?show=listed`);
    await desk.getByRole('link', { name: 'Casa Violeta' }).click();
    const link = desk.getByLabel('Give an account');
    await link.selectOption((await link.locator('option', { hasText: 'Paz Provider' }).getAttribute('value'))!);
    await desk.getByRole('button', { name: 'Link this account' }).click();
    await desk.getByRole('link', { name: 'Show it to the public, field by field' }).click();
    await desk.getByLabel('Name and job of the person').fill('Persona Canaria, director');
    await desk.getByLabel('Day they said so').fill('2026-01-06');
    await choose(desk, 'how', 'phone');
    for (const box of await desk.locator('input[name^="f:"]').all()) {
      const name = (await box.getAttribute('name')) ?? '';
      if (/:(name|status|description|languages)$/.test(name)) await choose(desk, name, 'yes');
    }
    await desk.getByRole('button', { name: 'Show this to the public' }).click();
    await desk.getByText('The public now sees what was chosen.').waitFor();
    const open = await (await t.fetch('/garnet/hsds/services')).text();
    expect(open).toContain('Albergue nocturno');
    for (const word of ['Callada', 'Canaria', '555 010']) expect(open).not.toContain(word);
  },
  patience,
);

withBrowser(
  'every page of it is free of accessibility faults and fits, in both languages and widths',
  async () => {
    const { rows } = await t.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
      sql<{ id: string; visit: string; service: string }>`select o.id, v.id as visit,
        (select s.id from app.record s where s.kind = 'service' limit 1) as service
        from app.record o join app.directory_visit v on v.organization_id = o.id where o.kind = 'organization'`.execute(
        tx,
      ),
    );
    const { id, visit, service } = rows[0]!;
    const own = await (await context(390, 'en-US', people.provider!)).newPage();
    await own.goto(`${origin}/garnet/staff/my-organization/${service}`);
    await own.getByLabel('Description').fill('A quiet bed, food and somebody to talk to.');
    await own.getByRole('button', { name: 'Send for review' }).click();
    await own.getByText('Sent. We look at it before it is shown.').waitFor();
    const change = (
      await t.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
        sql<{ id: string }>`select id from app.directory_proposal`.execute(tx),
      )
    ).rows[0]!.id;
    await t.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
      sql`insert into app.directory_visit (network_id, organization_id, visitor_id, asked_by, due_on) values (${network.id}, ${id}, ${people.visitor!.id}, ${people.vetter!.id}, '2099-01-01')`.execute(
        tx,
      ),
    );
    const open = (
      await t.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
        sql<{ id: string }>`select id from app.directory_visit where reported_at is null`.execute(tx),
      )
    ).rows[0]!.id;
    const pages: [TestPerson | null, string[]][] = [
      [
        null,
        [
          '/services/apply',
          '/services/apply/return',
          ...['organisation', 'practice', 'place-1', 'service-1', 'who-1', 'references', 'contact', 'check'].map(
            (one) => `/services/apply/${one}`,
          ),
        ],
      ],
      [
        people.vetter!,
        [
          '/staff',
          '/staff/vetting',
          '/staff/vetting?show=listed',
          `/staff/vetting/${id}`,
          `/staff/vetting/${id}/application`,
          `/staff/vetting/${id}/public`,
          '/staff/vetting/changes',
          `/staff/vetting/changes/${change}`,
        ],
      ],
      [people.visitor!, ['/staff/visits', `/staff/visits/${visit}`, `/staff/visits/${open}`]],
      [
        people.provider!,
        ['/staff/my-organization', '/staff/my-organization?seen=hotline', `/staff/my-organization/${service}`],
      ],
    ];
    const faults: string[] = [];
    for (const [as, paths] of pages) {
      const made = await context(390, 'en-US', as, true);
      const page = await made.newPage();
      if (!as) {
        await page.goto(`${origin}/garnet/services/apply`);
        await page.getByRole('button', { name: 'Begin' }).click();
      }
      for (const path of paths)
        for (const lang of ['en', 'es']) {
          await page.goto(`${origin}/garnet${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
          for (const width of [390, 1280]) {
            await page.setViewportSize({ width, height: 844 });
            for (const one of await violationsOn(page))
              faults.push(`${width} ${lang} ${path}: ${one.id} ${one.nodes[0]?.html.slice(0, 160)}`);
            const wide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
            if (wide) faults.push(`${width} ${lang} ${path}: runs off the side`);
          }
        }
      await made.close();
    }
    expect(faults).toEqual([]);
  },
  patience * 2,
);
