/** An export as a package of HSDS tables. */
import { Zip, ZipDeflate } from 'fflate';
import type { Ctx } from '#kernel';
import type { Fields, Kind } from '#modules/organisations';
import { type ExportJob, hsdsOf, type OnProgress, slices } from './export-slices.ts';
import { cellText, columnsOf, csvLine, rowsOf } from './to-tables.ts';

/** A zip of tables. Each table is packed as it grows; what waits for its turn in the zip is small, because it is packed. */
export async function* zipOf(ctx: Ctx, job: ExportJob, onProgress: OnProgress): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  const encoder = new TextEncoder();
  const open = new Map<string, ZipDeflate>();
  const seenUnits = new Set<string>();
  const put = (table: string, columns: readonly string[], cells: Fields) => {
    let file = open.get(table);
    if (!file) {
      file = new ZipDeflate(`${table}.csv`, { level: 6 });
      // A fixed day, so that the same directory is the same bytes.
      file.mtime = new Date(1980, 0, 1, 12, 0, 0);
      zip.add(file);
      open.set(table, file);
      file.push(encoder.encode(csvLine(columns)));
    }
    file.push(encoder.encode(csvLine(columns.map((name) => cellText(cells[name])))));
  };
  const known = new Set<string>();
  const links: { kind: Kind; hsds: Fields }[] = [];
  const rows = (kind: Kind, hsds: Fields) => {
    for (const { table, cells } of rowsOf(kind, hsds)) {
      if (table === 'units' && (seenUnits.has(String(cells.id)) || !seenUnits.add(String(cells.id)))) continue;
      put(table, columnsOf[table]!, cells);
    }
  };
  for await (const made of slices(ctx, job, onProgress)) {
    for (const docs of made) {
      for (const doc of docs) if (doc.kind === 'location') known.add(doc.id);
      for (const doc of docs) {
        const hsds = hsdsOf(job, doc);
        if (doc.kind === 'service_at_location' && !known.has(String(doc.body.location_id)))
          links.push({ kind: doc.kind, hsds });
        else rows(doc.kind, hsds);
      }
    }
    yield* chunks.splice(0);
  }
  // Links to places of others wait until it is known that the place came along.
  for (const { kind, hsds } of links) if (known.has(String(hsds.location_id))) rows(kind, hsds);
  for (const term of job.terms) put('taxonomy_terms', termColumns, { ...term, taxonomy: undefined });
  for (const taxonomy of job.taxonomies) put('taxonomies', ['id', 'name', 'description', 'uri', 'version'], taxonomy);
  for (const file of open.values()) file.push(new Uint8Array(0), true);
  const packaged = new ZipDeflate('datapackage.json', { level: 6 });
  packaged.mtime = new Date(1980, 0, 1, 12, 0, 0);
  zip.add(packaged);
  packaged.push(encoder.encode(`${JSON.stringify(datapackage([...open.keys()]), null, 1)}\n`), true);
  zip.end();
  yield* chunks.splice(0);
}

const termColumns = [
  'id',
  'code',
  'name',
  'description',
  'parent_id',
  'taxonomy',
  'language',
  'taxonomy_id',
  'term_uri',
];

const datapackage = (names: readonly string[]) => ({
  name: 'human_services_data',
  title: 'Human Services Data Specification, tables',
  version: '3.1.1',
  profile: 'tabular-data-package',
  resources: names.map((name) => ({
    name,
    path: `${name}.csv`,
    format: 'csv',
    mediatype: 'text/csv',
    encoding: 'utf-8',
    profile: 'tabular-data-resource',
    schema: {
      fields: (columnsOf[name] ?? []).map((column) => ({ name: column, type: 'string' })),
      primaryKey: 'id',
    },
  })),
});
