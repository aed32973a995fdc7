/**
 * The help lines of a network: whom to call, text or chat with. They stand on the public pages in this order. The national lines are shown where a
 * network has none, so removing the last one never leaves the help page empty.
 */
import { action, type Ctx, type HelpLine, Problem, tenantOf, type Tx } from '#kernel';
import { z } from 'zod';
import { textOf, versionOf } from './forms.ts';

const mostLines = 20;

const line = (most: number) => z.string().trim().max(most).default('');
/** A number as people write it: 3 to 15 digits (E.164), with the usual signs between them. */
const number = z
  .string()
  .trim()
  .max(30)
  .default('')
  .refine((value) => value === '' || (/^\+?[\d\s().-]+$/.test(value) && /^\d{3,15}$/.test(value.replace(/\D/g, ''))), {
    error: 'admin.lines.badNumber',
  });

export const lineInput = z.object({
  'name.en': z.string().trim().min(1, 'admin.lines.needName').max(120),
  'name.es': line(120),
  'for.en': line(300),
  'for.es': line(300),
  phone: number,
  sms: number,
  smsWord: line(20).refine((value) => /^[\p{L}\p{N}]*$/u.test(value), { error: 'admin.lines.badWord' }),
  chatUrl: line(300).refine((value) => value === '' || isHttps(value), { error: 'admin.lines.badChat' }),
  'hours.en': line(200),
  'hours.es': line(200),
  'languages.en': line(200),
  'languages.es': line(200),
});

/** Chats carry words nobody else may read, so only encrypted addresses; a name and password in one would be shown to everyone. */
function isHttps(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === 'https:' && url.username === '' && url.password === '' && url.hostname.includes('.');
}

/** The line a form describes. */
function lineFrom(input: z.output<typeof lineInput>, key: string): HelpLine {
  const both = (name: 'name' | 'for' | 'hours' | 'languages') => textOf(input[`${name}.en`], input[`${name}.es`]);
  return {
    key,
    name: both('name'),
    ...(input.phone && { phone: input.phone }),
    ...(input.sms && { sms: input.sms }),
    ...(input.sms && input.smsWord && { smsWord: input.smsWord }),
    ...(input.chatUrl && { chatUrl: input.chatUrl }),
    hours: both('hours'),
    languages: both('languages'),
    for: both('for'),
  };
}

/** Throws when nobody could be reached through the line. */
function checkReachable(input: z.output<typeof lineInput>): void {
  if (!input.phone && !input.sms && !input.chatUrl) throw Problem.invalid({ phone: { key: 'admin.lines.needOne' } });
  if (input.smsWord && !input.sms) throw Problem.invalid({ sms: { key: 'admin.lines.needNumberForWord' } });
}

/** A key that no line of the network has yet, made of the name. */
export function newKey(name: string, taken: readonly string[]): string {
  const base =
    name
      .toLowerCase()
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40) || 'line';
  for (let n = 1; ; n++) {
    const key = n === 1 ? base : `${base}-${n}`;
    // `new` is the address of the form that adds one.
    if (!taken.includes(key) && key !== 'new') return key;
  }
}

async function loadLines(tx: Tx, ctx: Ctx, lock = false): Promise<HelpLine[]> {
  const query = tx.selectFrom('app.network').select('lines').where('id', '=', ctx.network!.id);
  return (await (lock ? query.forUpdate() : query).executeTakeFirstOrThrow()).lines;
}

const storeLines = (tx: Tx, ctx: Ctx, lines: HelpLine[]) =>
  tx
    .updateTable('app.network')
    .set({ lines: JSON.stringify(lines) })
    .where('id', '=', ctx.network!.id)
    .execute();

/** Lines as stored now. */
export const readLines = (ctx: Ctx): Promise<HelpLine[]> => ctx.app.db.run(tenantOf(ctx), (tx) => loadLines(tx, ctx));

const audit = (key: string, fields: string[]) => ({ subject: `line:${key}`, fields });
const fieldsOf = (one: HelpLine): string[] => Object.keys(one).filter((field) => field !== 'key');

export const addLine = action('admin.line.add', {
  input: lineInput,
  may: ['network_admin'],
  public: true,
  load: ({ tx, ctx }) => loadLines(tx, ctx, true),
  check: ({ input, loaded }) => {
    checkReachable(input);
    if (loaded.length >= mostLines) throw Problem.conflict('admin.lines.tooMany', { most: mostLines });
  },
  run: async ({ tx, input, loaded, ctx }) => {
    const made = lineFrom(
      input,
      newKey(
        input['name.en'],
        loaded.map((one) => one.key),
      ),
    );
    await storeLines(tx, ctx, [...loaded, made]);
    return made;
  },
  audit: ({ result }) => audit(result.key, fieldsOf(result)),
});

export const saveLine = action('admin.line.save', {
  input: lineInput.extend({ key: z.string(), version: z.string() }),
  may: ['network_admin'],
  public: true,
  load: ({ tx, ctx }) => loadLines(tx, ctx, true),
  check: ({ input, loaded }) => {
    checkReachable(input);
    const now = loaded.find((one) => one.key === input.key);
    if (!now) throw Problem.conflict('admin.lines.gone');
    if (versionOf(now) !== input.version) throw Problem.conflict('admin.conflict');
  },
  run: async ({ tx, input, loaded, ctx }) => {
    const made = lineFrom(input, input.key);
    await storeLines(
      tx,
      ctx,
      loaded.map((one) => (one.key === input.key ? made : one)),
    );
    return made;
  },
  audit: ({ input, loaded, result }) => {
    const before = loaded.find((one) => one.key === input.key)!;
    const all = new Set([...fieldsOf(before), ...fieldsOf(result)]) as Set<keyof HelpLine>;
    return audit(
      input.key,
      [...all].filter((field) => versionOf(before[field] ?? null) !== versionOf(result[field] ?? null)),
    );
  },
});

export const removeLine = action('admin.line.remove', {
  input: z.object({ key: z.string() }),
  may: ['network_admin'],
  public: true,
  load: async ({ tx, input, ctx }) => {
    const lines = await loadLines(tx, ctx, true);
    if (!lines.some((one) => one.key === input.key)) throw Problem.notFound();
    return lines;
  },
  run: ({ tx, input, loaded, ctx }) =>
    storeLines(
      tx,
      ctx,
      loaded.filter((one) => one.key !== input.key),
    ),
  audit: ({ input, loaded }) => audit(input.key, fieldsOf(loaded.find((one) => one.key === input.key)!)),
});

/** Moves a line one place up; the first one stays. */
export const raiseLine = action('admin.line.raise', {
  input: z.object({ key: z.string() }),
  may: ['network_admin'],
  public: true,
  load: async ({ tx, input, ctx }) => {
    const lines = await loadLines(tx, ctx, true);
    if (!lines.some((one) => one.key === input.key)) throw Problem.notFound();
    return lines;
  },
  run: async ({ tx, input, loaded, ctx }) => {
    const at = loaded.findIndex((one) => one.key === input.key);
    if (at === 0) return;
    const lines = [...loaded];
    lines.splice(at - 1, 0, ...lines.splice(at, 1));
    await storeLines(tx, ctx, lines);
  },
  audit: ({ input }) => audit(input.key, ['place']),
});
