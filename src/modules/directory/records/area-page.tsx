/**
 * The shape of one service area: pasted or sent as a file, shown as it was understood, saved when it is right. Of whoever runs a hidden place it says what
 * the public and partners see, warns where a shape could give the place away, and takes the second look.
 */
import { page, Problem, type Req } from '#kernel';
import type { Rec } from '#modules/organisations';
import { BilingualField, Details, FileField, Form, Hidden, Section, Submit, TextArea } from '#ui';
import { extentType, formatOf, isShape, readExtent, shapeOfExtent } from '../areas/shape.ts';
import { said } from '../pages/said.tsx';
import { lookAtArea } from './area-look.ts';
import { AreaShown, Guard, guardOf } from './area-parts.tsx';
import { setSpanish, spanishOf } from './entered.ts';
import { FormPage, RecordForm } from './form.tsx';
import {
  attempt,
  blank,
  crumbsTo,
  Entered,
  nameOf,
  reading,
  recordOf,
  recordPath,
  type Refused,
  said as toldOf,
  saidOf,
} from './frame.tsx';
import { markOf, Seen } from './mark.tsx';
import { readRecord } from './read.ts';
import { save, Seq } from './saving.tsx';
import { type Child, childrenIn, groupsOf } from './sections.ts';

/** The area of this address, null for a new one. Throws Problem.notFound, also for records that serve no area. */
function areaOf(req: Req, rec: Rec): Child | null {
  const may = groupsOf(rec).some((group) => group.lists.includes('service_areas'));
  const area = childrenIn(rec.fields, 'service_areas').find((one) => one.id === req.params.child) ?? null;
  if (!may || (!area && req.params.child !== 'new')) throw Problem.notFound();
  return area;
}

export async function areaPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const { view, guard } = await reading(ctx, async (tx) => {
    const view = await readRecord(tx, req);
    return { view, guard: await guardOf(tx, ctx, view, req.params.child ?? '') };
  });
  const { rec, provider } = view;
  const area = areaOf(req, rec);
  const title = (area && said(area, 'name', ui.locale)?.text) || ui.t('directory.records.area.add');
  const { values, errors } = refused;
  const read = values.step && !errors.shape ? readExtent(values.shape ?? '') : null;
  const understood = isShape(read) ? read : null;
  const now = area && shapeOfExtent(area.extent);
  const here = recordPath(ctx, rec.id, `/areas/${area?.id ?? 'new'}`);
  return (
    <FormPage
      req={req}
      title={title}
      eyebrow={area ? `${nameOf(ui, rec)} · ${ui.t('directory.vetting.field1.service_areas')}` : nameOf(ui, rec)}
      crumbs={crumbsTo(req, provider, rec, title)}
      refused={refused}
      labels={(name) => ui.t(name.startsWith('name') ? 'directory.records.part.name' : 'directory.records.area.label')}
      rec={rec}
    >
      {understood ? (
        <Section title={ui.t('directory.records.area.understood')} id="understood">
          <AreaShown ui={ui} shape={understood} guarded={guard.guarded} />
          {guard.guarded && <p>{ui.t('directory.records.area.heldAfter')}</p>}
          <p>
            {ui.t('directory.records.whoSees')}:{' '}
            <Seen ui={ui} audience={markOf(rec.marks, 'service_areas', area?.id)} />
          </p>
          <RecordForm
            req={req}
            action={here}
            back={here}
            save={ui.t('directory.records.area.save')}
            again={ui.t('directory.records.hours.again')}
            rec={rec}
            files
          >
            <Hidden name="step" value="save" />
            <Hidden name="shape" value={values.shape ?? ''} />
            <BilingualField
              ui={ui}
              name="name"
              label={ui.t('directory.records.part.name')}
              hint={ui.t('directory.records.area.nameHint')}
              value={{
                en: values['name.en'] ?? String(area?.name ?? understood.name ?? ''),
                es: values['name.es'] ?? (area ? spanishOf(area).name : undefined),
              }}
              errors={errors}
              maxlength={300}
              optional
            />
          </RecordForm>
        </Section>
      ) : (
        <>
          {now && (
            <Section title={ui.t('directory.records.area.now')} id="now">
              <AreaShown ui={ui} shape={now} guarded={guard.guarded} />
            </Section>
          )}
          {area?.extent !== undefined && !now && <p>{ui.t('directory.records.area.unreadLead')}</p>}
          {area && <Guard req={req} guard={guard} here={here} />}
          <Section
            title={ui.t(
              area?.extent === undefined ? 'directory.records.area.give' : 'directory.records.area.giveOther',
            )}
            id="give"
          >
            <RecordForm
              req={req}
              action={here}
              back={recordPath(ctx, rec.id)}
              save={ui.t('directory.records.hours.read')}
              rec={rec}
              files
            >
              <Hidden name="step" value="read" />
              <FileField
                ui={ui}
                name="file"
                label={ui.t('directory.records.area.file')}
                hint={ui.t('directory.records.area.fileHint')}
                accept=".geojson,.json,.wkt,.txt"
                errors={errors}
                optional
              />
              <TextArea
                ui={ui}
                name="shape"
                label={ui.t('directory.records.area.paste')}
                hint={ui.t('directory.records.area.pasteHint', { example: '{"type": "Polygon", …' })}
                value={values.shape}
                errors={errors}
                rows={6}
                optional
              />
            </RecordForm>
          </Section>
          {area?.extent !== undefined && (
            <Details summary={ui.t('directory.records.area.takeOut')}>
              <p>{ui.t('directory.records.area.takeOutLead')}</p>
              <Form ui={ui} action={ui.href(`${here}/removal`)} label={ui.t('directory.records.area.takeOut')}>
                <Seq rec={rec} />
                <Submit kind="outline">{ui.t('directory.records.area.takeOut')}</Submit>
              </Form>
            </Details>
          )}
        </>
      )}
    </FormPage>
  );
}

/** The areas of a record when one of them has become another. */
const withArea = (rec: Rec, area: Child): Rec['fields'] => {
  const old = childrenIn(rec.fields, 'service_areas');
  const all = old.some((one) => one.id === area.id)
    ? old.map((one) => (one.id === area.id ? area : one))
    : [...old, area];
  return { ...rec.fields, service_areas: all };
};

export const postArea = (req: Req) => {
  // A file wins over the text: who sent one meant it. Drawn again, the form holds what the file said.
  const given = async () => {
    const { fields, files } = await req.form();
    return (files.file ? new TextDecoder().decode(files.file.bytes) : (fields.shape ?? '')).trim();
  };
  return attempt(
    req,
    async () => {
      const { ui } = req;
      const { fields, lists } = await req.form();
      const rec = await reading(req.ctx, (tx) => recordOf(tx, req));
      const area = areaOf(req, rec);
      const shape = await given();
      if (shape === '') throw new Entered({ shape: ui.t('directory.records.area.nothing') });
      const read = readExtent(shape);
      if (!isShape(read))
        throw new Entered({
          shape: read
            ? ui.t(`directory.exchange.fault.${read.fault}`, read.values)
            : ui.t(`directory.records.area.unreadable.${formatOf(shape)}`),
        });
      if (fields.step !== 'save')
        return page(
          await areaPage(req, { values: { ...fields, shape, step: 'read' }, lists, errors: {}, meanwhile: false }),
        );
      const [name, spanish] = ['name.en', 'name.es'].map((field) => (fields[field] ?? '').trim().slice(0, 300));
      if (spanish && !name) throw new Entered({ 'name.en': ui.t('directory.records.enter.englishFirst') });
      const { name: _, ...others } = area ?? { id: crypto.randomUUID() };
      const next: Child = {
        ...others,
        ...(name ? { name } : {}),
        extent: shape,
        extent_type: extentType(formatOf(shape)),
      };
      const { name: __, ...otherSpanish } = spanishOf(area);
      setSpanish(next, spanish ? { ...otherSpanish, name: spanish } : otherSpanish);
      const { changed } = await save(req, rec, { fields: withArea(rec, next) });
      return saidOf(req, recordPath(req.ctx, rec.id, `/areas/${next.id}`), changed);
    },
    async (refused) => areaPage(req, { ...refused, values: { ...refused.values, shape: await given() } }),
  );
};

/** Takes the shape out; the area stays by its name, or goes where it has none. */
export const postAreaRemoval = (req: Req) =>
  attempt(
    req,
    async () => {
      const rec = await reading(req.ctx, (tx) => recordOf(tx, req));
      const area = areaOf(req, rec);
      if (!area) throw Problem.notFound();
      const { extent: _, extent_type: __, ...rest } = area;
      const left = childrenIn(rec.fields, 'service_areas').flatMap((one) =>
        one.id !== area.id ? [one] : Object.keys(rest).length > 1 ? [rest as Child] : [],
      );
      const { service_areas: ___, ...others } = rec.fields;
      await save(req, rec, { fields: left.length > 0 ? { ...others, service_areas: left } : others });
      return toldOf(req, recordPath(req.ctx, rec.id), 'takenOut');
    },
    (refused) => areaPage(req, { ...refused, values: {} }),
  );

export const postAreaLook = (req: Req) =>
  attempt(
    req,
    async () => {
      const { fields } = await req.form();
      const record = req.params.id ?? '';
      const area = req.params.child ?? '';
      await lookAtArea(req.ctx, { record, area, shape: fields.seen ?? '' });
      return toldOf(req, recordPath(req.ctx, record, `/areas/${area}`), 'looked');
    },
    (refused) => areaPage(req, { ...refused, values: {} }),
  );
