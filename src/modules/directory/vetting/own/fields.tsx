/** The controls of a provider's own form, with an account or behind the link of a letter: one value, people and prices, words of the taxonomy. */
import type { Child as Node } from 'hono/jsx';
import type { Rec } from '#modules/organisations';
import {
  Checkbox,
  Details,
  type FieldErrors,
  FieldGroup,
  Hidden,
  Radios,
  Select,
  TextArea,
  TextField,
  type Ui,
} from '#ui';
import type { OwnTerm } from '../../own/read.ts';
import { OneField, shownPart } from '../../records/field.tsx';
import type { Child } from '../../records/sections.ts';
import type { Offered, OfferedGroup } from '../../records/terms.ts';
import { answers, type Question } from '../../records/terms.ts';
import { childWords } from '../../records/value.ts';
import { type Unseen, nothingUnseen, ownParts, shownChildren } from './children.ts';
import type { Control } from './edit.ts';
import { type UseAsked, usesAsked } from './terms.ts';

interface Given {
  ui: Ui;
  rec: Rec;
  /** HSDS name of the field. */
  field: string;
  /** Name of its control; those of its parts stand below it. */
  name: string;
  label: string;
  control: Control | 'words';
  /** What the control shows at first. */
  value: string;
  /** Everything that was typed, when the form is drawn again. */
  typed: Readonly<Record<string, string>>;
  errors: FieldErrors;
  own: readonly OwnTerm[];
  unseen?: Unseen;
  hint?: string;
  /** The form has folded it away already. */
  folded?: boolean;
}

/** What is asked for by a control of this name, of a list by the part of it. */
export function fieldLabel(ui: Pick<Ui, 't'>, name: string): string {
  const [field = '', ...below] = name.split('.');
  const part = below.at(-1);
  const label = ui.t(`directory.vetting.field1.${field}`);
  return part && field !== 'attributes' ? `${label}, ${ui.t(`directory.records.part.${part}`)}` : label;
}

export function ValueField(given: Given): Node {
  const { ui, name, label, control, typed, errors, hint } = given;
  if (control === 'children') return <Children {...given} />;
  if (control === 'terms') return <Terms {...given} />;
  const shared = { ui, name, label, hint, value: typed[name] ?? given.value, errors, filter: true };
  if (control === 'status')
    return (
      <Select
        {...shared}
        options={['active', 'temporarily closed', 'inactive', 'defunct'].map((value) => ({
          value,
          label: ui.t(`directory.vetting.status.${value.replace(' ', '_')}`),
        }))}
      />
    );
  if (control === 'words') return <TextArea {...shared} rows={3} maxlength={2_000} />;
  if (control === 'hours') return <TextField {...shared} maxlength={300} />;
  if (control === 'lines')
    return <TextArea {...shared} hint={hint ?? ui.t('directory.vetting.own.linesHint')} rows={3} />;
  if (control === 'area') return <TextArea {...shared} rows={4} maxlength={8_000} />;
  return <TextField {...shared} inputmode={control === 'number' ? 'numeric' : undefined} maxlength={300} />;
}

const isTyped = (typed: Given['typed'], name: string): boolean =>
  Object.keys(typed).some((one) => one.startsWith(`${name}.`));

function Children({ ui, rec, field, name, label, typed, errors, folded, unseen = nothingUnseen }: Given) {
  const again = isTyped(typed, name);
  const one = (child: Child | null) => {
    const at = `${name}.${child?.id ?? 'new'}`;
    return (
      <FieldGroup
        legend={
          child
            ? childWords(ui, field, child)
            : ui.t('directory.vetting.own.addOne', { list: ui.t(`directory.vetting.field1.${field}`).toLowerCase() })
        }
      >
        {ownParts(field).map((part) => (
          <OneField
            ui={ui}
            name={`${at}.${part.name}`}
            label={ui.t(`directory.records.part.${part.name}`)}
            hint={part.control === 'numbers' ? ui.t('directory.records.hint.contacts-phones') : undefined}
            control={part.control}
            value={(again ? typed[`${at}.${part.name}`] : shownPart(part.control, child, part.name)) || undefined}
            errors={errors}
            optional
          />
        ))}
        {child && (
          <Checkbox
            ui={ui}
            name={`${at}.out`}
            label={ui.t('directory.vetting.own.takeOut')}
            checked={typed[`${at}.out`] === 'yes'}
            optional
          />
        )}
      </FieldGroup>
    );
  };
  const open = again || Object.keys(errors).some((error) => error.startsWith(`${name}.`));
  const all = [...shownChildren(rec, field, unseen), null].map(one);
  return folded ? (
    <>{all}</>
  ) : (
    <Details summary={label} open={open}>
      {all}
    </Details>
  );
}

function Terms({ ui, rec, name, typed, own, unseen = nothingUnseen }: Given) {
  return (
    <>
      {usesAsked(rec, own, unseen).map((asked) => (
        <OneUse ui={ui} name={`${name}.${asked.use.key}`} asked={asked} typed={typed} />
      ))}
    </>
  );
}

function OneUse({ ui, name, asked, typed }: { ui: Ui; name: string; asked: UseAsked; typed: Given['typed'] }) {
  const { use, groups, chosen } = asked;
  const again = typed[`${name}.shown`] === 'yes';
  const value = (part: string, now: string): string => (again ? (typed[`${name}.${part}`] ?? '') : now);
  const title = ui.t(`directory.records.terms.${use.key}`);
  const isChosen = (id: string) => value(id, chosen.has(id) ? 'yes' : '') !== '';
  const count = groups.reduce((sum, { terms }) => sum + terms.filter(({ id }) => isChosen(id)).length, 0);
  return (
    <Details summary={count > 0 ? ui.t('directory.records.terms.chosen', { name: title, count }) : title} open={again}>
      <Hidden name={`${name}.shown`} value="yes" />
      <p class="wm-soft">{ui.t(`directory.records.termsLead.${use.key}`)}</p>
      {use.key === 'referrals'
        ? Object.entries(asked.answers).map(([question, now]) => (
            <Radios
              ui={ui}
              name={`${name}.${question}`}
              label={ui.t(`directory.records.ask.${question}`)}
              value={value(question, now)}
              optional
              row
              options={[
                ...answers[question as Question].map((one) => ({
                  value: one,
                  label: ui.t(`directory.records.choice.${one}`),
                })),
                { value: '', label: ui.t('directory.records.ask.unknown') },
              ]}
            />
          ))
        : groups.map((group) => {
            const some = group.terms.map((term) =>
              use.types.length > 1 ? (
                <Radios
                  ui={ui}
                  name={`${name}.${term.id}`}
                  label={words(ui, term)}
                  value={value(term.id, chosen.get(term.id) ?? '')}
                  optional
                  row
                  options={[
                    { value: '', label: ui.t('directory.records.intake.silent') },
                    ...use.types.map((type) => ({
                      value: type,
                      label: ui.t(`directory.records.intake.${type.replace('eligibility_', '')}`),
                    })),
                  ]}
                />
              ) : (
                <Checkbox
                  ui={ui}
                  name={`${name}.${term.id}`}
                  label={words(ui, term)}
                  checked={isChosen(term.id)}
                  optional
                />
              ),
            );
            return groups.length < 4 ? (
              <FieldGroup legend={group.name[ui.locale]}>{some}</FieldGroup>
            ) : (
              <Details summary={summaryOf(ui, group, isChosen)}>{some}</Details>
            );
          })}
    </Details>
  );
}

function summaryOf(ui: Ui, group: OfferedGroup, isChosen: (id: string) => boolean): string {
  const count = group.terms.filter(({ id }) => isChosen(id)).length;
  const name = group.name[ui.locale];
  return count > 0 ? ui.t('directory.records.terms.chosen', { name, count }) : name;
}

const words = (ui: Ui, term: Offered): string =>
  [...term.path.map((name) => name[ui.locale]), term.name[ui.locale]].join(' › ') +
  (term.ended ? ` (${ui.t('directory.records.terms.ended')})` : '');
