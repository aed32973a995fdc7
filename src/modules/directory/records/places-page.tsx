/**
 * Hidden places: adding one, hiding one that was open, saying where one is now, and opening one with a reason. Where a place is goes from the form to
 * the seal; it never stands in an address, a version or a log, and an opened place is shown in the answer to one POST and kept nowhere.
 */
import { page, Problem, type Req } from '#kernel';
import { holdings, type Rec } from '#modules/organisations';
import { Actions, Alert, Checkbox, Checkboxes, LinkButton, Section, SummaryList, TextField } from '#ui';
import { hidePlace, moveHiddenPlace, revealPlace } from '../hidden-places.ts';
import { FormPage, RecordForm } from './form.tsx';
import {
  attempt,
  base,
  blank,
  crumbsTo,
  Entered,
  isId,
  nameOf,
  reading,
  recordOf,
  recordPath,
  RecordsPage,
  type Refused,
  said,
} from './frame.tsx';
import { Lines } from './lines.tsx';
import { addHiddenPlace } from './place-actions.ts';
import { placeFrom, PlaceFields, placeLabel } from './places.tsx';
import { readRecord } from './read.ts';
import { recordPage } from './record.tsx';
import { childrenIn } from './sections.ts';
import { linesOf } from './value.ts';

async function holdingOf(req: Req) {
  const id = req.params.id;
  const holding = isId(id)
    ? (await reading(req.ctx, (tx) => holdings(tx, req.ctx.network!.id, [id]))).get(id)
    : undefined;
  if (!holding) throw Problem.notFound();
  return holding;
}

export async function newHiddenPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const holding = await holdingOf(req);
  const { organization, services } = holding;
  const title = ui.t('directory.records.new.hidden-place');
  return (
    <FormPage
      req={req}
      title={title}
      eyebrow={nameOf(ui, organization)}
      lead={ui.t('directory.records.place.newLead')}
      crumbs={crumbsTo(req, organization, null, title)}
      refused={refused}
      labels={(name) => (name === 'name' ? ui.t('directory.records.place.name') : placeLabel(ui, name))}
    >
      <RecordForm
        req={req}
        action={base(ctx, `/providers/${organization.id}/new/hidden-place`)}
        back={base(ctx, `/providers/${organization.id}`)}
        save={ui.t('directory.records.place.add')}
      >
        <TextField
          ui={ui}
          name="name"
          label={ui.t('directory.records.place.name')}
          hint={ui.t('directory.records.place.nameHint')}
          value={refused.values.name}
          errors={refused.errors}
          autocomplete="off"
        />
        {services.length > 0 && (
          <Checkboxes
            ui={ui}
            name="services"
            label={ui.t('directory.records.place.services')}
            values={refused.lists.services}
            errors={refused.errors}
            optional
            options={services.map((service) => ({ value: service.id, label: nameOf(ui, service) }))}
          />
        )}
        <Section title={ui.t('directory.records.place.where')}>
          <p>{ui.t('directory.records.place.sealed')}</p>
          <PlaceFields ui={ui} refused={refused} />
        </Section>
      </RecordForm>
    </FormPage>
  );
}

export const postNewHidden = (req: Req) =>
  attempt(
    req,
    async () => {
      const { organization } = await holdingOf(req);
      const { fields, lists } = await req.form();
      const nameless = (fields.name ?? '').trim() === '';
      const place = placeFrom(req, fields, '', nameless ? { name: req.ui.t('kernel.field.required') } : {});
      const id = await addHiddenPlace(req.ctx, {
        organization: organization.id,
        name: fields.name!,
        services: (lists.services ?? []).filter(isId),
        place,
      });
      return said(req, recordPath(req.ctx, id), 'hiddenAdded');
    },
    (refused) => newHiddenPage(req, refused),
  );

/** A hidden place, or an open one. Throws notFound for the other. */
const placeOf = (req: Req, hidden: boolean): Promise<Rec> =>
  reading(req.ctx, async (tx) => {
    const rec = await recordOf(tx, req, 'location');
    if (rec.confidential !== hidden) throw Problem.notFound();
    return rec;
  });

export async function movePage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const { rec, provider } = await reading(ctx, (tx) => readRecord(tx, req));
  if (!rec.confidential) throw Problem.notFound();
  const title = ui.t('directory.records.place.move');
  return (
    <FormPage
      req={req}
      title={title}
      eyebrow={nameOf(ui, rec)}
      lead={ui.t('directory.records.place.moveLead')}
      crumbs={crumbsTo(req, provider, rec, title)}
      refused={refused}
      labels={(name) => placeLabel(ui, name)}
    >
      <RecordForm
        req={req}
        action={recordPath(ctx, rec.id, '/place')}
        back={recordPath(ctx, rec.id)}
        save={ui.t('directory.records.place.seal')}
      >
        <PlaceFields ui={ui} refused={refused} />
      </RecordForm>
    </FormPage>
  );
}

export const postMove = (req: Req) =>
  attempt(
    req,
    async () => {
      const rec = await placeOf(req, true);
      const { fields } = await req.form();
      await moveHiddenPlace(req.ctx, { location: rec.id, place: placeFrom(req, fields) });
      return said(req, recordPath(req.ctx, rec.id), 'moved');
    },
    (refused) => movePage(req, refused),
  );

/** Check your answers: what will be sealed, and what cannot be called back. */
export async function hidingPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const { rec, provider, links } = await reading(ctx, (tx) => readRecord(tx, req));
  if (rec.kind !== 'location' || rec.confidential) throw Problem.notFound();
  const title = ui.t('directory.records.place.hide');
  const shown = [
    'addresses',
    'latitude',
    'longitude',
    'transportation',
    'description',
    'alternate_name',
    'phones',
    'contacts',
    'schedules',
    'url',
    'accessibility',
  ];
  return (
    <FormPage
      req={req}
      title={title}
      eyebrow={nameOf(ui, rec)}
      lead={ui.t('directory.records.place.hideLead')}
      crumbs={crumbsTo(req, provider, rec, title)}
      refused={refused}
      labels={() => undefined}
    >
      <Section title={ui.t('directory.records.place.willSeal')}>
        <SummaryList
          facts={shown.map((name) => {
            const lines = linesOf(ui, name, rec.fields[name]);
            return (
              lines.length > 0 && { term: ui.t(`directory.vetting.field1.${name}`), value: <Lines lines={lines} /> }
            );
          })}
        />
      </Section>
      <Section title={ui.t('directory.records.place.staysSeen')}>
        <SummaryList
          facts={[
            { term: ui.t('directory.vetting.field1.name'), value: String(rec.fields.name ?? '') },
            childrenIn(rec.fields, 'languages').length > 0 && {
              term: ui.t('directory.vetting.field1.languages'),
              value: <Lines lines={linesOf(ui, 'languages', rec.fields.languages)} />,
            },
            links.length > 0 && {
              term: ui.t('directory.records.place.services'),
              value: links
                .map(({ other }) => other && nameOf(ui, other))
                .filter(Boolean)
                .join(', '),
            },
          ]}
        />
        <p>{ui.t('directory.records.place.nameHint')}</p>
      </Section>
      <Alert kind="warning" announce={false} title={ui.t('directory.records.place.cannot')}>
        <ul>
          {(['copies', 'back', 'other', 'words'] as const).map((word) => (
            <li>{ui.t(`directory.records.place.cannot-${word}`)}</li>
          ))}
        </ul>
      </Alert>
      <RecordForm
        req={req}
        action={recordPath(ctx, rec.id, '/hiding')}
        back={recordPath(ctx, rec.id)}
        save={title}
        kind="danger"
      >
        <Checkbox ui={ui} name="sure" label={ui.t('directory.records.place.sure')} errors={refused.errors} />
      </RecordForm>
    </FormPage>
  );
}

export const postHiding = (req: Req) =>
  attempt(
    req,
    async () => {
      const rec = await placeOf(req, false);
      const { fields } = await req.form();
      if (fields.sure !== 'yes') throw new Entered({ sure: req.ui.t('directory.records.place.sureNeeded') });
      await hidePlace(req.ctx, { location: rec.id });
      return said(req, recordPath(req.ctx, rec.id), 'hidden');
    },
    (refused) => hidingPage(req, refused),
  );

/** Opens a hidden place for the one who asks; the answer itself is the page. */
export const postOpening = (req: Req) =>
  attempt(
    req,
    async () => {
      const { ui, ctx } = req;
      const rec = await placeOf(req, true);
      const { fields } = await req.form();
      const shown = await revealPlace({ ...ctx, purpose: fields.reason ?? '' }, { location: rec.id });
      const title = shown.name ?? ui.t('directory.vetting.kind.location');
      return page(
        <RecordsPage
          req={req}
          title={title}
          eyebrow={ui.t('directory.records.place.opened')}
          lead={ui.t('directory.records.place.openedLead')}
        >
          {shown.place ? (
            <SummaryList
              facts={Object.entries(shown.place).map(([name, value]) => ({
                term: ui.t(`directory.vetting.field1.${name}`),
                value: <Lines lines={linesOf(ui, name, value)} />,
              }))}
            />
          ) : (
            <p>{ui.t('directory.records.place.nothingSealed')}</p>
          )}
          <Actions>
            <LinkButton href={ui.href(recordPath(ctx, rec.id))}>{ui.t('directory.records.place.close')}</LinkButton>
          </Actions>
        </RecordsPage>,
      );
    },
    (refused) => recordPage(req, refused),
  );
