/** The forms of hidden places that stand on other pages: opening one, with a reason; and what is asked of where a place is. */
import { randomUUID } from 'node:crypto';
import { allows, type Ctx, type Req } from '#kernel';
import type { Fields, Rec } from '#modules/organisations';
import { Form, Submit, TextArea, TextField, type Ui } from '#ui';
import { blank, Entered, recordPath, type Refused } from './frame.tsx';
import { hiders } from './place-actions.ts';

export const mayHide = (ctx: Ctx): boolean => allows(hiders, ctx);

/** Asks why before it opens a hidden place, once, for one person. */
export function RevealForm({ req, rec, refused = blank }: { req: Req; rec: Rec; refused?: Refused }) {
  const { ui, ctx } = req;
  const mine = refused.values.form === 'reveal';
  return (
    <Form ui={ui} action={ui.href(recordPath(ctx, rec.id, '/opening'))} label={ui.t('directory.records.place.open')}>
      <input type="hidden" name="form" value="reveal" />
      <TextField
        ui={ui}
        name="reason"
        label={ui.t('directory.records.place.reason')}
        hint={ui.t('directory.records.place.reasonHint')}
        value={mine ? refused.values.reason : undefined}
        errors={mine ? refused.errors : {}}
        maxlength={300}
        autocomplete="off"
      />
      <Submit kind="outline">{ui.t('directory.records.place.open')}</Submit>
    </Form>
  );
}

const parts = ['address_1', 'address_2', 'city', 'state_province', 'postal_code'] as const;

/** The words at a control of `PlaceFields`. */
export const placeLabel = (ui: Pick<Ui, 't'>, name: string): string => {
  const known = parts.find((part) => part === name);
  if (known) return ui.t(`directory.records.part.${known}`);
  return ui.t(name === 'phone' ? 'directory.records.place.phone' : `directory.vetting.field1.${name}`);
};

/** Where a hidden place is. What was typed comes back only to the form that it was typed into. `before`: what its names begin with. */
export function PlaceFields(props: { ui: Ui; refused: Pick<Refused, 'values' | 'errors'>; before?: string }) {
  const { ui, before = '' } = props;
  const { values, errors } = props.refused;
  return (
    <>
      {parts.map((name) => (
        <TextField
          ui={ui}
          name={before + name}
          label={placeLabel(ui, name)}
          value={values[before + name]}
          errors={errors}
          optional={name === 'address_2'}
          autocomplete="off"
        />
      ))}
      <TextField
        ui={ui}
        name={`${before}latitude`}
        label={placeLabel(ui, 'latitude')}
        value={values[`${before}latitude`]}
        errors={errors}
        inputmode="decimal"
        autocomplete="off"
        optional
        small
      />
      <TextField
        ui={ui}
        name={`${before}longitude`}
        label={placeLabel(ui, 'longitude')}
        value={values[`${before}longitude`]}
        errors={errors}
        inputmode="decimal"
        autocomplete="off"
        optional
        small
      />
      <TextField
        ui={ui}
        name={`${before}phone`}
        label={placeLabel(ui, 'phone')}
        value={values[`${before}phone`]}
        errors={errors}
        type="tel"
        autocomplete="off"
        optional
      />
      <TextArea
        ui={ui}
        name={`${before}transportation`}
        label={placeLabel(ui, 'transportation')}
        value={values[`${before}transportation`]}
        errors={errors}
        rows={3}
        optional
      />
    </>
  );
}

/** What is to be sealed, from a form. Throws Entered, with what is `wrong` elsewhere in it, so that all is said at once. */
export function placeFrom(
  req: Req,
  fields: Record<string, string>,
  before = '',
  wrong: Record<string, string> = {},
): Fields {
  const { ui } = req;
  const errors: Record<string, string> = {};
  const text = (name: string) => (fields[before + name] ?? '').trim();
  for (const name of parts) if (name !== 'address_2' && text(name) === '') errors[name] = ui.t('kernel.field.required');
  const place: Fields = {
    addresses: [
      {
        id: randomUUID(),
        ...Object.fromEntries(parts.filter((name) => text(name) !== '').map((name) => [name, text(name)])),
        country: 'US',
        address_type: 'physical',
      },
    ],
  };
  const bounds = { latitude: 90, longitude: 180 };
  for (const name of ['latitude', 'longitude'] as const) {
    if (text(name) === '') continue;
    const value = Number(text(name));
    if (Number.isFinite(value) && Math.abs(value) <= bounds[name]) place[name] = value;
    else errors[name] = ui.t('directory.records.enter.number');
  }
  if (text('phone') !== '') place.phones = [{ id: randomUUID(), number: text('phone').slice(0, 60) }];
  if (text('transportation') !== '') place.transportation = text('transportation').slice(0, 2_000);
  const all = { ...wrong, ...Object.fromEntries(Object.entries(errors).map(([name, said]) => [before + name, said])) };
  if (Object.keys(all).length > 0) throw new Entered(all);
  return place;
}
