/** The settings form. When someone else saved meanwhile, what they saved stands above and what was entered stays in the fields. */
import { pick, type Req, redirect } from '#kernel';
import {
  Actions,
  Alert,
  BilingualField,
  Checkboxes,
  type FieldErrors,
  Form,
  Hidden,
  Radios,
  Select,
  Submit,
  SummaryList,
  TextField,
} from '#ui';
import { orAgain, versionOf } from '../forms.ts';
import { changedSettings, isTimeZone, readSettings, saveSettings, type Settings, timeZones } from '../settings.ts';
import { adminPath, AdminPage } from './frame.tsx';

/** A time zone in words, e.g. “Central Time (America/Chicago)”. */
export function zoneOptions(locale: string, current: string): { value: string; label: string }[] {
  const zones = timeZones.includes(current) || !isTimeZone(current) ? timeZones : [current, ...timeZones];
  return zones.map((zone) => {
    const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'longGeneric' }).formatToParts(0);
    const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
    return { value: zone, label: `${name} (${zone.replaceAll('_', ' ')})` };
  });
}

export const languageOptions = (req: Req) =>
  (['en', 'es'] as const).map((locale) => ({ value: locale, label: req.ctx.t(`ui.language.${locale}`) }));

export async function settingsPage(req: Req) {
  return draw(req, await readSettings(req.ctx));
}

export async function settingsSaved(req: Req) {
  const { fields, lists } = await req.form();
  return orAgain(
    req,
    async () => {
      await saveSettings(req.ctx, { ...fields, languages: lists.languages ?? [] } as never);
      return redirect(req, adminPath(req, '/settings'), { said: 'admin.said.settings' });
    },
    async (errors, problem) => {
      const now = await readSettings(req.ctx);
      const entered: Settings = {
        name: { en: fields['name.en'] ?? '', es: fields['name.es'] },
        tagline: { en: fields['tagline.en'], es: fields['tagline.es'] },
        note: { en: fields['note.en'], es: fields['note.es'] },
        languages: (lists.languages ?? []) as Settings['languages'],
        defaultLocale: fields.defaultLocale as Settings['defaultLocale'],
        timezone: fields.timezone ?? now.timezone,
        accent: fields.accent ?? '',
      };
      // Only a conflict renews the version: then the other person's words have been shown, and saving again is a decision.
      const version = problem.kind === 'conflict' ? versionOf(now) : (fields.version ?? '');
      return draw(req, entered, errors, version, problem.kind === 'conflict' ? now : undefined);
    },
  );
}

function draw(req: Req, shown: Settings, errors?: FieldErrors, version?: string, savedMeanwhile?: Settings) {
  const { ui, ctx } = req;
  const { t } = ctx;
  return (
    <AdminPage
      req={req}
      tab="/admin/settings"
      title={t('admin.settings.title')}
      lead={t('admin.settings.lead')}
      errors={errors}
    >
      {savedMeanwhile && <SavedMeanwhile req={req} now={savedMeanwhile} entered={shown} />}
      <Form ui={ui} action={ui.href(adminPath(req, '/settings'))} unsaved>
        <Hidden name="version" value={version ?? versionOf(shown)} />
        <BilingualField
          ui={ui}
          name="name"
          label={t('admin.settings.name')}
          value={shown.name}
          errors={errors}
          maxlength={120}
        />
        <BilingualField
          ui={ui}
          name="tagline"
          label={t('admin.settings.tagline')}
          hint={t('admin.settings.taglineHint')}
          value={shown.tagline}
          errors={errors}
          maxlength={200}
          optional
        />
        <BilingualField
          ui={ui}
          name="note"
          label={t('admin.settings.note')}
          hint={t('admin.settings.noteHint')}
          value={shown.note}
          errors={errors}
          maxlength={600}
          lines={3}
          optional
        />
        <Checkboxes
          ui={ui}
          name="languages"
          label={t('admin.settings.languages')}
          hint={t('admin.settings.languagesHint')}
          options={languageOptions(req)}
          values={shown.languages}
          errors={errors}
          row
        />
        <Radios
          ui={ui}
          name="defaultLocale"
          label={t('admin.settings.defaultLocale')}
          options={languageOptions(req)}
          value={shown.defaultLocale}
          errors={errors}
          row
        />
        <Select
          ui={ui}
          name="timezone"
          label={t('admin.settings.timezone')}
          hint={t('admin.settings.timezoneHint')}
          options={zoneOptions(ctx.locale, shown.timezone)}
          value={shown.timezone}
          errors={errors}
        />
        <TextField
          ui={ui}
          name="accent"
          label={t('admin.settings.accent')}
          hint={t('admin.settings.accentHint')}
          value={shown.accent}
          errors={errors}
          maxlength={7}
          spellcheck={false}
          autocomplete="off"
          small
        />
        <Actions>
          <Submit>{t('admin.save')}</Submit>
        </Actions>
      </Form>
    </AdminPage>
  );
}

/** What another administrator saved since this form was opened, for the settings where the two differ. */
function SavedMeanwhile({ req, now, entered }: { req: Req; now: Settings; entered: Settings }) {
  const { t, locale } = req.ctx;
  const both = (value: Partial<Settings['name']>) =>
    [value.en, value.es].filter(Boolean).join(' / ') || t('admin.none');
  const words: Record<keyof Settings, string> = {
    name: both(now.name),
    tagline: both(now.tagline),
    note: both(now.note),
    languages: now.languages.map((one) => t(`ui.language.${one}`)).join(', '),
    defaultLocale: t(`ui.language.${now.defaultLocale}`),
    timezone: now.timezone,
    accent: now.accent,
  };
  const differing = changedSettings(now, tidy(entered));
  return (
    <Alert kind="warning" title={t('admin.conflictTitle', { name: pick(now.name, locale) })} announce={false}>
      <SummaryList facts={differing.map((key) => ({ term: t(`admin.settings.${key}`), value: words[key] }))} />
    </Alert>
  );
}

/** Empty texts from a form are no texts. */
function tidy(entered: Settings): Settings {
  const text = (value: Partial<Settings['name']>) =>
    Object.fromEntries(Object.entries(value).filter(([, words]) => Boolean(words?.trim()))) as Partial<
      Settings['name']
    >;
  return {
    ...entered,
    name: text(entered.name) as Settings['name'],
    tagline: text(entered.tagline),
    note: text(entered.note),
  };
}
