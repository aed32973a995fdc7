/** One place of the network's own: added, changed, taken away. */
import { Problem, redirect, type Req } from '#kernel';
import { Actions, Form, Hidden, Select, Submit, TextArea, TextField } from '#ui';
import { removePlace, savePlace } from '../own/words.ts';
import { FormPage, RecordForm } from './form.tsx';
import { attempt, base, blank, Entered, isId, type Refused } from './frame.tsx';
import { linesIn, readWords, wordsCrumbs } from './words-page.tsx';

const labels: Record<string, string> = {
  name: 'directory.records.name',
  kind: 'directory.records.kind',
  also: 'directory.records.words.placeAlso',
  state: 'directory.records.part.state_province',
};

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
    <FormPage
      req={req}
      title={title}
      lead={ui.t('directory.records.words.placeLead')}
      crumbs={wordsCrumbs(req, title)}
      refused={refused}
      labels={(name) => ui.t(labels[name] ?? `directory.records.words.${name}`)}
    >
      <RecordForm
        req={req}
        action={base(ctx, `/words/places/${id}`)}
        back={base(ctx, '/words')}
        save={ui.t('directory.records.save')}
      >
        <Hidden name="sent" value="yes" />
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
      </RecordForm>
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
    </FormPage>
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
      if (!/^[A-Z]{2}$/.test(state)) errors.state = req.ui.t('directory.records.words.stateNeeded');
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
        also: linesIn(fields.also),
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
