/** One child of a list (a telephone number, a row of hours, an address): add it, change it, choose who sees it, take it out. */
import { Problem, type Req } from '#kernel';
import { type Audience, audiences, type Marks, type Rec } from '#modules/organisations';
import { Details, Form, Radios, Submit } from '#ui';
import { networkWords } from '../pages/words.ts';
import { partsOf } from './controls.ts';
import { enteredChild, faultsOfList, spanishOf } from './entered.ts';
import { DaysField, OneField, shownPart, WordsField } from './field.tsx';
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
  said,
  saidOf,
} from './frame.tsx';
import { audienceOptions, markOf } from './mark.tsx';
import { readRecord } from './read.ts';
import { save, Seq } from './saving.tsx';
import { type Child, childrenIn, groupsOf } from './sections.ts';
import { childWords } from './value.ts';

/** The list and the child of this address: null for a new one. Throws notFound for what the record does not have. */
function childOf(req: Req, rec: Rec): { list: string; child: Child | null } {
  const list = req.params.list ?? '';
  const may = groupsOf(rec).some((group) => group.lists.includes(list));
  const child = childrenIn(rec.fields, list).find((one) => one.id === req.params.child) ?? null;
  if (!may || (!child && req.params.child !== 'new')) throw Problem.notFound();
  return { list, child };
}

const hinted = new Set([
  'phones.description',
  'phones.languages',
  'contacts.phones',
  'schedules.opens_at',
  'schedules.closes_at',
  'schedules.closed',
  'schedules.byday',
  'schedules.valid_from',
  'service_areas.name',
  'languages.name',
  'capacities.unit',
  'cost_options.currency',
]);

export async function childPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  await networkWords(ctx.app, ctx.network!);
  const { rec, provider } = await reading(ctx, (tx) => readRecord(tx, req));
  const { list, child } = childOf(req, rec);
  const label = ui.t(`directory.vetting.field1.${list}`);
  const title = child ? childWords(ui, list, child) || label : ui.t(`directory.records.add.${list}`);
  const typed = refused.values.seq !== undefined;
  const here = recordPath(ctx, rec.id, `/lists/${list}/${child?.id ?? 'new'}`);
  const own = child ? rec.marks[`${list}/${child.id}`] : undefined;
  const field = (part: (typeof partsOf)[string][number]) => {
    const hint = hinted.has(`${list}.${part.name}`) ? ui.t(`directory.records.hint.${list}-${part.name}`) : undefined;
    const shown = shownPart(part.control, child, part.name);
    const words = ui.t(`directory.records.part.${part.name}`);
    if (part.words)
      return (
        <WordsField
          ui={ui}
          name={part.name}
          label={words}
          hint={hint}
          control={part.control}
          value={
            typed
              ? { en: refused.values[`${part.name}.en`], es: refused.values[`${part.name}.es`] }
              : { en: shown, es: spanishOf(child)[part.name] }
          }
          errors={refused.errors}
          optional={!part.need}
        />
      );
    if (part.control === 'days')
      return (
        <DaysField
          ui={ui}
          label={words}
          hint={hint ?? ''}
          line={shown}
          ticked={typed ? (refused.lists[part.name] ?? []) : shown.split(',')}
          errors={refused.errors}
        />
      );
    return (
      <OneField
        ui={ui}
        name={part.name}
        label={words}
        hint={hint}
        control={part.control}
        value={(typed ? refused.values[part.name] : shown || startsWith(list, part.name, child)) || undefined}
        errors={refused.errors}
        optional={!part.need}
      />
    );
  };
  const rare = partsOf[list]!.filter((part) => part.rare);
  return (
    <FormPage
      req={req}
      title={title}
      eyebrow={child ? `${nameOf(ui, rec)} · ${label}` : nameOf(ui, rec)}
      crumbs={crumbsTo(req, provider, rec, child ? label : title)}
      refused={refused}
      labels={(name) => ui.t(name === 'audience' ? 'directory.records.whoSees' : `directory.records.part.${name}`)}
      rec={rec}
    >
      <RecordForm
        req={req}
        action={here}
        back={recordPath(ctx, rec.id)}
        save={ui.t('directory.records.save')}
        rec={rec}
      >
        {partsOf[list]!.filter((part) => !part.rare).map(field)}
        {rare.length > 0 && (
          <Details
            summary={ui.t('directory.records.more')}
            open={rare.some(
              (part) => refused.errors[part.name] || (part.name !== 'freq' && child?.[part.name] !== undefined),
            )}
          >
            {rare.map(field)}
          </Details>
        )}
        <Radios
          ui={ui}
          name="audience"
          label={ui.t('directory.records.whoSees')}
          hint={ui.t(child ? 'directory.records.childMark' : 'directory.records.newChildMark')}
          value={typed ? refused.values.audience : (own ?? 'list')}
          errors={refused.errors}
          options={[
            {
              value: 'list',
              label: ui.t('directory.records.asList', {
                audience: ui.t(`directory.records.seen.${markOf(rec.marks, list)}`),
              }),
            },
            ...audienceOptions(ui),
          ]}
        />
      </RecordForm>
      {list === 'service_areas' && child && (
        <p>
          <a href={ui.href(recordPath(ctx, rec.id, `/areas/${child.id}`))}>{ui.t('directory.records.area.link')}</a>
        </p>
      )}
      {child && (
        <Details summary={ui.t('directory.records.takeOut')}>
          <p>{ui.t('directory.records.takeOutLead')}</p>
          <Form ui={ui} action={ui.href(`${here}/removal`)} label={ui.t('directory.records.takeOut')}>
            <Seq rec={rec} />
            <Submit kind="outline">{ui.t('directory.records.takeOut')}</Submit>
          </Form>
        </Details>
      )}
    </FormPage>
  );
}

/** What a new child begins with: what is nearly always so. */
const startsWith = (list: string, part: string, child: Child | null): string =>
  child === null && list === 'addresses' ? ({ country: 'US', address_type: 'physical' }[part] ?? '') : '';

/** The marks of a record when one child gets an audience of its own, or none ('list': that of its list). */
export function markedChild(marks: Marks, name: string, audience: string | undefined): Marks {
  const { [name]: _, ...others } = marks;
  return audiences.includes(audience as Audience) ? { ...others, [name]: audience as Audience } : others;
}

export const postChild = (req: Req) =>
  attempt(
    req,
    async () => {
      const rec = await reading(req.ctx, (tx) => recordOf(tx, req));
      const { list, child: before } = childOf(req, rec);
      const form = await req.form();
      const { child, errors } = enteredChild(req.ui, list, before, form, req.ctx.app.clock());
      const old = childrenIn(rec.fields, list);
      const all = before ? old.map((one) => (one.id === child.id ? child : one)) : [...old, child];
      const faults = { ...faultsOfList(req.ui, rec.kind, list, all, child), ...errors };
      if (Object.keys(faults).length > 0) throw new Entered(faults);
      const marks = markedChild(rec.marks, `${list}/${child.id}`, form.fields.audience);
      const { changed } = await save(req, rec, { fields: { ...rec.fields, [list]: all }, marks });
      return saidOf(req, recordPath(req.ctx, rec.id), changed);
    },
    (refused) => childPage(req, refused),
  );

export const postChildRemoval = (req: Req) =>
  attempt(
    req,
    async () => {
      const rec = await reading(req.ctx, (tx) => recordOf(tx, req));
      const { list, child } = childOf(req, rec);
      if (!child) throw Problem.notFound();
      const left = childrenIn(rec.fields, list).filter((one) => one.id !== child.id);
      const { [list]: _, ...others } = rec.fields;
      await save(req, rec, { fields: left.length > 0 ? { ...others, [list]: left } : others });
      return said(req, recordPath(req.ctx, rec.id), 'takenOut');
    },
    (refused) => childPage(req, { ...refused, values: {} }),
  );
