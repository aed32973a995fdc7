/** npm run bench: every number of the product as a ratio to a named peer or limit, in one run. */
import { directoryImport } from './directory-import.ts';
import { directorySearch } from './directory-search.ts';
import { importing } from './import.ts';
import { lighthousePages } from './lighthouse.ts';
import { planPage } from './plan-page.ts';

export async function runAll(databaseUrl: string | null): Promise<void> {
  await planPage(null, 'embedded database');
  await importing(null, 'embedded database');
  await directoryImport(null, 'embedded database');
  await directorySearch(null, 'embedded database', [4_000]);
  if (databaseUrl) {
    await planPage(databaseUrl, 'PostgreSQL server');
    await directorySearch(databaseUrl, 'PostgreSQL server', [4_000, 40_000]);
  } else {
    console.log('\nNo PostgreSQL binaries were found; the server’s half is skipped.');
  }
  await lighthousePages();
}
