/** Telling news of an item: a status with its day, a narrative, a change of scope, "looked at, no change", and taking a record back. */
import type { Child } from 'hono/jsx';
import {
  Actions,
  BilingualField,
  DateField,
  Details,
  Form,
  type FieldErrors,
  Radios,
  Section,
  Select,
  Submit,
  TextField,
  type Ui,
} from '#ui';
import { statusClasses } from '../../shape.ts';
import { liveFacts } from '../../standing.ts';
import type { PlanFields } from '../../fields.ts';
import { inLocale, statusWord } from '../words.ts';
import { textValue, type Values } from './forms.ts';
import { day, nameToType } from './frame.tsx';
import type { ItemView } from './item-read.ts';
import type { FactRecord } from './reading.ts';

export interface TellProps {
  ui: Ui;
  view: ItemView;
  /** Address of the item's working page. */
  at: string;
  today: string;
  /** The form that could not be accepted, by name, with what was entered. */
  form: { which: string | null; values: Values; errors: FieldErrors };
}

/** What the status form offers: the plan's own words, and the product's for classes without one. */
export function statusChoices(ui: Ui, fields: PlanFields) {
  return statusClasses.flatMap((status) => {
    const own = fields.statuses.filter((word) => word.class === status);
    return own.length > 0
      ? own.map((word) => ({ value: `${status}:${word.code}`, label: inLocale(word.label, ui.locale), status }))
      : [{ value: `${status}:`, label: ui.t(`ui.status.${status}`), status }];
  });
}

export function Tell(props: TellProps) {
  const { ui, view, at, today } = props;
  const part = (which: string, summary: string, children: Child) => (
    <Details summary={summary} id={which} open={props.form.which === which}>
      <Form ui={ui} action={ui.href(`${at}/${which}`)} unsaved>
        {children}
      </Form>
    </Details>
  );
  const shared = (which: string) =>
    props.form.which === which
      ? { ui, errors: props.form.errors, values: props.form.values }
      : { ui, errors: {} as FieldErrors, values: {} as Values };
  return (
    <Section title={ui.t('plan.staff.tell.title')} id="tell">
      {view.item.leaf && (
        <Form ui={ui} action={ui.href(`${at}/reviews`)}>
          <p>
            <Submit kind="outline">{ui.t('plan.staff.tell.review')}</Submit>
          </p>
        </Form>
      )}
      {view.item.leaf &&
        part('status', ui.t('plan.staff.tell.status'), <StatusForm {...shared('status')} view={view} today={today} />)}
      {part('updates', ui.t('plan.staff.tell.update'), <UpdateForm {...shared('updates')} today={today} />)}
      {view.edit &&
        part('scope', ui.t('plan.staff.tell.scope'), <ScopeForm {...shared('scope')} view={view} today={today} />)}
      {takeable(view.facts).length > 0 &&
        part('retractions', ui.t('plan.staff.tell.retract'), <RetractForm {...shared('retractions')} view={view} />)}
      <TakeOut {...props} />
    </Section>
  );
}

/** Published words of one record that must not be public any more: a page of its own, with a second person. */
function TakeOut({ ui, view, at }: TellProps) {
  const told = view.facts.filter(({ data, state }) => {
    const { text, reason } = data as { text?: unknown; reason?: unknown };
    return state === 'published' && Boolean(text ?? reason);
  });
  if (told.length === 0) return null;
  const page = at.replace(/\/items\/\d+$/, '/redactions');
  return (
    <Details summary={ui.t('plan.staff.redaction.link')} id="redactions">
      <p>
        {ui.t('plan.staff.redaction.ofItem')} <a href={ui.href(page)}>{ui.t('plan.staff.redaction.words')}</a>
      </p>
      <ul>
        {told.map((fact) => (
          <li>
            <a href={ui.href(page, { fact: fact.id })}>{recordWords(ui, view, fact)}</a>
          </li>
        ))}
      </ul>
    </Details>
  );
}

interface PartProps {
  ui: Ui;
  errors: FieldErrors;
  values: Values;
}

function StatusForm({ ui, errors, values, view, today }: PartProps & { view: ItemView; today: string }) {
  return (
    <>
      <DateField
        ui={ui}
        errors={errors}
        name="status.on"
        label={ui.t('plan.staff.tell.on')}
        hint={ui.t('plan.staff.tell.onHint')}
        value={values['status.on'] ?? today}
        max={today}
      />
      <Radios
        ui={ui}
        errors={errors}
        name="status.status"
        label={ui.t('plan.staff.tell.which')}
        value={values['status.status']}
        options={statusChoices(ui, view.state.fields).map(({ value, label, status }) => ({
          value,
          label,
          ...(status === 'excluded' && { hint: ui.t('plan.staff.tell.excludedHint') }),
        }))}
      />
      <BilingualField
        ui={ui}
        errors={errors}
        name="status.reason"
        label={ui.t('plan.staff.tell.reason')}
        hint={ui.t('plan.staff.tell.reasonHint')}
        value={textValue(values, 'status.reason')}
        lines={3}
        maxlength={2000}
        optional
      />
      <Actions>
        <Submit>{ui.t('plan.staff.tell.saveStatus')}</Submit>
      </Actions>
    </>
  );
}

const UpdateForm = ({ ui, errors, values, today }: PartProps & { today: string }) => (
  <>
    <DateField
      ui={ui}
      errors={errors}
      name="update.on"
      label={ui.t('plan.staff.tell.updateOn')}
      value={values['update.on'] ?? today}
      max={today}
    />
    <BilingualField
      ui={ui}
      errors={errors}
      name="update.text"
      label={ui.t('plan.staff.tell.text')}
      hint={ui.t('plan.staff.tell.textHint')}
      value={textValue(values, 'update.text')}
      lines={6}
      maxlength={8000}
    />
    <Actions>
      <Submit>{ui.t('plan.staff.tell.saveUpdate')}</Submit>
    </Actions>
  </>
);

const scopeChanges = ['merged', 'split', 'superseded', 'removed', 'added'] as const;

function ScopeForm({ ui, errors, values, view, today }: PartProps & { view: ItemView; today: string }) {
  return (
    <>
      <p>{ui.t('plan.staff.scope.lead')}</p>
      <DateField
        ui={ui}
        errors={errors}
        name="scope.on"
        label={ui.t('plan.staff.tell.on')}
        value={values['scope.on'] ?? today}
        max={today}
      />
      <Radios
        ui={ui}
        errors={errors}
        name="scope.change"
        label={ui.t('plan.staff.scope.which')}
        value={values['scope.change']}
        options={scopeChanges
          .filter((kind) => (kind === 'added' ? !view.kept.inScope : view.kept.inScope))
          .map((kind) => ({ value: kind, label: ui.t(`plan.staff.scope.${kind}`) }))}
      />
      <TextField
        ui={ui}
        errors={errors}
        name="scope.into"
        label={ui.t('plan.staff.scope.into')}
        hint={ui.t('plan.staff.item.dependsOnHint')}
        value={values['scope.into']}
        optional
      />
      <BilingualField
        ui={ui}
        errors={errors}
        name="scope.reason"
        label={ui.t('plan.staff.tell.reason')}
        hint={ui.t('plan.staff.tell.reasonHint')}
        value={textValue(values, 'scope.reason')}
        lines={3}
        maxlength={2000}
        optional
      />
      <Actions>
        <Submit>{ui.t('plan.staff.scope.save')}</Submit>
      </Actions>
    </>
  );
}

/** Facts that can still be taken back: drafts of any kind, and submitted or published statuses and updates that nothing took back already. */
export function takeable(facts: readonly FactRecord[]): FactRecord[] {
  const statuses = facts.filter(({ kind }) => kind === 'status');
  const live = new Set(
    liveFacts(
      statuses.map((fact) => ({
        id: fact.id,
        on: fact.on,
        status: 'unknown' as const,
        ...(fact.retracts && { retracts: fact.retracts }),
      })),
    ).map(({ id }) => id),
  );
  const answered = new Set(facts.map(({ retracts }) => retracts));
  return facts
    .filter((fact) => {
      if (answered.has(fact.id)) return false;
      if (fact.state === 'draft') return true;
      if (fact.kind === 'status') return live.has(fact.id);
      return fact.kind === 'update' && (fact.data as { text: unknown }).text !== null;
    })
    .reverse();
}

/** A record in one line: its day, what it says, who recorded it, how far it has come. */
export function recordWords(ui: Ui, view: Pick<ItemView, 'state'>, fact: FactRecord): string {
  const name = nameToType(view.state);
  const { data } = fact;
  const what =
    'status' in data
      ? statusWord(ui, view.state.fields, data.status, {
          id: '',
          on: fact.on,
          status: data.status,
          ...(data.label && { label: data.label }),
        })
      : 'kind' in data
        ? `${ui.t(`plan.staff.scope.${data.kind}`)} ${(data.into ?? []).map(name).join(', ')}`.trim()
        : 'text' in data
          ? data.text === null
            ? ui.t('plan.staff.record.updateTaken')
            : ui.t('plan.staff.record.update', { text: shorten(inLocale(data.text, ui.locale)) })
          : String(data.value);
  return ui.t(fact.by ? 'plan.staff.record.by' : 'plan.staff.record.plain', {
    day: day(ui, fact.on),
    what,
    by: fact.by ?? '',
    state: fact.state,
  });
}

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 79).toWellFormed()}…` : text);

function RetractForm({ ui, errors, values, view }: PartProps & { view: ItemView }) {
  return (
    <>
      <p>{ui.t('plan.staff.retract.lead')}</p>
      <Select
        ui={ui}
        errors={errors}
        name="retract.fact"
        label={ui.t('plan.staff.retract.which')}
        value={values['retract.fact']}
        blank={ui.t('plan.staff.choose')}
        options={takeable(view.facts).map((fact) => ({ value: fact.id, label: recordWords(ui, view, fact) }))}
      />
      <BilingualField
        ui={ui}
        errors={errors}
        name="retract.reason"
        label={ui.t('plan.staff.tell.reason')}
        hint={ui.t('plan.staff.retract.reasonHint')}
        value={textValue(values, 'retract.reason')}
        lines={2}
        maxlength={2000}
        optional
      />
      <Actions>
        <Submit kind="danger">{ui.t('plan.staff.retract.save')}</Submit>
      </Actions>
    </>
  );
}
