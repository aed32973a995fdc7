/**
 * Taking the directory along: what one audience sees, as HSDS JSON, as HSDS tables, or as one plain list. Everything is made from the documents of that
 * audience (../documents.ts) and of nothing else, a slice of organisations at a time; no transaction stays open while a slow reader reads.
 */
import { Zip, ZipDeflate } from 'fflate';
import { z } from 'zod';
import { type Ctx, dayIn, tenantOf, type Tx, view } from '#kernel';
import {
  type Audience,
  audiences,
  type Fields,
  holdings,
  type Kind,
  organizationIds,
  recordsById,
} from '#modules/organisations';
import { looksFor } from '../areas/looks.ts';
import { type Document, documents } from '../documents.ts';
import { type TermOf, toHsds } from '../hsds/shape.ts';
import { vocabularyOf } from '../hsds/vocabulary.ts';
import { standingsOf } from '../project.ts';
import { flatColumns, flatRow } from './flat-row.ts';
import { cellText, columnsOf, csvLine, rowsOf } from './to-tables.ts';

export const exportFormats = ['hsds', 'tabular', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];
export { audiences as exportAudiences };

/** Who may take files out: what those who vet see is theirs alone. */
export const exporters = ['directory_editor', 'directory_vetter', 'directory_approver'] as const;

const slice = 200;

export interface ExportJob {
  organizations: string[];
  audience: Audience;
  format: ExportFormat;
  term: TermOf;
  terms: Fields[];
  taxonomies: Fields[];
}

/** Begins an export and leaves an entry: whose view, in which form. */
export const beginExport = view('directory.export', {
  may: exporters,
  load: async ({
    tx,
    input,
    ctx,
  }: {
    tx: Tx;
    input: { audience: Audience; format: ExportFormat };
    ctx: Ctx;
  }): Promise<ExportJob> => {
    const chosen = z.object({ audience: z.enum(audiences), format: z.enum(exportFormats) }).parse(input);
    const { term, terms, taxonomies } = await vocabularyOf(tx, ctx.network!.id, 'en');
    return { ...chosen, organizations: await organizationIds(tx, ctx.network!.id), term, terms, taxonomies };
  },
  audit: ({ input }) => ({ subject: `directory-export:${input.audience}`, fields: [input.format] }),
});

/** The documents of each slice of organisations, and how far it is. */
async function* slices(
  ctx: Ctx,
  job: ExportJob,
  onProgress: (done: number, total: number) => void,
  round = 0,
  rounds = 1,
) {
  const networkId = ctx.network!.id;
  const day = dayIn(ctx.app.clock(), ctx.network!.timezone);
  const all = job.organizations;
  for (let i = 0; i < all.length; i += slice) {
    const ids = all.slice(i, i + slice);
    const made = await ctx.app.db.run(tenantOf(ctx), async (tx) => {
      const held = await holdings(tx, networkId, ids);
      const standings = await standingsOf(tx, networkId, ids, day);
      const looked = await looksFor(tx, networkId, held.values());
      return ids.map((id) => {
        const holding = held.get(id);
        return holding
          ? { documents: documents(holding, standings.get(id)!, job.audience, undefined, undefined, looked), holding }
          : { documents: [], holding: null };
      });
    });
    yield made;
    onProgress(round * all.length + Math.min(i + slice, all.length), all.length * rounds);
  }
}

/** The bytes of an export, as they are made. */
export async function* exportBytes(
  ctx: Ctx,
  job: ExportJob,
  onProgress: (done: number, total: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  if (job.format === 'tabular') yield* zipOf(ctx, job, onProgress);
  else {
    const encoder = new TextEncoder();
    for await (const text of job.format === 'hsds' ? jsonOf(ctx, job, onProgress) : listOf(ctx, job, onProgress))
      yield encoder.encode(text);
  }
}

const hsdsOf = (job: ExportJob, { kind, body }: Document): Fields => toHsds(kind, body, job.term);

/**
 * One page of whole services, as an HSDS API gives it, and beside it every organisation with its programs and with places at which it offers nothing:
 * together all there is.
 */
async function* jsonOf(
  ctx: Ctx,
  job: ExportJob,
  onProgress: (done: number, total: number) => void,
): AsyncGenerator<string> {
  yield '{\n"contents": [';
  let count = 0;
  for await (const made of slices(ctx, job, onProgress, 0, 2)) {
    const shown = await foreignPlaces(ctx, job, made);
    for (const { documents: docs } of made) {
      const [owner] = docs;
      if (!owner) continue;
      const by = (kind: Kind) => docs.filter((doc) => doc.kind === kind);
      const places = new Map([...shown, ...by('location').map((doc) => [doc.id, hsdsOf(job, doc)] as const)]);
      const programs = new Map(by('program').map((doc) => [doc.id, hsdsOf(job, doc)]));
      const organization = hsdsOf(job, owner);
      for (const doc of by('service')) {
        const links = by('service_at_location').filter(
          (link) => link.body.service_id === doc.id && places.has(String(link.body.location_id)),
        );
        const program = programs.get(String(doc.body.program_id));
        const whole: Fields = {
          ...hsdsOf(job, doc),
          organization,
          ...(program ? { program } : {}),
          ...(links.length > 0
            ? {
                service_at_locations: links.map((link) => ({
                  ...hsdsOf(job, link),
                  location: places.get(String(link.body.location_id)),
                })),
              }
            : {}),
        };
        yield `${count++ > 0 ? ',' : ''}\n${JSON.stringify(whole)}`;
      }
    }
  }
  yield `\n],\n"total_items": ${count}, "total_pages": 1, "page_number": 1, "size": ${count}, "first_page": true, "last_page": true, "empty": ${count === 0},\n"organizations": [`;
  let organizations = 0;
  for await (const made of slices(ctx, job, onProgress, 1, 2)) {
    for (const { documents: docs } of made) {
      const [owner] = docs;
      if (!owner) continue;
      const linked = new Set(
        docs.filter((doc) => doc.kind === 'service_at_location').map((doc) => doc.body.location_id),
      );
      const programs = docs.filter((doc) => doc.kind === 'program').map((doc) => hsdsOf(job, doc));
      const locations = docs
        .filter((doc) => doc.kind === 'location' && !linked.has(doc.id))
        .map((doc) => hsdsOf(job, doc));
      const whole = {
        ...hsdsOf(job, owner),
        ...(programs.length > 0 ? { programs } : {}),
        ...(locations.length > 0 ? { locations } : {}),
      };
      yield `${organizations++ > 0 ? ',' : ''}\n${JSON.stringify(whole)}`;
    }
  }
  yield '\n]\n}\n';
}

type Made = { documents: Document[]; holding: { links: { fields: Fields }[] } | null }[];

/** Places of other organisations that services of these are offered at, where this audience is shown them. */
async function foreignPlaces(ctx: Ctx, job: ExportJob, made: Made): Promise<[string, Fields][]> {
  const here = new Set(
    made.flatMap((one) => one.documents.filter((doc) => doc.kind === 'location').map((doc) => doc.id)),
  );
  const wanted = new Set(
    made.flatMap((one) =>
      one.documents.filter((doc) => doc.kind === 'service_at_location').map((doc) => String(doc.body.location_id)),
    ),
  );
  const missing = [...wanted].filter((id) => !here.has(id));
  if (missing.length === 0) return [];
  const { network } = ctx;
  return ctx.app.db.run(tenantOf(ctx), async (tx) => {
    const owners = [...new Set((await recordsById(tx, network!.id, missing)).map((rec) => rec.organizationId))];
    const held = await holdings(tx, network!.id, owners);
    const standings = await standingsOf(tx, network!.id, owners, dayIn(ctx.app.clock(), network!.timezone));
    return [...held.values()]
      .flatMap((one) => documents(one, standings.get(one.organization.id)!, job.audience))
      .filter((doc) => doc.kind === 'location' && missing.includes(doc.id))
      .map((doc): [string, Fields] => [doc.id, hsdsOf(job, doc)]);
  });
}

/** A zip of tables. Each table is packed as it grows; what waits for its turn in the zip is small, because it is packed. */
async function* zipOf(
  ctx: Ctx,
  job: ExportJob,
  onProgress: (done: number, total: number) => void,
): AsyncGenerator<Uint8Array> {
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
    for (const { documents: docs } of made) {
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

/** One row a service. Cells that a spreadsheet would run get an apostrophe, which the import takes away. */
async function* listOf(
  ctx: Ctx,
  job: ExportJob,
  onProgress: (done: number, total: number) => void,
): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(flatColumns)}`;
  for await (const made of slices(ctx, job, onProgress)) {
    const places = new Map(await foreignPlaces(ctx, job, made));
    let text = '';
    for (const { documents: docs } of made) {
      for (const doc of docs) if (doc.kind === 'location') places.set(doc.id, doc.body);
      const links = docs.filter((doc) => doc.kind === 'service_at_location');
      for (const doc of docs) {
        if (doc.kind !== 'service') continue;
        const at = links
          .filter((link) => link.body.service_id === doc.id)
          .map((link) => places.get(String(link.body.location_id)))
          .filter((place) => place !== undefined);
        text += csvLine(flatRow(docs[0]!.body, doc.body, at, job.term));
      }
    }
    yield text;
  }
}
