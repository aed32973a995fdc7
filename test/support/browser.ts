/** A browser for the journeys that waits as long as a slow machine needs: what never comes fails by the test's own limit, not by the browser's. */
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';

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
