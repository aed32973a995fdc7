/**
 * How much of what people type (asked.ts) finds what they mean: in the demonstration's directory with a generated one beside it, as the public sees
 * both. `npm run bench` prints the shares, test/finding.test.ts holds them.
 */
import { sql } from 'kysely';
import { organizations } from '../../bench/directory-data.ts';
import { loadDemo } from '../../src/demo/load.ts';
import type { App } from '../../src/kernel/context.ts';
import { searchServices } from '../../src/modules/directory/search/index.ts';
import { defaultTerms } from '../../src/modules/directory/search/terms.ts';
import { SearchWriter } from '../../src/modules/directory/search/write.ts';
import { asked, askedNames } from './asked.ts';

/** The demonstration, and so many generated services in its network. */
export async function directoryToFindIn(app: App, services: number): Promise<string> {
  await loadDemo(app);
  const networkId = (await app.networks.bySlug('harbor'))!.id;
  await app.db.run({ networkId, scope: 'system' }, async (tx) => {
    const documents = [...organizations(services)].flat();
    const list = documents.map((one) => ({ ...one, body: JSON.stringify(one.body) }));
    await sql`insert into site.directory_document (network_id, kind, id, organization_id, name, document, modified, since)
      select ${networkId}::uuid, m.kind, m.id, m."organizationId", m.name, m.body::json, now(), current_date
      from json_to_recordset(${JSON.stringify(list)}::json) as m(kind text, id uuid, "organizationId" uuid, name text, body text)`.execute(
      tx,
    );
    const writer = new SearchWriter(tx, networkId);
    await writer.write('public', [...new Set(documents.map((one) => one.organizationId))], documents);
    await writer.finish();
  });
  return networkId;
}

export interface Finding {
  group: string;
  typed: string;
  unseen: boolean;
  found: boolean;
  /** Of the first ten, how many are what was meant. */
  right: number;
  shown: number;
  hits: string[];
}

/** Everything in asked.ts, searched for. */
export async function findAll(app: App, networkId: string): Promise<Finding[]> {
  const out: Finding[] = [];
  const search = (text: string) => searchServices(app, networkId, 'public', { text, perPage: 10, facets: false });
  for (const { name, finds, typed, unseen } of asked)
    for (const text of [...typed, ...unseen]) {
      const { hits } = await search(text);
      const right = hits.filter((hit) =>
        carries(JSON.parse(hit.json.toString()) as Record<string, unknown>, finds),
      ).length;
      out.push({
        group: name,
        typed: text,
        unseen: unseen.includes(text),
        found: right > 0,
        right,
        shown: hits.length,
        hits: hits.map((hit) => hit.name),
      });
    }
  for (const { typed, organization } of askedNames) {
    const { hits } = await search(typed);
    const right = hits.filter((hit) => hit.organization === organization).length;
    out.push({
      group: 'a provider is found by a name that is half remembered',
      typed,
      unseen: false,
      found: right > 0,
      right,
      shown: hits.length,
      hits: hits.map((hit) => `${hit.name} (${hit.organization})`),
    });
  }
  return out;
}

export function shares(all: readonly Finding[]): { found: number; right: number; of: number } {
  const sum = (of: (one: Finding) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    of: all.length,
    found: sum((one) => Number(one.found)) / all.length,
    right:
      sum((one) => one.right) /
      Math.max(
        1,
        sum((one) => one.shown),
      ),
  };
}

/** Whether a service carries one of these terms, or one below it. */
function carries(document: Record<string, unknown>, codes: readonly string[]): boolean {
  const terms = defaultTerms();
  const linked = (document.attributes as { taxonomy_term_id?: string; link_type?: string }[] | undefined) ?? [];
  return linked
    .filter((one) => one.link_type !== 'eligibility_exclude')
    .flatMap((one) => terms.sameAs(one.taxonomy_term_id ?? ''))
    .flatMap((id) => terms.withAncestors(id))
    .some((term) => codes.includes(term.code));
}
