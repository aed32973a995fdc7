/**
 * An application on its way in: begun, saved page by page, sent, followed. Whoever fills it in has no account: they come back with a code of 16 digits.
 *
 *   draft (30 days after it was last saved it is deleted) → sent → decided (30 days later the code ends)
 *
 * The code's first six digits find the row (a blind index), the other ten are hashed slowly. Who entered it gets a token for two hours, in a cookie
 * that scripts cannot read. Answers are sealed; nothing of a draft is seen by anybody else.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { action, type App, checkPassword, type Ctx, hashPassword, isLocale, Limiter, Problem, type Tx } from '#kernel';
import { saveRecords } from '#modules/organisations';
import { sealPlace } from '../../hidden-places.ts';
import { project } from '../../project.ts';
import { openAnswers, sealAnswers } from '../answers.ts';
import { addListingEvent, positionNow } from '../events.ts';
import { vetting } from '../tables.ts';
import { tellApplicant } from '../telling.ts';
import { type Answers, entered, pageOf, readPage, unfinished } from './questions.ts';
import { recordsFrom } from './records.ts';

export const draftDays = 30;
const doorHours = 2;
const day = 86_400_000;

/** Per browser, never per address alone: a shelter shares one. */
const begins = new Limiter({ points: 10, seconds: 3600 });
const tries = new Limiter({ points: 20, seconds: 900 });
/** Wrong codes for one application, wherever they come from: ten digits cannot be guessed at that pace. */
const triesOfOne = new Limiter({ points: 10, seconds: 900 });

const sha = (token: string): Buffer => createHash('sha256').update(token).digest();
const digits = (n: number): string => Array.from({ length: n }, () => randomInt(10)).join('');
/** `1234 5678 9012 3456`, as it is shown. */
export const spaced = (code: string): string => code.replace(/(\d{4})(?=\d)/g, '$1 ');

type Row = Awaited<ReturnType<typeof byDoor>> & {};

/** What the person who holds the token works on. */
export interface Application {
  id: string;
  answers: Answers;
  sentAt: Date | null;
  organizationId: string | null;
  savedAt: Date;
}

const byDoor = (tx: Tx, ctx: Pick<Ctx, 'app' | 'network'>, token: string) =>
  vetting(tx)
    .selectFrom('app.directory_application')
    .selectAll()
    .where('network_id', '=', ctx.network!.id)
    .where('door', '=', sha(token))
    .where('door_until', '>', ctx.app.clock())
    .where((eb) => eb.or([eb('code_until', 'is', null), eb('code_until', '>', ctx.app.clock())]))
    .executeTakeFirst();

const opened = async (tx: Tx, app: App, row: Row): Promise<Application> => ({
  id: row.id,
  answers: await openAnswers(tx, app, row),
  sentAt: row.sent_at,
  organizationId: row.organization_id,
  savedAt: row.saved_at,
});

/** The application whose code was entered in this browser, or null. Not a view(): people read what they wrote themselves. */
export function readOwn(ctx: Ctx, token: string): Promise<Application | null> {
  return ctx.app.db.run({ networkId: ctx.network!.id, scope: 'system' }, async (tx) => {
    const row = token ? await byDoor(tx, ctx, token) : undefined;
    return row ? opened(tx, ctx.app, row) : null;
  });
}

const door = z.string().min(1).max(200);
/** Finds the application of a token. Throws Problem.notFound. */
async function loadByDoor({ tx, input, ctx }: { tx: Tx; input: { door: string }; ctx: Ctx }) {
  const row = await byDoor(tx, ctx, input.door);
  if (!row) throw Problem.notFound('directory.vetting.apply.closed');
  return { row, ...(await opened(tx, ctx.app, row)) };
}
const stillDraft = ({ loaded }: { loaded: { sentAt: Date | null } }) => {
  if (loaded.sentAt) throw Problem.conflict('directory.vetting.apply.sentAlready');
};
const audited = (fields: string[]) => (step: { loaded: { id: string } }) => ({
  subject: `application:${step.loaded.id}`,
  fields,
});

const begin = action('directory.application.begin', {
  input: z.object({ locator: z.string().regex(/^\d{6}$/), hash: z.string(), door }),
  may: 'public',
  asSystem: true,
  run: async ({ tx, input, ctx }) => {
    const now = ctx.app.clock();
    const locator = await locatorOf(tx, ctx, input.locator);
    const made = await vetting(tx)
      .insertInto('app.directory_application')
      .values({
        network_id: ctx.network!.id,
        locator,
        secret_hash: input.hash,
        code_until: new Date(now.getTime() + draftDays * day),
        door: sha(input.door),
        door_until: new Date(now.getTime() + doorHours * 3_600_000),
        locale: ctx.locale,
        created_at: now,
        saved_at: now,
      })
      .onConflict((c) => c.doNothing())
      .returning('id')
      .executeTakeFirst();
    return made?.id ?? null;
  },
  audit: ({ result }) => ({ subject: `application:${result ?? 'none'}`, fields: ['begun'] }),
});

const locatorOf = (tx: Tx, ctx: Pick<Ctx, 'app' | 'network'>, locator: string) =>
  ctx.app.services.vault.blindIndex(tx, 'deployment', 'directory application code', `${ctx.network!.id} ${locator}`);

/** Begins an application: the code to come back with, and the token for this browser. Throws tooMany. */
export async function beginApplication(ctx: Ctx, origin: string): Promise<{ code: string; door: string }> {
  if (!(await begins.take(origin))) throw new Problem('tooMany', 'kernel.problem.tooMany');
  for (;;) {
    const [locator, secret, token] = [digits(6), digits(10), randomBytes(32).toString('base64url')];
    const id = await begin(ctx, { locator, hash: await hashPassword(secret), door: token });
    if (id) return { code: locator + secret, door: token };
  }
}

const enter = action('directory.application.enter', {
  input: z.object({ id: z.uuid(), door }),
  may: 'public',
  asSystem: true,
  run: async ({ tx, input, ctx }) => {
    const until = new Date(ctx.app.clock().getTime() + doorHours * 3_600_000);
    await vetting(tx)
      .updateTable('app.directory_application')
      .set({ door: sha(input.door), door_until: until })
      .where('network_id', '=', ctx.network!.id)
      .where('id', '=', input.id)
      .execute();
  },
  audit: ({ input }) => ({ subject: `application:${input.id}`, fields: ['entered'] }),
});

/** Comes back with a code; returns the token for this browser. A wrong code, an unknown one and an ended one are told alike. Throws tooMany. */
export async function enterByCode(ctx: Ctx, typed: string, origin: string): Promise<string> {
  const code = typed.replace(/[\s.-]/g, '');
  if (!/^\d{16}$/.test(code)) throw Problem.invalid({ code: { key: 'directory.vetting.apply.codeShape' } });
  if (!(await tries.take(origin)) || !(await triesOfOne.take(`${ctx.network!.id} ${code.slice(0, 6)}`)))
    throw new Problem('tooMany', 'kernel.problem.tooMany');
  const row = await ctx.app.db.run({ networkId: ctx.network!.id, scope: 'system' }, async (tx) =>
    vetting(tx)
      .selectFrom('app.directory_application')
      .select(['id', 'secret_hash'])
      .where('network_id', '=', ctx.network!.id)
      .where('locator', '=', await locatorOf(tx, ctx, code.slice(0, 6)))
      .where((eb) => eb.or([eb('code_until', 'is', null), eb('code_until', '>', ctx.app.clock())]))
      .executeTakeFirst(),
  );
  const right = await checkPassword(code.slice(6), row?.secret_hash ?? null);
  if (!right || !row) throw Problem.invalid({ code: { key: 'directory.vetting.apply.codeWrong' } });
  const token = randomBytes(32).toString('base64url');
  await enter(ctx, { id: row.id, door: token });
  return token;
}

async function store(tx: Tx, ctx: Ctx, id: string, answers: Answers): Promise<void> {
  const now = ctx.app.clock();
  await vetting(tx)
    .updateTable('app.directory_application')
    .set({
      sealed: await sealAnswers(tx, ctx.app, id, answers),
      saved_at: now,
      code_until: new Date(now.getTime() + draftDays * day),
      door_until: new Date(now.getTime() + doorHours * 3_600_000),
    })
    .where('id', '=', id)
    .execute();
}

/** Saves one page. `whole`: it must be finished; otherwise it is kept as it is. */
export const saveApplicationPage = action('directory.application.save', {
  input: z.object({
    door,
    page: z.string().max(40),
    values: z.record(z.string(), z.array(z.string())),
    whole: z.boolean(),
  }),
  may: 'public',
  asSystem: true,
  load: loadByDoor,
  check: stillDraft,
  run: async ({ tx, input, loaded, ctx }) => {
    const page = pageOf(input.page);
    if (!page) throw Problem.notFound();
    await store(tx, ctx, loaded.id, {
      ...loaded.answers,
      [input.page]: readPage(page.kind, input.values, input.whole),
    });
  },
  audit: audited(['answers']),
});

/** Takes a place or a service out again. */
export const removeApplicationPage = action('directory.application.remove', {
  input: z.object({ door, page: z.string().regex(/^(place|service)-[1-9]$/) }),
  may: 'public',
  asSystem: true,
  load: loadByDoor,
  check: stillDraft,
  run: async ({ tx, input, loaded, ctx }) => {
    const gone = new Set([input.page, input.page.replace('service', 'who')]);
    const kept = Object.entries(loaded.answers).filter(([key]) => !gone.has(key));
    await store(tx, ctx, loaded.id, Object.fromEntries(kept));
  },
  audit: audited(['answers']),
});

/** Deletes a draft at once, with all that was written. */
export const wipeApplication = action('directory.application.wipe', {
  input: z.object({ door }),
  may: 'public',
  asSystem: true,
  load: loadByDoor,
  check: stillDraft,
  run: async ({ tx, loaded }) => {
    await vetting(tx).deleteFrom('app.directory_application').where('id', '=', loaded.id).execute();
  },
  audit: audited(['deleted']),
});

/** Sends it: its records are made, hidden places are sealed and leave the answers, and the vetting begins. */
export const sendApplication = action('directory.application.send', {
  input: z.object({ door }),
  may: 'public',
  asSystem: true,
  public: true,
  load: loadByDoor,
  check: (step) => {
    stillDraft(step);
    if (unfinished(step.loaded.answers)) throw Problem.conflict('directory.vetting.apply.unfinished');
  },
  run: async ({ tx, loaded, ctx, emit }) => {
    const networkId = ctx.network!.id;
    const { organizationId, records, hidden } = recordsFrom(loaded.answers);
    await saveRecords(tx, ctx, networkId, records, { source: 'application' });
    for (const [location, where] of hidden) await sealPlace(tx, ctx, networkId, location, where);
    await vetting(tx)
      .updateTable('app.directory_application')
      .set({
        sealed: await sealAnswers(tx, ctx.app, loaded.id, withoutHidden(loaded.answers)),
        sent_at: ctx.app.clock(),
        organization_id: organizationId,
        code_until: null,
        locale: isLocale(ctx.locale) ? ctx.locale : 'en',
      })
      .where('id', '=', loaded.id)
      .execute();
    await addListingEvent(tx, ctx, organizationId, 'applied', { application: loaded.id });
    await project(tx, ctx, [organizationId]);
    await tellApplicant(tx, ctx, organizationId, 'applied');
    emit('directory.applied', { organization: organizationId });
    return { organizationId };
  },
  audit: audited(['sent']),
});

const whereFields = new Set(['street', 'city', 'state', 'zip']);
/** The answers without where a hidden place is: that is sealed with the place and nowhere else. */
function withoutHidden(answers: Answers): Answers {
  const out = { ...answers };
  for (const n of entered(answers, 'place')) {
    const page = answers[`place-${n}`]!;
    if (page.hidden?.[0] !== 'no')
      out[`place-${n}`] = Object.fromEntries(Object.entries(page).filter(([name]) => !whereFields.has(name)));
  }
  return out;
}

/** The applicant takes it back. What was decided stays on file; nothing goes on. */
export const withdrawApplication = action('directory.application.withdraw', {
  input: z.object({ door }),
  may: 'public',
  asSystem: true,
  public: true,
  load: loadByDoor,
  check: ({ loaded }) => {
    if (!loaded.organizationId) throw Problem.conflict('directory.vetting.apply.notSent');
  },
  run: async ({ tx, loaded, ctx }) => {
    await addListingEvent(tx, ctx, loaded.organizationId!, 'withdrawn', {
      by: 'applicant',
    });
    await project(tx, ctx, [loaded.organizationId!]);
    await tellApplicant(tx, ctx, loaded.organizationId!, 'withdrawn');
  },
  audit: audited(['withdrawn']),
});

/** Where a sent application stands, for the person who sent it. */
export const ownPosition = (ctx: Ctx, organizationId: string) =>
  ctx.app.db.run({ networkId: ctx.network!.id, scope: 'system' }, (tx) =>
    positionNow(tx, ctx.network!.id, organizationId),
  );
