/** Plans from the command line: bring a file in, take a file out. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type App, type Command, type Ctx, type Network, Problem, systemCtx, translator, UsageError } from '#kernel';
import { type PlanFormat, readPlan as readFile, type ReadPlan, writePlan } from './exchange/index.ts';
import { exportPlan } from './exporting.ts';
import { daySchema } from './fields.ts';
import { confirmImport, countLeaves, type ImportInput, previewImport, tryImport } from './importing.ts';
import type { ImportCounts } from './import-pending.ts';
import { approveRevision, requestPublication } from './publishing.ts';
import type { ImportProblem } from './shape.ts';

const t = translator('en');
const formats: readonly PlanFormat[] = ['csv', 'xlsx', 'json'];

export const commands: Command[] = [
  {
    name: 'plan import',
    summary: 'Bring a plan into a draft from text, HTML, Word, Excel, CSV or JSON.',
    usage: 'FILE --network SLUG --plan SLUG [--as-of DAY] [--dry-run]',
    about:
      'A plan that is not there is made. Importing the same file again changes nothing; items that the file does not mention stay. With --publish the draft is ' +
      'asked for by one person and approved by another. FILE may be - for standard input. Exit code 1 when the file has problems that stop it.',
    positionals: [1, 1],
    options: {
      network: { type: 'string', value: 'SLUG', about: 'The network; not needed with --dry-run.' },
      plan: { type: 'string', value: 'SLUG', about: 'The plan, e.g. phase-2; not needed with --dry-run.' },
      'as-of': {
        type: 'string',
        value: 'DAY',
        about: 'The day the file was true, e.g. 2019-04-25; default what the file says.',
      },
      'dry-run': { type: 'boolean', about: 'Read and compare only; nothing is written.' },
      publish: { type: 'boolean', about: 'Publish the draft afterwards; needs the two people.' },
      'requested-by': { type: 'string', value: 'EMAIL', about: 'Who asks for the publication.' },
      'approved-by': { type: 'string', value: 'EMAIL', about: 'Who approves it, another person.' },
    },
    async run(app, args, out) {
      const asOf = args.text('as-of') ?? undefined;
      if (asOf && !daySchema.safeParse(asOf).success) throw new UsageError(`--as-of: ${t('plan.field.day')}`);
      const publish = publishers(args.flag('publish'), args.text('requested-by'), args.text('approved-by'));
      const { bytes, filename } = await readGiven(args.positionals[0]!);
      const [slug, planSlug] = [args.text('network'), args.text('plan')];
      const dry = args.flag('dry-run');
      if (!dry && (!slug || !planSlug)) throw new UsageError(`--${slug ? 'plan' : 'network'} is missing.`);
      const network = slug ? await app.networks.bySlug(slug) : null;
      if (slug && !network && !dry) throw await noNetwork(app, slug);
      const input: ImportInput = { planSlug: planSlug ?? 'plan', filename, bytes, asOf };

      if (dry) {
        if (!network || !planSlug) {
          const read = await readFile(bytes, { filename, asOf, today: app.clock().toISOString().slice(0, 10) });
          tell(read, read.problems, null);
          return;
        }
        const tried = await tryImport(await systemCtx(app, 'command line', network.id, 'command-line'), input);
        tell(tried.read, tried.problems, null);
        return;
      }
      // Whoever asks for the publication is who brought the text.
      const people = publish && (await publishersIn(app, network!, publish));
      const ctx = people?.requester ?? (await systemCtx(app, 'command line', network!.id, 'command-line'));
      const shown = await previewImport(ctx, input);
      if (!shown.ready) {
        tell(shown.read, shown.problems, null);
        return;
      }
      const counts = await confirmImport(ctx, { id: shown.id, basis: shown.basis });
      if (people) {
        const { n } = await requestPublication(people.requester, { plan: counts.plan });
        await approveRevision(people.approver, { plan: counts.plan, n });
        out.progress(`Published as revision ${n}.`);
      }
      tell(shown.read, shown.problems, counts);

      function tell(read: ReadPlan, problems: ImportProblem[], done: ImportCounts | null): void {
        const summary = summaryOf(read, problems);
        const stopped = read.rows.length === 0 || problems.some((problem) => problem.severity === 'error');
        out.result(summary, inWords(summary, problems, done, stopped), stopped);
      }
    },
  },
  {
    name: 'plan export',
    summary: 'Write a plan to a file, or to standard output.',
    usage: '--network SLUG --plan SLUG [--format csv|xlsx|json] [--draft] [FILE]',
    about: 'What comes out can be imported again. Without --draft it is what the public sees.',
    positionals: [0, 1],
    options: {
      network: { type: 'string', value: 'SLUG', required: true, about: 'The network.' },
      plan: { type: 'string', value: 'SLUG', required: true, about: 'The plan.' },
      format: { type: 'string', value: 'FORMAT', about: 'csv, xlsx or json; default what FILE ends with, else csv.' },
      draft: { type: 'boolean', about: 'Everything written so far, published or not.' },
    },
    async run(app, args, out) {
      const slug = args.text('network')!;
      const file = args.positionals[0] && args.positionals[0] !== '-' ? resolve(args.positionals[0]) : null;
      const ending = /\.(csv|xlsx|json)$/i.exec(file ?? '')?.[1]?.toLowerCase();
      const format = (args.text('format') ?? ending ?? 'csv') as PlanFormat;
      if (!formats.includes(format)) throw new UsageError('--format: enter csv, xlsx or json.');
      const network = await app.networks.bySlug(slug);
      if (!network) throw await noNetwork(app, slug);
      const plan = await exportPlan(app, network.id, args.text('plan')!, args.flag('draft') ? 'draft' : 'published');
      const bytes = await writePlan(plan, format);
      if (file) {
        writeFileSync(file, bytes);
        const leaves = plan.rows.filter((row) => row.leaf).length;
        out.result(
          { file, format, rows: plan.rows.length, leaves, bytes: bytes.length },
          `${file}: ${plan.rows.length} items, ${leaves} of them counted.`,
        );
      } else await out.write(bytes);
    },
  },
];

/** The shape that --json prints. */
function summaryOf(read: ReadPlan, problems: readonly ImportProblem[]) {
  const { leaves, counted } = countLeaves(read);
  const totals = read.published;
  return {
    levels: read.levels.map(({ name, count }) => ({ name, count })),
    leaves,
    statuses: counted,
    published: totals && {
      done: totals.done,
      active: totals.active,
      notBegun: totals.notBegun,
      excluded: totals.excluded,
      percent: totals.percent ?? null,
      asOf: totals.asOf,
    },
    problems: problems.map(({ line, message }) => ({ line, message })),
  };
}

function inWords(
  summary: ReturnType<typeof summaryOf>,
  problems: readonly ImportProblem[],
  done: ImportCounts | null,
  stopped: boolean,
): string {
  const { statuses: s, published: p } = summary;
  const lines = [
    summary.levels.map(({ name, count }) => `${count} × ${name}`).join(', '),
    `Statuses of ${summary.leaves} counted items: ${s.done} done, ${s.active} in progress, ${s.notBegun} not begun, ${s.ongoing} ongoing, ${s.excluded} not counted, ${s.unknown} not known.`,
  ];
  if (p)
    lines.push(
      `Published on ${p.asOf}: ${p.done} done, ${p.active} in progress, ${p.notBegun} not begun, ${p.excluded} not counted${p.percent === null ? '' : `; ${p.percent} %`}.`,
    );
  for (const { message, severity } of problems) lines.push(`${severity === 'error' ? 'Stops' : 'Note'}: ${message}`);
  if (done)
    lines.push(
      `Written to the draft of ${done.plan}: ${done.added} added, ${done.changed} changed, ${done.statuses} statuses; ${done.untouched} items stay as they are.`,
    );
  else lines.push(stopped ? 'Nothing was written: correct the file first.' : 'Nothing was written.');
  return lines.filter(Boolean).join('\n');
}

async function readGiven(given: string): Promise<{ bytes: Uint8Array; filename: string }> {
  if (given === '-') return { bytes: await buffer(process.stdin), filename: 'standard-input' };
  const path = resolve(given);
  if (!existsSync(path)) throw new Error(`There is no file ${path}.`);
  return { bytes: readFileSync(path), filename: basename(path) };
}

async function noNetwork(app: App, slug: string): Promise<Error> {
  const all = (await app.networks.all()).map((network) => network.slug);
  return new Error(`There is no network ${slug}. There are: ${all.join(', ') || 'none yet'}.`);
}

interface Publishers {
  requestedBy: string;
  approvedBy: string;
}

function publishers(wanted: boolean, requestedBy: string | null, approvedBy: string | null): Publishers | null {
  if (!wanted) {
    if (requestedBy || approvedBy) throw new UsageError('--requested-by and --approved-by go with --publish.');
    return null;
  }
  if (!requestedBy || !approvedBy)
    throw new UsageError('--publish needs --requested-by and --approved-by, two people.');
  if (requestedBy.toLowerCase() === approvedBy.toLowerCase())
    throw new UsageError('--approved-by: another person than --requested-by.');
  return { requestedBy, approvedBy };
}

async function publishersIn(app: App, network: Network, given: Publishers) {
  return {
    requester: await asPerson(app, network, given.requestedBy),
    approver: await asPerson(app, network, given.approvedBy),
  };
}

/** Somebody with an account, with the roles they hold in this network and no others. */
async function asPerson(app: App, network: Network, email: string): Promise<Ctx> {
  const found = await app.db.run({ scope: 'system' }, async (tx) => {
    const person = await tx
      .selectFrom('app.person')
      .select(['id', 'name', 'email', 'agency_id'])
      .where('email', '=', email.toLowerCase())
      .where('disabled_at', 'is', null)
      .executeTakeFirst();
    if (!person) return null;
    const grants = await tx
      .selectFrom('app.role_grant')
      .select('role')
      .where('person_id', '=', person.id)
      .where('network_id', '=', network.id)
      .where('ended_at', 'is', null)
      .execute();
    return { ...person, roles: grants.map((grant) => grant.role) };
  });
  if (!found || found.roles.length === 0)
    throw new Problem('notFound', 'plan.import.problem.noPerson', { email, network: network.slug });
  const base = await systemCtx(app, 'command line', network.id, 'command-line');
  return {
    ...base,
    actor: {
      kind: 'person',
      personId: found.id,
      name: found.name,
      email: found.email,
      agencyId: found.agency_id,
      roles: new Set(found.roles),
      sessionId: '',
      stepUpAt: null,
    },
  };
}
