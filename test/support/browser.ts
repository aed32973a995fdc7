/**
 * A browser for the journeys that waits as long as a slow machine needs (what never comes fails by the test's own limit, not by the browser's), and what
 * axe finds on its pages.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type LaunchOptions, type Page } from 'playwright-core';

const patience = 120_000;

/** Like chromium.launch; every context of the browser waits up to two minutes for what a test asks of it. */
export async function launchPatiently(options: LaunchOptions): Promise<Browser> {
  const browser = await chromium.launch(options);
  const open = browser.newContext.bind(browser);
  browser.newContext = async (more): Promise<BrowserContext> => {
    const context = await open(more);
    context.setDefaultTimeout(patience);
    return context;
  };
  return browser;
}

export interface Violation {
  id: string;
  nodes: { target: string[]; html: string }[];
}

interface Axe {
  configure(spec: object): void;
  run(context: Document, options: object): Promise<{ violations: Violation[] }>;
}

const { source } = createRequire(import.meta.resolve('@axe-core/playwright'))('axe-core') as { source: string };

/** A folder for a picture of every page that is looked at here (CONTRIBUTING.md). */
const pictures = process.env.PICTURES;
let taken = 0;

async function picture(page: Page): Promise<void> {
  const lang = await page.evaluate(() => document.documentElement.lang);
  const name = new URL(page.url()).pathname.replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'id').replaceAll('/', ' ');
  const number = String(++taken).padStart(4, '0');
  const path = join(pictures!, `${process.pid} ${number}${name} ${lang} ${page.viewportSize()!.width}.png`);
  await page.screenshot({ path, fullPage: true });
}

/**
 * Every rule of axe on the page as it stands, with all its frames. Its adapter for Playwright opens a second page for each look and hands it all that is
 * right, too, which takes several times as long; here axe is brought to a document once and says what is wrong.
 */
export async function violationsOn(page: Page): Promise<Violation[]> {
  if (pictures) await picture(page);
  for (const frame of page.frames())
    if (await frame.evaluate(() => !('axe' in globalThis)))
      // A frame may stand at another address than its page; both are ours.
      await frame.evaluate(`${source}; axe.configure({ allowedOrigins: ['<unsafe_all_origins>'] })`);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe };
    const found = await axe.run(document, { resultTypes: ['violations'], reporter: 'no-passes' });
    return found.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ target, html }) => ({ target, html })),
    }));
  });
}
