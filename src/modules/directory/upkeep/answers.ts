/**
 * What a provider answers without an account, by the link of a letter. A value that is still right is noted as made sure of by the provider that day; a
 * new one is proposed and reviewed (../vetting/proposals.ts), where a hidden place is now too, sealed; words wait for a person. Nothing here changes a
 * record.
 */
import { z } from 'zod';
import { action, type Ctx, Problem, today, type Tx, authorOf } from '#kernel';
import { addChecks, type Fields, type Rec, recordsById, required } from '#modules/organisations';
import { addListingEvent } from '../vetting/events.ts';
import { ownTerms } from '../own/read.ts';
import { inParts, type Reading, valuesFrom } from '../vetting/own/edit.ts';
import { proposePlace } from '../vetting/place-proposals.ts';
import { proposeChanges } from '../vetting/proposals.ts';
import { keepers } from '../records/actions.ts';
import { requestByToken } from './link.ts';
import { type Group, groupsOf, type Question } from './questions.ts';
import { type Request, stillOpen, valuesBy } from './read.ts';
import { type Asked, keyOf } from './request.ts';
import { closeRequest } from './steps.ts';
import { type AnswerKind, upkeep } from './tables.ts';

export interface OpenRequest {
  request: Request;
  groups: Group[];
}

/** The questions behind a token. Throws Problem.linkOver when its door is shut. `tx` must be one of the system. */
export async function openByToken(tx: Tx, ctx: Pick<Ctx, 'app' | 'network'>, token: string): Promise<OpenRequest> {
  const request = await requestByToken(tx, ctx, token);
  if (!request) throw Problem.linkOver('directory.upkeep.page.over');
  const values = (await valuesBy(tx, ctx, [request.organizationId])).get(request.organizationId) ?? [];
  const open = stillOpen(request, values);
  // A link is named after its service, which may not be among what is asked.
  const ids = [request.organizationId, ...values.map(({ record }) => record)];
  const recs = await recordsById(tx, ctx.network!.id, ids);
  return { request, groups: groupsOf(recs, open) };
}

const given = z.object({
  record: z.uuid(),
  field: z.string().regex(/^(\*|[a-z_]+)$/),
  choice: z.enum(['same', 'wrong']).optional(),
  text: z.string().max(8_000).optional(),
  /** Of a list that is asked part by part: `<child>.<part>` or `<use>.<term>` → what was entered. */
  parts: z.record(z.string().max(200), z.string().max(8_000)).optional(),
  /** Where a hidden place is now; it is sealed and stands nowhere else. */
  place: z.record(z.string(), z.unknown()).optional(),
});
type Given = z.output<typeof given>;

interface Answered extends Asked {
  answer: AnswerKind;
  note?: string;
  proposal?: string;
}

/** Notes answers; values that nobody answered stay open, and the link with them. */
export const answerRequest = action('directory.upkeep.answer', {
  input: z.object({
    token: z.string().max(200),
    /** Record → the version that was shown: what changed in between is shown again. */
    seen: z.record(z.uuid(), z.coerce.number().int()),
    answers: z.array(given).max(5_000),
    /** All that was not answered otherwise in this record is still right. */
    allRight: z.uuid().optional(),
  }),
  may: 'public',
  asSystem: true,
  load: ({ tx, input, ctx }) => openByToken(tx, ctx, input.token),
  run: async ({ tx, input, loaded: { request, groups }, ctx }) => {
    const answers = new Map(input.answers.map((one) => [keyOf(one), one]));
    const done: Answered[] = [];
    const how: Reading = { own: await ownTerms(tx, ctx.network!.id), now: ctx.app.clock() };
    let stale = false;
    for (const { rec, questions } of groups) {
      const own = questions.flatMap((question): [Question, Given][] => {
        const found = answers.get(keyOf(question)) ?? { record: rec.id, field: question.field };
        const right = input.allRight === rec.id && found.choice === undefined;
        return [[question, right ? { ...found, choice: 'same' } : found]];
      });
      if (own.every(([question, one]) => !isAnswered(rec, question, one, how))) continue;
      if (input.seen[rec.id] !== rec.seq) {
        stale = true;
        continue;
      }
      done.push(...(await answersOf(tx, ctx, request, rec, own, how)));
    }
    await keep(tx, ctx, request, done);
    const left = groups.reduce((sum, group) => sum + group.questions.length, 0) - done.length;
    if (left === 0) await closeRequest(tx, ctx, request.id, 'answered');
    return { done: done.length, left, stale };
  },
  audit: ({ loaded: { request }, result }) => ({
    subject: `organization:${request.organizationId}`,
    fields: result.done > 0 ? ['answered'] : [],
  }),
});

const entered = (question: Question, one: Given): boolean =>
  one.text !== undefined && one.text.trim() !== question.value.trim();
const isAnswered = (rec: Rec, question: Question, one: Given, how: Reading): boolean =>
  one.choice !== undefined ||
  one.place !== undefined ||
  entered(question, one) ||
  question.field in fromParts(rec, question, one, how);

/** What a list that is asked part by part would be; nothing when it stays as it is. Throws Problem.invalid by the names of controls. */
function fromParts(rec: Rec, question: Question, one: Given, how: Reading): Fields {
  if (!inParts(question.control) || !one.parts) return {};
  const below = Object.entries(one.parts).map(([name, text]) => [`${question.field}.${name}`, text] as const);
  return named(rec, () => valuesFrom(rec, Object.fromEntries(below), { ...how, unseen: question.unseen }));
}

async function answersOf(
  tx: Tx,
  ctx: Ctx,
  request: Request,
  rec: Rec,
  own: readonly [Question, Given][],
  how: Reading,
): Promise<Answered[]> {
  const out: Answered[] = [];
  const written: Record<string, string> = {};
  const lists: Fields = {};
  for (const [question, one] of own) {
    const at = { record: rec.id, field: question.field };
    const text = one.text?.trim() ?? '';
    const list = fromParts(rec, question, one, how);
    if (question.control === 'place') {
      const { organizationId } = request;
      if (one.place) {
        await proposePlace(tx, ctx, { organizationId, locationId: rec.id, place: one.place, via: 'link' });
        out.push({ ...at, answer: 'changed' });
      } else if (one.choice) out.push({ ...at, answer: one.choice === 'same' ? 'same' : 'moved' });
    } else if (question.field in list) {
      Object.assign(lists, list);
    } else if (question.control === 'words' ? text !== '' : entered(question, one)) {
      if (question.control === 'words') out.push({ ...at, answer: 'wrong', note: text.slice(0, 2_000) });
      else if (text === '' && required[rec.kind].includes(question.field))
        throw Problem.invalid({ [formName(at)]: { key: 'kernel.field.required' } });
      else written[question.field] = one.text!;
    } else if (one.choice) {
      out.push({ ...at, answer: one.choice });
    }
  }
  const values = { ...valuesFrom(rec, written, how), ...lists };
  const changed = [...Object.keys(written), ...Object.keys(lists)];
  if (changed.length > 0) {
    const proposal = await propose(tx, ctx, request, rec, values);
    for (const field of changed)
      out.push(
        proposal && field in values
          ? { record: rec.id, field, answer: 'changed', proposal }
          : { record: rec.id, field, answer: 'same' },
      );
  }
  return out;
}

/** The name of a value's control in the page's form. */
export const formName = ({ record, field }: Asked): string => `v.${record}.${field}`;

/** Runs something whose faults are named by field, and names them by control. */
function named<T>(rec: Rec, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw renamed(rec, error);
  }
}

const renamed = (rec: Rec, error: unknown): unknown =>
  error instanceof Problem && error.kind === 'invalid'
    ? Problem.invalid(
        Object.fromEntries(
          Object.entries(error.fields).map(([field, said]) => [formName({ record: rec.id, field }), said]),
        ),
      )
    : error;

async function propose(tx: Tx, ctx: Ctx, request: Request, rec: Rec, values: Fields): Promise<string | null> {
  try {
    const about = { organizationId: request.organizationId, recordId: rec.id };
    return await proposeChanges(tx, ctx, { ...about, values, via: 'link' });
  } catch (error) {
    throw renamed(rec, error);
  }
}

async function keep(tx: Tx, ctx: Ctx, request: Request, done: readonly Answered[]): Promise<void> {
  if (done.length === 0) return;
  const networkId = ctx.network!.id;
  const on = today(ctx);
  await addChecks(
    tx,
    ctx,
    networkId,
    done
      .filter(({ answer }) => answer === 'same')
      .map(({ record, field }) => ({ recordId: record, field, on, how: 'provider' as const })),
  );
  await upkeep(tx)
    .insertInto('app.directory_answer')
    .values(
      done.map((one) => ({
        network_id: networkId,
        request_id: request.id,
        record_id: one.record,
        field: one.field,
        answer: one.answer,
        note: one.note ?? '',
        proposal_id: one.proposal ?? null,
        on_day: on,
        at: ctx.app.clock(),
      })),
    )
    .execute();
}

/** Whoever got a letter asks for no more of them. People still see to the listing, by other ways. */
export const stopLetters = action('directory.upkeep.stopLetters', {
  input: z.object({ token: z.string().max(200) }),
  may: 'public',
  asSystem: true,
  load: ({ tx, input, ctx }) => openByToken(tx, ctx, input.token),
  run: async ({ tx, loaded: { request }, ctx }) => {
    const reason = ctx.t('directory.upkeep.stoppedReason');
    await addListingEvent(tx, ctx, request.organizationId, 'doNotContact', { reason, request: request.id });
  },
  audit: ({ loaded: { request } }) => ({ subject: `organization:${request.organizationId}`, fields: ['doNotContact'] }),
});

/** Somebody has seen to what a provider wrote, or to a hidden place that moved. */
export const settleAnswer = action('directory.upkeep.settle', {
  input: z.object({ seq: z.coerce.number().int() }),
  may: keepers,
  load: async ({ tx, input, ctx }) => {
    const row = await upkeep(tx)
      .selectFrom('app.directory_answer as a')
      .innerJoin('app.directory_request as r', (join) =>
        join.onRef('r.network_id', '=', 'a.network_id').onRef('r.id', '=', 'a.request_id'),
      )
      .select(['a.seq', 'a.settled_at', 'a.record_id', 'a.field', 'r.organization_id'])
      .where('a.network_id', '=', ctx.network!.id)
      .where('a.seq', '=', input.seq)
      .where('a.answer', 'in', ['wrong', 'moved'])
      .executeTakeFirst();
    if (!row) throw Problem.notFound();
    return row;
  },
  run: async ({ tx, loaded, ctx }) => {
    if (loaded.settled_at) return loaded.organization_id;
    await upkeep(tx)
      .updateTable('app.directory_answer')
      .set({ settled_by: authorOf(ctx), settled_at: ctx.app.clock() })
      .where('network_id', '=', ctx.network!.id)
      .where('seq', '=', loaded.seq)
      .execute();
    return loaded.organization_id;
  },
  audit: ({ loaded }) => ({
    subject: `record:${loaded.record_id}`,
    fields: loaded.field === '*' ? [] : [loaded.field],
  }),
});
