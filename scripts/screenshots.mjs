/**
 * npm run screenshots: takes the pictures that README.md shows, from a server of its own with a fresh demonstration, and stops it again. The data
 * of this deployment is not touched.
 *
 *   npm run screenshots                  all of them
 *   npm run screenshots -- plan help     those whose names begin so; the ones about an import need each other
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { buildAll } from './build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'docs/pictures');
const example = join(root, 'docs/examples/plan.csv');
const desk = { width: 1280, height: 940 };
const phone = { width: 390, height: 844 };
const largest = 150_000;

const plans = '/harbor/staff/plans';
const editor = 'Ben Osei';
const approver = 'Carla Nguyen';
const keeper = 'Lena Fox';

/**
 * Taken in this order: the later ones show what the earlier ones did. `as` is the demo person to be; the picture begins at the top of the page, or
 * `above` so many pixels of the element `from`; `width` and `height` are what is kept (else the window); `before` is done on the page first, `after`
 * when the picture was taken.
 */
const pictures = [
  { name: 'plan', path: '/harbor/plans/2024-2027', height: 940 },
  { name: 'plan-phone-es', path: '/harbor/plans/2024-2027?lang=es', view: phone },
  {
    name: 'progress',
    path: '/harbor/plans/2024-2027/progress',
    view: { width: 1280, height: 600 },
    from: 'figure',
    above: 68,
    width: 1120,
    height: 556,
  },
  { name: 'help-phone', path: '/harbor/help', view: phone },
  { name: 'sign-in', path: '/sign-in', height: 560 },
  { name: 'start', path: '/harbor/staff', as: editor, height: 720 },
  {
    name: 'import',
    path: `${plans}/import`,
    as: editor,
    before: giveExample,
    height: 1080,
    after: press('confirmation'),
  },
  { name: 'upkeep', path: `${plans}/riverbend`, as: editor, height: 1000 },
  {
    name: 'publication',
    path: `${plans}/riverbend/publication`,
    as: editor,
    height: 840,
    after: press('publication/requests'),
  },
  {
    name: 'approval',
    path: `${plans}/riverbend/publication/approval`,
    as: approver,
    height: 1000,
    after: press('publication/approval'),
  },
  { name: 'published-es', path: '/harbor/plans/riverbend?lang=es', height: 940 },
  { name: 'services', path: '/harbor/services', before: find('a place to sleep', 'Harbor City'), height: 940 },
  {
    name: 'services-phone-es',
    path: '/harbor/services?lang=es',
    view: phone,
    before: find('refujio', 'Harbor City'),
  },
  { name: 'records', path: '/harbor/staff/directory', as: keeper, before: openProvider, height: 940 },
];

async function giveExample(page) {
  await page.setInputFiles('input[type="file"]', example);
  await page.fill('input[name="slug"]', 'riverbend');
  await submit(page, page.locator('form:has(input[type="file"]) button[type="submit"]'));
}

/** Asks the public's questions; the picture is of the answers. */
function find(what, where) {
  return async (page) => {
    await page.fill('input[name="what"]', what);
    await page.fill('input[name="where"]', where);
    await submit(page, page.locator('form:has(input[name="where"]) button[type="submit"]').first());
  };
}

async function openProvider(page) {
  await submit(page, page.locator('main a[href*="/directory/providers/"]').first());
}

/** Presses the button of the form whose address ends so. */
function press(ending) {
  return (page) => submit(page, page.locator(`form[action*="${ending}"] button[type="submit"]`).first());
}

async function submit(page, button) {
  await Promise.all([page.waitForNavigation(), button.click()]);
  const wrong = page.locator('.usa-alert--error');
  if ((await wrong.count()) > 0) throw new Error(`${page.url()} says: ${await wrong.first().innerText()}`);
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** The product as `npm start` runs it, on a port and in a folder of its own. */
async function serve() {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-pictures-'));
  const port = await freePort();
  const keep = ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap((name) =>
    process.env[name] ? [[name, process.env[name]]] : [],
  );
  const child = spawn(process.execPath, [join(root, 'dist/main.js')], {
    env: {
      ...Object.fromEntries(keep),
      PORT: String(port),
      HOST: '127.0.0.1',
      BASE_URL: `http://127.0.0.1:${port}`,
      DATA_DIR: folder,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const origin = `http://127.0.0.1:${port}`;
  for (let waited = 0; ; waited += 250) {
    const answer = await fetch(`${origin}/readyz`).catch(() => null);
    if (answer?.ok) return { origin, stop };
    if (child.exitCode !== null || waited > 120_000) {
      await stop();
      throw new Error('The server did not start; what it said is above.');
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function signIn(page, origin, name) {
  await page.goto(`${origin}/sign-in`);
  await submit(page, page.locator(`form[action*="/sign-in/demo"][aria-label*="${name}"] button`));
}

async function take(browser, origin, picture) {
  const context = await browser.newContext({
    viewport: picture.view ?? desk,
    locale: 'en-US',
    reducedMotion: 'reduce',
  });
  try {
    const page = await context.newPage();
    if (picture.as) await signIn(page, origin, picture.as);
    const answer = await page.goto(origin + picture.path);
    if (!answer?.ok()) throw new Error(`${picture.path} answered ${answer?.status()}.`);
    await picture.before?.(page);
    const { width, height } = picture.view ?? desk;
    const y = picture.from ? (await page.locator(picture.from).first().boundingBox()).y - picture.above : 0;
    const file = join(out, `${picture.name}.png`);
    const kept = { x: 0, y, width: picture.width ?? width, height: picture.height ?? height };
    await page.screenshot({ path: file, clip: kept, fullPage: true, caret: 'hide', animations: 'disabled' });
    const { size } = statSync(file);
    console.log(`${relative(root, file)}  ${(size / 1000).toFixed(0)} kB`);
    if (size > largest) throw new Error(`${picture.name} is larger than ${largest / 1000} kB; show less of the page.`);
    await picture.after?.(page);
  } finally {
    await context.close();
  }
}

const chrome = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(chrome)) {
  console.error('Chromium was not found. Install it (Debian: apt-get install chromium) or set CHROMIUM to its path.');
  process.exit(1);
}
const wanted = process.argv.slice(2);
mkdirSync(out, { recursive: true });
await buildAll();
const server = await serve();
const browser = await chromium.launch({
  executablePath: chrome,
  args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'],
});
try {
  for (const picture of pictures)
    if (wanted.length === 0 || wanted.some((start) => picture.name.startsWith(start)))
      await take(browser, server.origin, picture);
} finally {
  await browser.close();
  await server.stop();
}
