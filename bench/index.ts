/** npm run bench: every number of the product as a ratio to a named peer or limit, in one run. */
import { importing } from './import.ts';
import { lighthousePages } from './lighthouse.ts';
import { planPage } from './plan-page.ts';

export async function runAll(databaseUrl: string | null): Promise<void> {
  await planPage(null, 'embedded database');
  await importing(null, 'embedded database');
  if (databaseUrl) {
    await planPage(databaseUrl, 'PostgreSQL server');
  } else {
    console.log('\nNo PostgreSQL binaries were found; the server’s half is skipped.');
  }
  await lighthousePages();
}
