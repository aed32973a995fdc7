/** Lighthouse's accessibility and best practices for the pages a stranger opens first; skipped where there is no Chromium. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { webApp } from '../src/app.ts';
import { loadDemo } from '../src/demo/load.ts';
import { benchApp, listen } from './support.ts';

const pages = ['/harbor/plans/2024-2027', '/harbor', '/harbor/help', '/harbor/plans/2024-2027?lang=es'];

export async function lighthousePages(): Promise<void> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  console.log('\nLighthouse (accessibility, best practices; target 100)');
  if (!existsSync(executablePath)) {
    console.log('  skipped: Chromium was not found (apt-get install chromium, or set CHROMIUM).');
    return;
  }
  const { default: lighthouse } = await import('lighthouse');
  const app = await benchApp();
  await loadDemo(app);
  const server = await listen(webApp(app).fetch);
  const port = 9333;
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu', `--remote-debugging-port=${port}`],
  });
  try {
    for (const path of pages) {
      const result = await lighthouse(server.url + path, {
        port,
        onlyCategories: ['accessibility', 'best-practices', 'performance'],
        output: 'json',
        logLevel: 'error',
      });
      const score = (name: string) => Math.round((result?.lhr.categories[name]?.score ?? 0) * 100);
      const failed = Object.values(result?.lhr.audits ?? {})
        .filter((audit) => audit.score === 0 && audit.scoreDisplayMode === 'binary')
        .map((audit) => audit.id);
      console.log(
        `  ${path}: accessibility ${score('accessibility')}, best practices ${score('best-practices')}, performance ${score('performance')}${failed.length ? ` (not passed: ${failed.join(', ')})` : ''}`,
      );
    }
  } finally {
    await browser.close();
    await server.close();
    await app.db.close();
  }
}
