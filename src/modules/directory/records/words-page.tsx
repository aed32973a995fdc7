/** The network's own terms and places: added, changed, ended; search, forms and the API follow by themselves. */
import { Problem, redirect, type Req } from '#kernel';
import {
  Actions,
  Checkbox,
  DateText,
  Empty,
  ErrorSummary,
  Form,
  LinkButton,
  Section,
  Select,
  Submit,
  Table,
  TextArea,
  TextField,
  type Ui,
} from '#ui';
import { ownPlaces, type OwnTerm, ownTerms } from '../own/read.ts';
import { removePlace, savePlace, saveTerm } from '../own/words.ts';
import { defaultTaxonomy, termByCode } from '../taxonomy/index.ts';
import { attempt, base, blank, crumbsTo, Entered, isId, reading, RecordsPage, type Refused } from './frame.tsx';

const readWords = (req: Req) =>
  reading(req.ctx, async (tx) => ({
    terms: await ownTerms(tx, req.ctx.network!.id),
    places: await ownPlaces(tx, req.ctx.network!.id),
  }));

export async function wordsPage(req: Req) {
  const { ui, ctx } = req;
  const { terms, places } = await readWords(req);
  const title = ui.t('directory.records.words.title');
  const parent = (code: string | null) => nameOfTerm(ui, terms, code) || '–';
  return (
    <RecordsPage
      req={req}
      title={title}
      lead={ui.t('directory.records.words.lead')}
      crumbs={crumbsTo(req, null, null, title)}
    >
      <Section title={ui.t('directory.records.words.terms')} id="terms">
        {terms.length === 0 ? (
          <Empty>{ui.t('directory.records.words.noTerms')}</Empty>
        ) : (
          <Table
            ui={ui}
            caption={ui.t('directory.records.words.terms')}
            captionHidden
            rows={terms}
            columns={[
              {
                key: 'name',
                label: ui.t('directory.records.name'),
                cell: (term) => <a href={ui.href(base(ctx, `/words/terms/${term.code}`))}>{term.name[ui.locale]}</a>,
              },
              { key: 'parent', label: ui.t('directory.records.words.under'), cell: (term) => parent(term.parent) },
              {
                key: 'ended',
                label: ui.t('directory.records.words.use'),
                cell: (term) =>
                  term.endedOn ? (
                    <>
                      {ui.t('directory.records.words.endedOn')} <DateText ui={ui} date={term.endedOn} />
                    </>
                  ) : (
                    ui.t('directory.records.words.inUse')
                  ),
              },
            ]}
          />
        )}
        <LinkButton kind="outline" href={ui.href(base(ctx, '/words/terms/new'))}>
          {ui.t('directory.records.words.addTerm')}
        </LinkButton>
      </Section>
      <Section title={ui.t('directory.records.words.places')} id="places">
        {places.length === 0 ? (
          <Empty>{ui.t('directory.records.words.noPlaces')}</Empty>
        ) : (
          <Table
            ui={ui}
            caption={ui.t('directory.records.words.places')}
            captionHidden
            rows={places}
            columns={[
              {
                key: 'name',
                label: ui.t('directory.records.name'),
                cell: (place) => <a href={ui.href(base(ctx, `/words/places/${place.id}`))}>{place.name}</a>,
              },
              {
                key: 'kind',
                label: ui.t('directory.records.kind'),
                cell: (place) => ui.t(`directory.records.placeKind.${place.kind}`),
              },
              { key: 'state', label: ui.t('directory.records.part.state_province'), cell: (place) => place.state },
            ]}
          />
        )}
        <LinkButton kind="outline" href={ui.href(base(ctx, '/words/places/new'))}>
          {ui.t('directory.records.words.addPlace')}
        </LinkButton>
      </Section>
    </RecordsPage>
  );
}

function nameOfTerm(ui: Pick<Ui, 'locale'>, own: readonly OwnTerm[], code: string | null): string {
  const term = code === null ? undefined : (termByCode(code) ?? own.find((one) => one.code === code));
  return term?.name[ui.locale] ?? '';
}

const crumbs = (req: Req, title: string) => [
  ...crumbsTo(req, null, null).slice(0, 1),
  { label: req.ui.t('directory.records.words.title'), href: req.ui.href(base(req.ctx, '/words')) },
  { label: title },
];

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
    <RecordsPage req={req} title={title} lead={ui.t('directory.records.words.termLead')} crumbs={crumbs(req, title)}>
      <ErrorSummary ui={ui} errors={errors} />
      <Form ui={ui} action={ui.href(base(ctx, `/words/terms/${code}`))} unsaved>
        <input type="hidden" name="sent" value="yes" />
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
        <Actions>
          <Submit>{ui.t('directory.records.save')}</Submit>
        </Actions>
      </Form>
    </RecordsPage>
  );
}

const lines = (text = '') =>
  text
    .split(/[\n;]/)
    .map((one) => one.trim())
    .filter(Boolean);

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
        synonyms: { en: lines(fields['synonyms.en']), es: lines(fields['synonyms.es']) },
        ended: fields.ended === 'yes',
      });
      return redirect(req, base(req.ctx, '/words'), { said: 'directory.records.said.term' });
    },
    (refused) => termPage(req, refused),
  );

export async function placePage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const { places } = await readWords(req);
  const { id = '' } = req.params;
  const place = places.find((one) => one.id === id);
  if (!place && id !== 'new') throw Problem.notFound();
  const title = place ? place.name : ui.t('directory.records.words.addPlace');
  const { values, errors } = refused;
  const typed = values.sent === 'yes';
  const value = (name: string, now: string | number | undefined) => (typed ? values[name] : now);
  const number = (name: 'lat' | 'lon' | 'radiusKm', now: number | undefined) => (
    <TextField
      ui={ui}
      name={name}
      label={ui.t(`directory.records.words.${name}`)}
      value={value(name, now)}
      errors={errors}
      inputmode="decimal"
      small
    />
  );
  return (
    <RecordsPage req={req} title={title} lead={ui.t('directory.records.words.placeLead')} crumbs={crumbs(req, title)}>
      <ErrorSummary ui={ui} errors={errors} />
      <Form ui={ui} action={ui.href(base(ctx, `/words/places/${id}`))} unsaved>
        <input type="hidden" name="sent" value="yes" />
        <TextField
          ui={ui}
          name="name"
          label={ui.t('directory.records.name')}
          value={value('name', place?.name)}
          errors={errors}
          maxlength={100}
        />
        <Select
          ui={ui}
          name="kind"
          label={ui.t('directory.records.kind')}
          value={String(value('kind', place?.kind) ?? '')}
          errors={errors}
          options={(['place', 'county', 'zip'] as const).map((kind) => ({
            value: kind,
            label: ui.t(`directory.records.placeKind.${kind}`),
          }))}
        />
        <TextArea
          ui={ui}
          name="also"
          label={ui.t('directory.records.words.placeAlso')}
          hint={ui.t('directory.records.words.alsoHint')}
          value={typed ? values.also : place?.also?.join('\n')}
          errors={errors}
          rows={3}
          optional
        />
        <TextField
          ui={ui}
          name="state"
          label={ui.t('directory.records.part.state_province')}
          hint={ui.t('directory.records.words.stateHint')}
          value={value('state', place?.state)}
          errors={errors}
          maxlength={2}
          small
        />
        <TextField
          ui={ui}
          name="zip"
          label={ui.t('directory.records.words.zip')}
          value={value('zip', place?.zip)}
          errors={errors}
          inputmode="numeric"
          maxlength={5}
          small
          optional
        />
        {number('lat', place?.lat)}
        {number('lon', place?.lon)}
        {number('radiusKm', place?.radiusKm)}
        <Actions>
          <Submit>{ui.t('directory.records.save')}</Submit>
        </Actions>
      </Form>
      {place && (
        <Form
          ui={ui}
          action={ui.href(base(ctx, `/words/places/${id}/removal`))}
          label={ui.t('directory.records.words.remove')}
        >
          <Actions>
            <Submit kind="outline">{ui.t('directory.records.words.remove')}</Submit>
          </Actions>
        </Form>
      )}
    </RecordsPage>
  );
}

export const postPlace = (req: Req) =>
  attempt(
    req,
    async () => {
      const { fields } = await req.form();
      const { places } = await readWords(req);
      const { id = '' } = req.params;
      const before = places.find((one) => one.id === id);
      if (!before && id !== 'new') throw Problem.notFound();
      const errors: Record<string, string> = {};
      const state = (fields.state ?? '').trim().toUpperCase();
      const zip = (fields.zip ?? '').trim();
      if (!fields.name?.trim()) errors.name = req.ui.t('kernel.field.required');
      if (!/^[A-Z]{2}$/.test(state)) errors.state = req.ui.t('directory.records.words.stateHint');
      if (zip !== '' && !/^\d{5}$/.test(zip)) errors.zip = req.ui.t('directory.records.words.zipWrong');
      const bounds = { lat: [-90, 90], lon: [-180, 180], radiusKm: [0.1, 500] } as const;
      for (const [name, [least, most]] of Object.entries(bounds)) {
        const text = (fields[name] ?? '').trim();
        const value = Number(text);
        if (text === '' || !(value >= least && value <= most))
          errors[name] = req.ui.t('directory.records.words.between', { least, most });
      }
      if (Object.keys(errors).length > 0) throw new Entered(errors);
      const kind = (['place', 'county', 'zip'] as const).find((one) => one === fields.kind) ?? 'place';
      const name = fields.name!.trim();
      await savePlace(req.ctx, {
        kind,
        name,
        also: lines(fields.also),
        state,
        ...(zip === '' ? {} : { zip }),
        lat: fields.lat,
        lon: fields.lon,
        radiusKm: fields.radiusKm,
      });
      // A place is known by its kind, state and name: under another one it is another place, and the old one goes.
      if (before && (before.kind !== kind || before.name !== name || before.state !== state))
        await removePlace(req.ctx, { id });
      return redirect(req, base(req.ctx, '/words'), { said: 'directory.records.said.ownPlace' });
    },
    (refused) => placePage(req, refused),
  );

export async function postPlaceRemoval(req: Req) {
  const { id } = req.params;
  if (!isId(id)) throw Problem.notFound();
  await removePlace(req.ctx, { id });
  return redirect(req, base(req.ctx, '/words'), { said: 'directory.records.said.ownPlaceGone' });
}
