/**
 * The audit chain of one network, for its auditors: what was done, read and denied, by whom, when. Reading it is itself an entry. Who reads sees
 * names of fields and never values, because the chain holds none.
 */
import { auditHash, type Ctx, Problem, type Tx, view } from '#kernel';
import { stringify } from 'csv-stringify/sync';
import { sql } from 'kysely';
import { z } from 'zod';

export const pageSize = 50;
/** The most lines one download holds; a longer stretch is taken in parts, by day. */
export const mostLines = 50_000;

export const outcomes = ['done', 'read', 'denied'] as const;

/** What is looked for. Everything comes from an address, so what cannot be read is left out, not refused. */
export interface AuditFilter {
  action?: string;
  person?: string;
  outcome?: (typeof outcomes)[number];
  from?: string;
  to?: string;
}

export interface AuditLine {
  seq: number;
  at: Date;
  actorKind: string;
  actorId: string | null;
  actorName: string | null;
  action: string;
  subject: string;
  fields: string[];
  outcome: (typeof outcomes)[number];
  reason: string;
  requestId: string;
}

const day = z.iso.date();
const given = (value: string | undefined, shape: z.ZodType<string>) => shape.safeParse(value).data;

/** Reads a filter from the query of an address. */
export const filterFrom = (query: Record<string, string>): AuditFilter => ({
  action: given(query.action, z.string().regex(/^[a-z][\w.-]{0,80}$/i)),
  person: given(query.person, z.guid()),
  outcome: z.enum(outcomes).safeParse(query.outcome).data,
  from: given(query.from, day),
  to: given(query.to, day),
});

/** Conditions of a filter; days are days where the network is. */
function matching(tx: Tx, ctx: Ctx, filter: AuditFilter) {
  const zone = ctx.network!.timezone;
  let query = tx.selectFrom('app.audit_entry as e').where('e.chain', '=', ctx.network!.id);
  if (filter.action) query = query.where('e.action', '=', filter.action);
  if (filter.person) query = query.where('e.actor_id', '=', filter.person);
  if (filter.outcome) query = query.where('e.outcome', '=', filter.outcome);
  if (filter.from) query = query.where(sql<boolean>`e.at >= (${filter.from}::date::timestamp at time zone ${zone})`);
  if (filter.to) query = query.where(sql<boolean>`e.at < ((${filter.to}::date + 1)::timestamp at time zone ${zone})`);
  return query;
}

async function load(tx: Tx, ctx: Ctx, filter: AuditFilter, limit: number, offset: number): Promise<AuditLine[]> {
  const rows = await matching(tx, ctx, filter)
    .leftJoin('app.person as p', 'p.id', 'e.actor_id')
    .select([
      'e.seq',
      'e.at',
      'e.actor_kind as actorKind',
      'e.actor_id as actorId',
      'p.name as actorName',
      'e.action',
      'e.subject',
      'e.fields',
      'e.outcome',
      'e.reason',
      'e.request_id as requestId',
    ])
    .orderBy('e.seq', 'desc')
    .limit(limit)
    .offset(offset)
    .execute();
  return rows;
}

const auditors = ['auditor', 'network_admin'];
const shown = ['at', 'actor', 'action', 'subject', 'fields', 'outcome', 'reason'];

export interface AuditPage {
  lines: AuditLine[];
  total: number;
  page: number;
  /** What the filters can be set to. */
  actions: string[];
  people: { id: string; name: string }[];
}

export const readAudit = view('admin.audit.read', {
  may: auditors,
  load: async ({
    tx,
    input,
    ctx,
  }: {
    tx: Tx;
    input: { filter: AuditFilter; page: number };
    ctx: Ctx;
  }): Promise<AuditPage> => {
    const counted = await matching(tx, ctx, input.filter)
      .select((eb) => eb.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const pages = Math.max(1, Math.ceil(counted.total / pageSize));
    const page = Math.min(Math.max(1, input.page), pages);
    const everything = matching(tx, ctx, {});
    const actions = await everything.select('e.action').distinct().orderBy('e.action').execute();
    const people = await everything
      .innerJoin('app.person as p', 'p.id', 'e.actor_id')
      .select(['p.id', 'p.name'])
      .distinct()
      .orderBy('p.name')
      .execute();
    return {
      lines: await load(tx, ctx, input.filter, pageSize, (page - 1) * pageSize),
      total: counted.total,
      page,
      actions: actions.map((row) => row.action),
      people,
    };
  },
  audit: ({ ctx }) => ({ subject: `audit:${ctx.network!.id}`, fields: shown }),
});

export const exportAudit = view('admin.audit.export', {
  may: auditors,
  load: async ({ tx, input, ctx }: { tx: Tx; input: AuditFilter; ctx: Ctx }): Promise<AuditLine[]> => {
    const lines = await load(tx, ctx, input, mostLines + 1, 0);
    if (lines.length > mostLines) throw Problem.conflict('admin.audit.tooMany', { most: mostLines });
    return lines;
  },
  audit: ({ ctx }) => ({ subject: `audit:${ctx.network!.id}`, fields: shown }),
});

/** Lines as CSV, newest first. A cell that a spreadsheet would take for a formula is made text. */
export const auditCsv = (lines: readonly AuditLine[]): string =>
  stringify(
    lines.map((line) => [
      line.seq,
      line.at.toISOString(),
      line.actorKind,
      line.actorName ?? '',
      line.actorId ?? '',
      line.action,
      line.subject,
      line.fields.join(' '),
      line.outcome,
      line.reason,
      line.requestId,
    ]),
    {
      header: true,
      columns: [
        'entry',
        'at',
        'actor kind',
        'actor',
        'actor id',
        'action',
        'subject',
        'fields',
        'outcome',
        'reason',
        'request',
      ],
      escape_formulas: true,
      bom: true,
    },
  );

export interface ChainCheck {
  entries: number;
  /** The first entry that does not fit, or null. */
  broken: number | null;
}

const batch = 2_000;

/**
 * Walks the network's own chain: every number follows, every entry names the hash before it, and every hash is computed here again. The command
 * `waymark audit verify` also compares with the heads that were signed outside the database.
 */
export const checkChain = view('admin.audit.check', {
  may: auditors,
  load: async ({ tx, ctx }: { tx: Tx; input: Record<string, never>; ctx: Ctx }): Promise<ChainCheck> => {
    let previous = { seq: 0, hash: '0'.repeat(64) };
    for (;;) {
      const rows = await tx
        .selectFrom('app.audit_entry')
        .selectAll()
        .select(sql<string>`(extract(epoch from at) * 1000000)::bigint::text`.as('micros'))
        .where('chain', '=', ctx.network!.id)
        .where('seq', '>', previous.seq)
        .orderBy('seq')
        .limit(batch)
        .execute();
      for (const row of rows) {
        const hash = row.hash.toString('hex');
        const fits = row.seq === previous.seq + 1 && row.prev_hash.toString('hex') === previous.hash;
        if (!fits || auditHash(row).toString('hex') !== hash) return { entries: previous.seq, broken: row.seq };
        previous = { seq: row.seq, hash };
      }
      if (rows.length < batch) return { entries: previous.seq, broken: null };
    }
  },
  audit: ({ ctx }) => ({ subject: `audit:${ctx.network!.id}`, fields: ['hash'] }),
});
