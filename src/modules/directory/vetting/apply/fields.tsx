/** Draws an application's questions, and the answers again. */
import type { Child } from 'hono/jsx';
import { Checkboxes, Details, type Fact, type FieldErrors, Radios, TextArea, TextField, type Ui } from '#ui';
import { inLocale } from '../words.ts';
import { type Choice, type PageKind, type PageValues, type Question, questionsOf } from './questions.ts';

const wordOf = (ui: Pick<Ui, 't' | 'locale'>, choice: Choice): string =>
  'word' in choice ? ui.t(`directory.vetting.choice.${choice.value}`) : inLocale(choice.name, ui.locale);

const label = (ui: Pick<Ui, 't'>, { name }: Question): string => ui.t(`directory.vetting.q.${name}`);

/** The words at a question, by its name. */
export const labelsOf = (ui: Pick<Ui, 't'>, kind: PageKind) => (name: string) => {
  const question = questionsOf(kind).find((one) => one.name === name);
  return question && (name === 'needsShelter' ? ui.t('directory.vetting.q.needs') : label(ui, question));
};

/** One question as a field. */
function Field({
  ui,
  question,
  values,
  errors,
}: {
  ui: Ui;
  question: Question;
  values: PageValues;
  errors: FieldErrors;
}) {
  const given = values[question.name] ?? [];
  const shared = {
    ui,
    name: question.name,
    label: label(ui, question),
    errors,
    ...(question.optional && { optional: true }),
    ...(question.hint && { hint: ui.t(`directory.vetting.hint.${question.name}`) }),
  };
  if (question.choices) {
    const options = question.choices().map((choice) => ({ value: choice.value, label: wordOf(ui, choice) }));
    if (question.kind === 'one') return <Radios {...shared} options={options} value={given[0] ?? null} />;
    if (!question.folded) return <Checkboxes {...shared} options={options} values={given} />;
    return (
      <Details
        summary={given.length > 0 ? `${shared.label} (${given.length})` : shared.label}
        open={given.length > 0 || errors[question.name] !== undefined}
      >
        {/* The line that opens it says its name and that it may stay closed. */}
        <Checkboxes
          {...shared}
          label={<span class="wm-sr">{shared.label}</span>}
          optional={false}
          options={options}
          values={given}
        />
      </Details>
    );
  }
  if (question.kind === 'area')
    return <TextArea {...shared} value={given[0]} rows={question.rows ?? 5} maxlength={question.max ?? 4_000} />;
  const type = question.kind === 'email' || question.kind === 'tel' ? question.kind : 'text';
  return (
    <TextField
      {...shared}
      type={type}
      value={given[0]}
      maxlength={question.max ?? 300}
      small={question.kind === 'age'}
      inputmode={question.kind === 'age' ? 'numeric' : question.kind === 'url' ? 'url' : undefined}
      autocomplete={question.autocomplete}
    />
  );
}

export const Questions = (props: { ui: Ui; kind: PageKind; values: PageValues; errors: FieldErrors }) => (
  <>
    {questionsOf(props.kind).map((question) => (
      <>
        {question.name === 'needsShelter' && <h2>{props.ui.t('directory.vetting.q.needs')}</h2>}
        <Field ui={props.ui} question={question} values={props.values} errors={props.errors} />
      </>
    ))}
  </>
);

/** An answer in words; nothing for what was not answered. */
export function answerOf(ui: Pick<Ui, 't' | 'locale'>, question: Question, values: PageValues): Child {
  const given = values[question.name] ?? [];
  if (given.length === 0) return null;
  if (!question.choices) return <span class="wm-lines">{given[0]}</span>;
  const byValue = new Map(question.choices().map((choice) => [choice.value, choice]));
  return given.flatMap((value) => (byValue.has(value) ? [wordOf(ui, byValue.get(value)!)] : [])).join('; ');
}

/** What one page was answered, as facts. */
export const factsOf = (ui: Ui, kind: PageKind, values: PageValues): Fact[] =>
  questionsOf(kind).map((question) => ({ term: label(ui, question), value: answerOf(ui, question, values) }));
