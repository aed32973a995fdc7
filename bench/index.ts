/** npm run bench: every number of the product as a ratio to a named peer or limit, in one run. */
import { directoryDesk } from './directory-desk.ts';
import { directoryFinding } from './directory-finding.ts';
import { directoryHsds } from './directory-hsds.ts';
import { directoryImport } from './directory-import.ts';
import { directorySearch, largeDirectorySearch } from './directory-search.ts';
import { importing } from './import.ts';
import { lighthousePages } from './lighthouse.ts';
import { planPage } from './plan-page.ts';

type Part = [name: string, on: 'embedded' | 'server', run: (databaseUrl: string | null) => Promise<void>];

const embedded = 'embedded database';
const server = 'PostgreSQL server';
const parts: Part[] = [
  ['plan', 'embedded', (url) => planPage(url, embedded)],
  ['import', 'embedded', (url) => importing(url, embedded)],
  ['directory-import', 'embedded', (url) => directoryImport(url, embedded)],
  ['finding', 'embedded', (url) => directoryFinding(url, 4_000)],
  ['search-embedded', 'embedded', (url) => directorySearch(url, embedded, [4_000])],
  ['hsds', 'embedded', (url) => directoryHsds(url, embedded, 4_000)],
  ['desk', 'embedded', (url) => directoryDesk(url, embedded)],
  ['plan', 'server', (url) => planPage(url, server)],
  ['search', 'server', (url) => directorySearch(url, server, [4_000, 40_000])],
  ['hsds', 'server', (url) => directoryHsds(url, server, 4_000)],
  ['desk', 'server', (url) => directoryDesk(url, server)],
  ['search-large', 'server', largeDirectorySearch],
  ['lighthouse', 'embedded', lighthousePages],
];
/** Takes so long that it is run when it is asked for. */
const onlyNamed = ['search-large'];

/** Runs the parts with these names; the usual ones where none is given. Throws for a name that no part has. */
export async function runAll(databaseUrl: string | null, names: readonly string[] = []): Promise<void> {
  const known = [...new Set(parts.map(([name]) => name))];
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) throw new Error(`No part is called ${stranger}. There are: ${known.join(', ')}.`);
  if (!databaseUrl) console.log('No PostgreSQL binaries were found; the server’s half is skipped.');
  for (const [name, on, run] of parts)
    if ((names.length === 0 ? !onlyNamed.includes(name) : names.includes(name)) && (on === 'embedded' || databaseUrl))
      await run(on === 'server' ? databaseUrl : null);
}
