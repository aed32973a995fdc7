/** The directory from the command line: bring a file in, take a file out. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type Command, type CommandArgs, type Ctx, systemCtx, translator, UsageError } from '#kernel';
import { beginExport, exportAudiences, exportBytes, exportFormats } from './exchange/exporting.ts';
import { flatFields, type FlatFieldName, type Mapping } from './exchange/flat.ts';
import { importNow, kindsOutside, knownMappings, plainChoices } from './exchange/importing.ts';
import { partsOfFile, partsOfFolder } from './exchange/parts.ts';
import { reading } from './exchange/reading.ts';
import type { ImportChoices } from './exchange/store.ts';
import type { Summary } from './exchange/summary.ts';
import { reasonOf } from './exchange/wording.ts';

const t = translator('en');

export const commands: Command[] = [
  {
    name: 'directory import',
    summary: 'Bring services into the directory: HSDS JSON, HSDS tables, or a plain list.',
    usage: 'PATH --network SLUG [--dry-run] [--listed | --public]',
    about:
      'PATH is a file, a zip or a folder. All is written, or nothing: a link to a record that does not exist stops the import unless --skip-broken is given. ' +
      'Importing the same again changes nothing; what people changed since stays theirs. New records are seen by those who vet and by nobody else, unless ' +
      '--listed or --public says that they were vetted before. Exit code 1 when nothing could be written.',
    positionals: [1, 1],
    options: {
      network: { type: 'string', value: 'SLUG', required: true, about: 'The network.' },
      'dry-run': { type: 'boolean', about: 'Read and compare only; nothing is written.' },
      'skip-broken': { type: 'boolean', about: 'Leave out rows with links to nothing and bring in the rest.' },
      overwrite: { type: 'boolean', about: 'Where people and the file both changed a value, take the file’s.' },
      listed: { type: 'boolean', about: 'Already vetted: list new organisations for the hotline and partners.' },
      public: { type: 'boolean', about: 'Already vetted: list them and show them to the public.' },
      confidential: { type: 'boolean', about: 'Every place of a plain list is confidential.' },
      map: {
        type: 'string',
        multiple: true,
        value: 'HEADING=FIELD',
        about: `What a column of a plain list means. Fields: ${Object.keys(flatFields).join(', ')}.`,
      },
    },
    async run(app, args, out) {
      const path = resolve(args.positionals[0]!);
      if (!existsSync(path)) throw new Error(`There is no file ${path}.`);
      if (args.flag('listed') && args.flag('public'))
        throw new UsageError('--public: it lists as well; give one of the two.');
      const ctx = await contextFor(app, args);
      const choices = choicesFrom(args);
      const options = { network: ctx.network!.id, choices, mappings: await knownMappings(ctx), known: {} };
      const open = () =>
        statSync(path).isDirectory() ? partsOfFolder(path) : partsOfFile(basename(path), readFileSync(path));
      let read = reading(open, options);
      const known = await kindsOutside(ctx, read.outside);
      if (Object.keys(known).length > 0) read = reading(open, { ...options, known });
      out.progress(`Read ${read.records.length} records.`);
      let told = 0;
      const done = await importNow(ctx, {
        reading: read,
        choices,
        dry: args.flag('dry-run'),
        onProgress(at, total) {
          if (at - told < 2_000 && at < total) return;
          told = at;
          out.progress(`${Math.round((at / total) * 100)} %`);
        },
      });
      for (const note of done.notes.slice(0, 100))
        out.progress(`Note: ${note.file}, line ${note.line}: ${reasonOf(t, note)}`);
      const result = resultOf(done);
      out.result(result, inWords(done, result), done.stopped || read.records.length === 0);
    },
  },
  {
    name: 'directory export',
    summary: 'Write what one audience sees of the directory to a file, or to standard output.',
    usage: '--network SLUG --audience public|partner|hotline|vetting --format hsds|tabular|xlsx|csv [--out FILE]',
    about:
      'hsds and tabular can be imported again without loss. No confidential place is in any of them. xlsx and csv are one row a service, for ' +
      'reading; in csv, cells that a spreadsheet would run begin with an apostrophe.',
    options: {
      network: { type: 'string', value: 'SLUG', required: true, about: 'The network.' },
      audience: { type: 'string', value: 'AUDIENCE', required: true, about: 'public, partner, hotline or vetting.' },
      format: {
        type: 'string',
        value: 'FORMAT',
        required: true,
        about: 'hsds (JSON), tabular (zip of CSV), xlsx or csv.',
      },
      out: { type: 'string', value: 'FILE', about: 'Where to; standard output when it is not given.' },
    },
    async run(app, args, out) {
      const audience = oneOf(args, 'audience', exportAudiences);
      const format = oneOf(args, 'format', exportFormats);
      const ctx = await contextFor(app, args);
      const file = args.text('out') === null ? null : resolve(args.text('out')!);
      const job = await beginExport(ctx, { audience, format });
      let told = 0;
      const parts = exportBytes(ctx, job, (done, total) => {
        if (done - told < 1_000 && done < total) return;
        told = done;
        out.progress(`${Math.round((done / total) * 100)} %`);
      });
      if (!file) {
        for await (const part of parts) await out.write(part);
        return;
      }
      let bytes = 0;
      await writeFile(
        file,
        (async function* () {
          for await (const part of parts) {
            bytes += part.length;
            yield part;
          }
        })(),
      );
      const organizations = job.organizations.length;
      out.result({ file, audience, format, bytes }, `${file}: ${bytes} bytes, from ${organizations} organizations.`);
    },
  },
];

function oneOf<T extends string>(args: CommandArgs, name: string, allowed: readonly T[]): T {
  const value = args.text(name) as T;
  if (!allowed.includes(value)) throw new UsageError(`--${name}: enter one of ${allowed.join(', ')}.`);
  return value;
}

async function contextFor(app: Parameters<typeof systemCtx>[0], args: CommandArgs): Promise<Ctx> {
  const slug = args.text('network')!;
  const network = await app.networks.bySlug(slug);
  if (network) return systemCtx(app, 'command line', network.id, 'command-line');
  const all = (await app.networks.all()).map((one) => one.slug);
  throw new Error(`There is no network ${slug}. There are: ${all.join(', ') || 'none yet'}.`);
}

function choicesFrom(args: CommandArgs): ImportChoices {
  const mapping: Mapping = {};
  for (const pair of args.list('map')) {
    const at = pair.lastIndexOf('=');
    const field = pair.slice(at + 1).trim();
    if (at < 1 || !(field in flatFields))
      throw new UsageError(`--map ${pair}: write HEADING=FIELD, with one of the fields of the help.`);
    mapping[pair.slice(0, at)] = field as FlatFieldName;
  }
  return {
    ...plainChoices,
    show: args.flag('public') ? 'public' : args.flag('listed') ? 'listed' : 'vetting',
    skipBroken: args.flag('skip-broken'),
    overwrite: args.flag('overwrite'),
    hidden: args.flag('confidential'),
    ...(Object.keys(mapping).length > 0 ? { mapping } : {}),
  };
}

/** The shape that --json prints. */
const resultOf = (done: Summary) => ({
  read: done.read,
  written: done.written,
  rejected: done.rejected.map((fault) => ({
    file: fault.file,
    line: fault.line,
    ...(fault.column ? { column: fault.column } : {}),
    reason: reasonOf(t, fault),
  })),
  duplicates: done.duplicates,
});

function inWords(done: Summary, result: ReturnType<typeof resultOf>): string {
  const counts = (of: Record<string, number>) =>
    Object.entries(of)
      .filter(([, n]) => n > 0)
      .map(([name, n]) => `${n} ${name.replaceAll('_', ' ')}`)
      .join(', ') || 'nothing';
  return [
    `Read: ${counts(done.read)}.`,
    `Written: ${counts(done.written)}.`,
    ...result.rejected.map((one) => `Not kept: ${one.file}, line ${one.line}: ${one.reason}`),
    ...(done.more > 0 ? [`… and ${done.more} more.`] : []),
    ...done.duplicates.map(
      (one) =>
        `May be the same: ${one.kind} “${one.name}” (${one.id}) and “${one.other.name}” (${one.other.id}), by ${one.because.join(', ')}.`,
    ),
    ...(done.stopped ? ['Nothing was written: correct the file first, or give --skip-broken.'] : []),
  ].join('\n');
}
