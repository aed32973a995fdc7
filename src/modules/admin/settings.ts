/**
 * What a network says about itself: names, languages, time zone, colour. One form, one action. Two people may have it open: who saves second is
 * told what was saved meanwhile, keeps every word entered, and decides.
 */
import { action, type Ctx, isLocale, type Locale, Problem, type Text, tenantOf, type Tx } from '#kernel';
import { checkAccent } from '#ui';
import { z } from 'zod';
import { textOf, versionOf } from './forms.ts';

export interface Settings {
  name: Text;
  tagline: Partial<Text>;
  note: Partial<Text>;
  languages: Locale[];
  defaultLocale: Locale;
  timezone: string;
  accent: string;
}

/** Offered first; a network elsewhere keeps the zone it has. */
export const timeZones = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
  'America/Puerto_Rico',
  'Pacific/Guam',
];

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The rule for a language list: at least one, and the network's own language among them, named first. */
export function languagesOf(chosen: readonly string[], own: Locale): Locale[] {
  const rest = [...new Set(chosen)].filter(isLocale).filter((locale) => locale !== own);
  return [own, ...rest];
}

const line = (most: number) => z.string().trim().max(most);
const optional = (most: number) => line(most).default('');

export const settingsInput = z.object({
  'name.en': line(120).min(1, 'admin.settings.needName'),
  'name.es': optional(120),
  'tagline.en': optional(200),
  'tagline.es': optional(200),
  'note.en': optional(600),
  'note.es': optional(600),
  languages: z.array(z.enum(['en', 'es'])).min(1, 'admin.settings.needLanguage'),
  defaultLocale: z.enum(['en', 'es']),
  timezone: z.string().refine(isTimeZone, 'admin.settings.badTimezone'),
  accent: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^#[0-9a-f]{6}$/, 'admin.settings.badAccent'),
  version: z.string(),
});

/** Settings as stored now, not as the directory of networks remembers them. */
async function loadSettings(tx: Tx, networkId: string, lock = false): Promise<Settings> {
  const query = tx
    .selectFrom('app.network')
    .select(['name', 'tagline', 'note', 'languages', 'default_locale', 'timezone', 'accent'])
    .where('id', '=', networkId);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirstOrThrow();
  return {
    name: row.name,
    tagline: row.tagline,
    note: row.note,
    languages: row.languages.filter(isLocale),
    defaultLocale: isLocale(row.default_locale) ? row.default_locale : 'en',
    timezone: row.timezone,
    accent: row.accent,
  };
}

export const readSettings = (ctx: Ctx): Promise<Settings> =>
  ctx.app.db.run(tenantOf(ctx), (tx) => loadSettings(tx, ctx.network!.id));

/** Names of the settings that differ. */
export const changedSettings = (before: Settings, after: Settings): (keyof Settings)[] =>
  (Object.keys(after) as (keyof Settings)[]).filter((key) => versionOf(before[key]) !== versionOf(after[key]));

const settingsFrom = (input: z.output<typeof settingsInput>): Settings => ({
  name: textOf(input['name.en'], input['name.es']),
  tagline: input['tagline.en'] || input['tagline.es'] ? textOf(input['tagline.en'], input['tagline.es']) : {},
  note: input['note.en'] || input['note.es'] ? textOf(input['note.en'], input['note.es']) : {},
  languages: languagesOf(input.languages, input.defaultLocale),
  defaultLocale: input.defaultLocale,
  timezone: input.timezone,
  accent: input.accent,
});

export const saveSettings = action('admin.settings.save', {
  input: settingsInput,
  may: ['network_admin'],
  public: true,
  load: ({ tx, ctx }) => loadSettings(tx, ctx.network!.id, true),
  check: ({ input, loaded }) => {
    const { ok, contrast } = checkAccent(input.accent);
    if (!ok) {
      throw Problem.invalid({
        accent: { key: 'admin.settings.paleAccent', values: { contrast: Math.floor(contrast * 10) / 10 } },
      });
    }
    if (!input.languages.includes(input.defaultLocale)) {
      throw Problem.invalid({ defaultLocale: { key: 'admin.settings.ownLanguage' } });
    }
    if (input.version !== versionOf(loaded)) throw Problem.conflict('admin.conflict');
  },
  run: async ({ tx, input, ctx }) => {
    const next = settingsFrom(input);
    await tx
      .updateTable('app.network')
      .set({
        name: JSON.stringify(next.name),
        tagline: JSON.stringify(next.tagline),
        note: JSON.stringify(next.note),
        languages: next.languages,
        default_locale: next.defaultLocale,
        timezone: next.timezone,
        accent: next.accent,
      })
      .where('id', '=', ctx.network!.id)
      .execute();
    return next;
  },
  audit: ({ ctx, loaded, result }) => ({
    subject: `network:${ctx.network!.id}`,
    fields: changedSettings(loaded, result),
  }),
});
