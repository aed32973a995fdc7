/** One term of the network's own: added, changed, ended; search, forms and the API follow by themselves. */
import { Problem, redirect, type Req } from '#kernel';
import { Checkbox, Hidden, Select, TextArea, TextField } from '#ui';
import type { OwnTerm } from '../own/read.ts';
import { saveTerm } from '../own/words.ts';
import { defaultTaxonomy } from '../taxonomy/index.ts';
import { FormPage, RecordForm } from './form.tsx';
import { attempt, base, blank, Entered, type Refused } from './frame.tsx';
import { linesIn, nameOfTerm, readWords, wordsCrumbs } from './words-page.tsx';

const labels: Record<string, string> = {
  name: 'directory.records.name',
  synonyms: 'directory.records.words.placeAlso',
  parent: 'directory.records.words.under',
  ended: 'directory.records.words.end',
};

export async function termPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const { terms } = await readWords(req);
  const { code = '' } = req.params;
  const term = terms.find((one) => one.code === code);
  if (!term && code !== 'new') throw Problem.notFound();
  const title = term ? term.name[ui.locale] : ui.t('directory.records.words.addTerm');
  const { values, errors } = refused;
  const typed = values.sent === 'yes';
  const value = (name: string, now: string | undefined) => (typed ? values[name] : now);
  const parents = [
    ...defaultTaxonomy().terms.filter(({ code: one }) => one.split('.').length <= 2),
    ...terms.filter((one) => one.code !== term?.code && one.endedOn === null),
  ].map((one) => ({ value: one.code, label: one.name[ui.locale] }));
  const chosen = value('parent', term?.parent ?? '') ?? '';
  const own =
    chosen && !parents.some((one) => one.value === chosen)
      ? [{ value: chosen, label: nameOfTerm(ui, terms, chosen) || chosen }]
      : [];
  return (
    <FormPage
      req={req}
      title={title}
      lead={ui.t('directory.records.words.termLead')}
      crumbs={wordsCrumbs(req, title)}
      refused={refused}
      labels={(name) => ui.t(labels[name] ?? name)}
    >
      <RecordForm
        req={req}
        action={base(ctx, `/words/terms/${code}`)}
        back={base(ctx, '/words')}
        save={ui.t('directory.records.save')}
      >
        <Hidden name="sent" value="yes" />
        {(['en', 'es'] as const).map((locale) => (
          <>
            <TextField
              ui={ui}
              name={`name.${locale}`}
              label={ui.t(`directory.records.words.name-${locale}`)}
              value={value(`name.${locale}`, term?.name[locale])}
              errors={errors}
              maxlength={100}
              lang={locale}
            />
            <TextArea
              ui={ui}
              name={`synonyms.${locale}`}
              label={ui.t(`directory.records.words.also-${locale}`)}
              hint={ui.t('directory.records.words.alsoHint')}
              value={value(`synonyms.${locale}`, term?.synonyms[locale].join('\n'))}
              errors={errors}
              rows={3}
              lang={locale}
              optional
            />
          </>
        ))}
        <Select
          ui={ui}
          name="parent"
          label={ui.t('directory.records.words.under')}
          hint={ui.t('directory.records.words.underHint')}
          blank={ui.t('directory.records.words.top')}
          value={chosen}
          errors={errors}
          options={[...own, ...parents].sort((a, b) => a.label.localeCompare(b.label, ui.locale))}
          optional
        />
        {term && (
          <Checkbox
            ui={ui}
            name="ended"
            label={ui.t('directory.records.words.end')}
            hint={ui.t('directory.records.words.endHint')}
            checked={typed ? values.ended === 'yes' : term.endedOn !== null}
            optional
          />
        )}
      </RecordForm>
    </FormPage>
  );
}

/** The code of a new term: its English name in small letters, with a number where that is taken. */
function codeFor(name: string, taken: readonly OwnTerm[]): string {
  const word =
    name
      .normalize('NFD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 50)
      .replaceAll(/^-|-$/g, '') || 'term';
  for (let n = 1; ; n++) {
    const code = `own.${word}${n === 1 ? '' : `-${n}`}`;
    if (!taken.some((one) => one.code === code)) return code;
  }
}

export const postTerm = (req: Req) =>
  attempt(
    req,
    async () => {
      const { fields } = await req.form();
      const { terms } = await readWords(req);
      const { code = '' } = req.params;
      if (code !== 'new' && !terms.some((one) => one.code === code)) throw Problem.notFound();
      const errors: Record<string, string> = {};
      for (const locale of ['en', 'es'])
        if (!fields[`name.${locale}`]?.trim()) errors[`name.${locale}`] = req.ui.t('kernel.field.required');
      if (Object.keys(errors).length > 0) throw new Entered(errors);
      await saveTerm(req.ctx, {
        code: code === 'new' ? codeFor(fields['name.en']!, terms) : code,
        parent: fields.parent || null,
        name: { en: fields['name.en']!, es: fields['name.es']! },
        synonyms: { en: linesIn(fields['synonyms.en']), es: linesIn(fields['synonyms.es']) },
        ended: fields.ended === 'yes',
      });
      return redirect(req, base(req.ctx, '/words'), { said: 'directory.records.said.term' });
    },
    (refused) => termPage(req, refused),
  );
