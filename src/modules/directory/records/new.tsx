/** A new record: what it cannot do without, then its own page for the rest. And which places a service is offered at. */
import { Problem, redirect, type Req } from '#kernel';
import { type Fields, holdings, type Kind, required, shape } from '#modules/organisations';
import { Checkboxes, Select } from '#ui';
import { saveRecord } from './actions.ts';
import { controlOf } from './controls.ts';
import { enteredGroup } from './entered.ts';
import { OneField, WordsField } from './field.tsx';
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
  type Refused,
  said,
} from './frame.tsx';

const asked: Partial<Record<Kind, string[]>> = {
  organization: ['name', 'description', 'website', 'email'],
  program: ['name', 'description'],
  service: ['name', 'description', 'status'],
  location: ['name', 'location_type'],
};

/** HSDS knows places without a name; in a list nobody could tell them apart. */
const needed = (kind: Kind): readonly string[] => [...new Set([...required[kind], 'name'])];

async function newOf(req: Req) {
  const kind = (req.params.id ? req.params.kind : 'organization') as Kind;
  const id = req.params.id;
  if (!asked[kind] || (id !== undefined && (!isId(id) || kind === 'organization'))) throw Problem.notFound();
  const holding = id ? (await reading(req.ctx, (tx) => holdings(tx, req.ctx.network!.id, [id]))).get(id) : undefined;
  if (id && !holding) throw Problem.notFound();
  return { kind, holding: holding ?? null };
}

export async function newPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const { kind, holding } = await newOf(req);
  const title = ui.t(`directory.records.new.${kind}`);
  const value = (name: string) => refused.values[name] ?? '';
  const above = base(ctx, holding ? `/providers/${holding.organization.id}` : '');
  return (
    <FormPage
      req={req}
      title={title}
      eyebrow={holding && nameOf(ui, holding.organization)}
      lead={ui.t('directory.records.newLead')}
      crumbs={crumbsTo(req, holding?.organization ?? null, null, title)}
      refused={refused}
      labels={(name) => ui.t(`directory.vetting.field1.${name}`)}
    >
      <RecordForm
        req={req}
        action={`${above}/new${holding ? `/${kind}` : ''}`}
        back={above}
        save={ui.t('directory.records.create')}
      >
        {asked[kind]!.map((name) => {
          const shared = {
            ui,
            name,
            label: ui.t(`directory.vetting.field1.${name}`),
            control: controlOf(name),
            errors: refused.errors,
            optional: !needed(kind).includes(name),
          };
          return shape[kind][name]!.words ? (
            <WordsField {...shared} value={{ en: value(`${name}.en`), es: value(`${name}.es`) }} />
          ) : (
            <OneField {...shared} value={value(name) || undefined} />
          );
        })}
        {kind === 'service' && holding && holding.programs.length > 0 && (
          <Select
            ui={ui}
            name="program"
            label={ui.t('directory.records.link.program_id')}
            blank="–"
            value={value('program')}
            optional
            options={holding.programs.map((one) => ({ value: one.id, label: nameOf(ui, one) }))}
          />
        )}
      </RecordForm>
    </FormPage>
  );
}

export const postNew = (req: Req) =>
  attempt(
    req,
    async () => {
      const { kind, holding } = await newOf(req);
      const form = await req.form();
      const before: Fields = holding ? { organization_id: holding.organization.id } : {};
      if (holding?.programs.some(({ id }) => id === form.fields.program)) before.program_id = form.fields.program;
      const { fields, errors } = enteredGroup(req.ui, kind, before, asked[kind]!, form);
      for (const name of needed(kind))
        if (fields[name] === undefined)
          errors[shape[kind][name]!.words ? `${name}.en` : name] ??= req.ui.t('kernel.field.required');
      if (Object.keys(errors).length > 0) throw new Entered(errors);
      const { id } = await saveRecord(req.ctx, { kind, fields, marks: {} });
      return kind === 'organization'
        ? redirect(req, base(req.ctx, `/providers/${id}`), { said: 'directory.records.said.created' })
        : said(req, recordPath(req.ctx, id), 'created');
    },
    (refused) => newPage(req, refused),
  );

/** A service: its program, and the places of its organisation where it is offered. */
async function serviceOf(req: Req) {
  return reading(req.ctx, async (tx) => {
    const rec = await recordOf(tx, req, 'service');
    const holding = (await holdings(tx, req.ctx.network!.id, [rec.organizationId])).get(rec.organizationId)!;
    const links = holding.links.filter((link) => link.fields.service_id === rec.id);
    return { rec, holding, links };
  });
}

export async function linksPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const { rec, holding, links } = await serviceOf(req);
  const title = ui.t('directory.records.links.change');
  const there = new Set(links.map((link) => String(link.fields.location_id)));
  const free = holding.locations.filter((place) => !there.has(place.id));
  return (
    <FormPage
      req={req}
      title={title}
      eyebrow={nameOf(ui, rec)}
      lead={ui.t('directory.records.links.lead')}
      crumbs={crumbsTo(req, holding.organization, rec, title)}
      refused={refused}
      labels={() => ui.t('directory.records.links.add')}
      rec={rec}
    >
      <RecordForm
        req={req}
        action={recordPath(ctx, rec.id, '/links')}
        back={recordPath(ctx, rec.id)}
        save={ui.t('directory.records.save')}
        rec={rec}
      >
        {free.length > 0 ? (
          <Checkboxes
            ui={ui}
            name="places"
            label={ui.t('directory.records.links.add')}
            hint={ui.t('directory.records.links.addHint')}
            errors={refused.errors}
            optional
            options={free.map((place) => ({
              value: place.id,
              label: `${nameOf(ui, place)}${place.confidential ? ` (${ui.t('directory.records.hidden')})` : ''}`,
            }))}
          />
        ) : (
          <p>{ui.t('directory.records.links.none')}</p>
        )}
        {holding.programs.length > 0 && (
          <Select
            ui={ui}
            name="program"
            label={ui.t('directory.records.link.program_id')}
            blank="–"
            value={String(rec.fields.program_id ?? '')}
            optional
            options={holding.programs.map((one) => ({ value: one.id, label: nameOf(ui, one) }))}
          />
        )}
      </RecordForm>
    </FormPage>
  );
}

export const postLinks = (req: Req) =>
  attempt(
    req,
    async () => {
      const { rec, holding, links } = await serviceOf(req);
      const { fields, lists } = await req.form();
      const program = holding.programs.find(({ id }) => id === fields.program)?.id;
      if ('program' in fields && program !== rec.fields.program_id) {
        const { program_id: _, ...others } = rec.fields;
        const next = program ? { ...others, program_id: program } : others;
        await saveRecord(req.ctx, {
          id: rec.id,
          kind: 'service',
          seq: Number(fields.seq),
          fields: next,
          marks: rec.marks,
        });
      }
      for (const place of holding.locations) {
        if (!lists.places?.includes(place.id) || links.some((link) => link.fields.location_id === place.id)) continue;
        await saveRecord(req.ctx, {
          kind: 'service_at_location',
          fields: { service_id: rec.id, location_id: place.id },
          marks: {},
        });
      }
      return said(req, recordPath(req.ctx, rec.id), 'saved');
    },
    (refused) => linksPage(req, refused),
  );
