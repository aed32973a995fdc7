/** The control for one value or one part of a child. */
import {
  BilingualField,
  Checkbox,
  Checkboxes,
  DateField,
  type FieldErrors,
  Hidden,
  Select,
  TextArea,
  TextField,
  type Ui,
} from '#ui';
import { weekdayWord } from '../pages/opening.ts';
import { type Control, plainDays, weekdays } from './controls.ts';
import type { Child } from './sections.ts';
import { choiceWords } from './value.ts';

interface Given {
  ui: Ui;
  name: string;
  label: string;
  hint?: string;
  control: Control;
  value: string | undefined;
  errors: FieldErrors;
  optional: boolean;
}

export function OneField({ ui, name, label, hint, control, value, errors, optional }: Given) {
  const shared = { ui, name, label, hint, errors, optional, value };
  if (typeof control !== 'string') {
    const known = control.choices.map((one) => ({ value: one, label: choiceWords(ui, name, one) }));
    const own = value && !control.choices.includes(value) ? [{ value, label: value }] : [];
    return <Select {...shared} blank={optional ? '–' : undefined} options={[...known, ...own]} />;
  }
  switch (control) {
    case 'area':
    case 'numbers':
      return <TextArea {...shared} rows={control === 'area' ? 4 : 2} />;
    case 'day':
      return <DateField {...shared} />;
    case 'yes':
      return <Checkbox {...shared} value="yes" checked={value === 'yes'} />;
    case 'number':
      return <TextField {...shared} inputmode="decimal" small />;
    case 'time':
      return <TextField {...shared} small />;
    case 'email':
    case 'tel':
    case 'url':
      return (
        <TextField {...shared} type={control === 'url' ? 'text' : control} inputmode={control} autocomplete="off" />
      );
    default:
      return <TextField {...shared} autocomplete="off" />;
  }
}

/** Text in both languages; long texts get several lines. */
export const WordsField = (props: Omit<Given, 'value'> & { value: { en?: string; es?: string } }) => (
  <BilingualField {...props} lines={props.control === 'area' ? 4 : 1} />
);

/** The days of a week as boxes; a rule that boxes cannot say stays a line. */
export function DaysField({
  ui,
  label,
  hint,
  ticked,
  line,
  errors,
}: {
  ui: Ui;
  label: string;
  hint: string;
  ticked: readonly string[];
  line: string;
  errors: FieldErrors;
}) {
  if (!plainDays(line || undefined))
    return <TextField ui={ui} name="byday" label={label} hint={hint} value={line} errors={errors} optional />;
  return (
    <>
      <Hidden name="days-shown" value="yes" />
      <Checkboxes
        ui={ui}
        name="byday"
        label={label}
        values={ticked}
        errors={errors}
        optional
        row
        options={weekdays.map((day, i) => ({ value: day, label: weekdayWord(ui.locale, i + 1) }))}
      />
    </>
  );
}

/** What the control of a part shows of a child. */
export function shownPart(control: Control, child: Child | null, name: string): string {
  const value = child?.[name];
  if (value === undefined) return '';
  if (control === 'yes') return value === true ? 'yes' : '';
  if (control === 'languages') return (value as Child[]).map((one) => one.name).join(', ');
  if (control === 'numbers') return (value as Child[]).map((one) => one.number).join('\n');
  if (control === 'unit') return String((value as Child).name);
  return String(value);
}
