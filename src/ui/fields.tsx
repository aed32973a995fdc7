/** The fields of a form, one component for each kind of answer. See form.tsx for what they share. */
import type { Child } from 'hono/jsx';
import { controlProps, describedBy, FieldError, FieldShell, fieldId, Optional, type FieldProps } from './form.tsx';

const inputClass = (props: FieldProps, base: string) =>
  (props.error ?? props.errors?.[props.name]) ? `${base} usa-input--error` : base;

/** One line of text. `type` chooses keyboard and autofill, never validation. */
export function TextField(
  props: FieldProps & {
    value?: string | number | null;
    type?: 'text' | 'email' | 'password' | 'tel' | 'url' | 'search' | 'number';
    autocomplete?: string;
    inputmode?: 'text' | 'numeric' | 'decimal' | 'tel' | 'email' | 'url' | 'search' | 'none';
    maxlength?: number;
    spellcheck?: boolean;
    small?: boolean;
    lang?: string;
    autofocus?: boolean;
  },
) {
  const control = controlProps(props);
  return (
    <FieldShell {...props} id={control.id}>
      <input
        {...control}
        class={inputClass(props, props.small ? 'usa-input usa-input--small' : 'usa-input')}
        type={props.type ?? 'text'}
        value={props.value ?? undefined}
        autocomplete={props.autocomplete}
        inputmode={props.inputmode}
        maxlength={props.maxlength}
        spellcheck={props.spellcheck}
        lang={props.lang}
        autofocus={props.autofocus}
      />
    </FieldShell>
  );
}

/** Several lines of text. */
export function TextArea(
  props: FieldProps & { value?: string | null; rows?: number; maxlength?: number; lang?: string },
) {
  const control = controlProps(props);
  return (
    <FieldShell {...props} id={control.id}>
      <textarea
        {...control}
        class={inputClass(props, 'usa-textarea')}
        rows={props.rows ?? 5}
        maxlength={props.maxlength}
        lang={props.lang}
      >
        {props.value ?? ''}
      </textarea>
    </FieldShell>
  );
}

/**
 * One text in both languages: controls `name.en` and `name.es`, side by side on a desk. English is required unless `optional`; Spanish may follow
 * later. Errors may name `name`, `name.en` or `name.es`.
 */
export function BilingualField(
  props: FieldProps & { value?: { en?: string | null; es?: string | null } | null; lines?: number; maxlength?: number },
) {
  const { ui, name, errors, optional, lines = 1 } = props;
  const id = fieldId(name);
  const error = props.error ?? errors?.[name];
  const one = (locale: 'en' | 'es') => {
    const shared = {
      ui,
      errors,
      name: `${name}.${locale}`,
      label: ui.t(`ui.language.${locale}`),
      within: typeof props.label === 'string' ? props.label : undefined,
      value: props.value?.[locale],
      // What the whole question says already is not said of each half.
      optional: !optional && locale !== 'en',
      filter: optional,
      lang: locale,
      maxlength: props.maxlength,
      wrong: error ? `${id}-error` : undefined,
    };
    return lines > 1 ? <TextArea {...shared} rows={lines} /> : <TextField {...shared} />;
  };
  return (
    <fieldset class="wm-bilingual" id={id} tabindex={-1} aria-describedby={describedBy(id, props.hint, error)}>
      <legend class="usa-legend">
        {props.label}
        <Optional ui={ui} optional={optional} />
      </legend>
      {props.hint && (
        <span class="usa-hint" id={`${id}-hint`}>
          {props.hint}
        </span>
      )}
      <FieldError ui={ui} id={id} label={props.label} error={error} />
      <div class="wm-bilingual__pair">
        {one('en')}
        {one('es')}
      </div>
    </fieldset>
  );
}

/** One choice the person can make. */
export interface Option {
  value: string;
  label: Child;
  hint?: Child;
}

/** A list to choose one from; for fewer than six choices prefer `Radios`. `blank` is the words of an empty first choice. */
export function Select(props: FieldProps & { options: Option[]; value?: string | null; blank?: string }) {
  const control = controlProps(props);
  return (
    <FieldShell {...props} id={control.id}>
      <select {...control} class={inputClass(props, 'usa-select')}>
        {props.blank !== undefined && <option value="">{props.blank}</option>}
        {props.options.map((option) => (
          <option value={option.value} selected={option.value === (props.value ?? undefined)}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldShell>
  );
}

/** More choices than this stand in two columns on a desk. */
const mostInOneColumn = 8;

interface ChoicesProps extends FieldProps {
  options: Option[];
  row?: boolean;
  /** Where several groups of a form share one name: which of them this is. */
  part?: string;
}

/** A group of boxes or circles under one question. The first choice carries the field's id, so that an error's link lands on it. */
function Choices(props: ChoicesProps & { chosen: ReadonlySet<string>; kind: 'radio' | 'checkbox' }) {
  const { ui, name, kind } = props;
  const id = fieldId(props.part === undefined ? name : `${name} ${props.part}`);
  const error = props.error ?? props.errors?.[name];
  return (
    <fieldset
      class={`wm-choices${props.row ? ' wm-choices--row' : props.options.length > mostInOneColumn ? ' wm-choices--many' : ''}${error ? ' usa-form-group--error' : ''}`}
      role={kind === 'radio' ? 'radiogroup' : undefined}
      aria-invalid={kind === 'radio' && error ? 'true' : undefined}
      aria-describedby={describedBy(id, props.hint, error)}
    >
      <legend class="usa-legend">
        {props.label}
        <Optional ui={ui} optional={props.optional} />
      </legend>
      {props.hint && (
        <span class="usa-hint" id={`${id}-hint`}>
          {props.hint}
        </span>
      )}
      <FieldError ui={ui} id={id} label={props.label} error={error} />
      <div class="wm-choices__list">
        {props.options.map((option, index) => {
          const optionId = index === 0 ? id : `${id}-${index + 1}`;
          return (
            <div class={kind === 'radio' ? 'usa-radio' : 'usa-checkbox'}>
              <input
                class={kind === 'radio' ? 'usa-radio__input' : 'usa-checkbox__input'}
                type={kind}
                id={optionId}
                name={name}
                value={option.value}
                checked={props.chosen.has(option.value)}
                aria-invalid={kind === 'checkbox' && error ? 'true' : undefined}
                aria-describedby={choiceDescribedBy(optionId, option.hint, index === 0 && error ? id : null)}
              />
              <label class={kind === 'radio' ? 'usa-radio__label' : 'usa-checkbox__label'} for={optionId}>
                {option.label}
                {option.hint && (
                  <span class="usa-hint" id={`${optionId}-more`}>
                    {option.hint}
                  </span>
                )}
              </label>
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}

/** What describes one choice: its own hint; the first of a group says what is wrong with all, because a link leads to it. */
const choiceDescribedBy = (id: string, hint: unknown, group: string | null): string | undefined =>
  [hint ? `${id}-more` : '', group === null ? '' : `${group}-error`].filter(Boolean).join(' ') || undefined;

/** One of a few. */
export const Radios = (props: ChoicesProps & { value?: string | null }) => (
  <Choices {...props} kind="radio" chosen={new Set(props.value == null ? [] : [props.value])} />
);

/** Any of a few. */
export const Checkboxes = (props: ChoicesProps & { values?: readonly string[] }) => (
  <Choices {...props} kind="checkbox" chosen={new Set(props.values ?? [])} />
);

/** One box on its own, e.g. “I have read this”. Its value is `yes` when ticked. */
export function Checkbox(props: Omit<FieldProps, 'hint'> & { hint?: string; checked?: boolean; value?: string }) {
  const control = controlProps(props);
  const error = props.error ?? props.errors?.[props.name];
  return (
    <div class={error ? 'usa-form-group usa-form-group--error' : 'usa-form-group'}>
      <FieldError ui={props.ui} id={control.id} label={props.label} error={error} />
      <div class="usa-checkbox">
        <input
          {...control}
          required={undefined}
          class="usa-checkbox__input"
          type="checkbox"
          value={props.value ?? 'yes'}
          checked={props.checked}
        />
        <label class="usa-checkbox__label" for={control.id}>
          {props.label}
        </label>
      </div>
      {props.hint && (
        <span class="usa-hint" id={`${control.id}-hint`}>
          {props.hint}
        </span>
      )}
    </div>
  );
}

/** A day. Browsers show a calendar and send `YYYY-MM-DD`; where they do not, the pattern in the placeholder says how to type it. */
export function DateField(props: FieldProps & { value?: string | null; min?: string; max?: string }) {
  const control = controlProps(props);
  return (
    <FieldShell {...props} id={control.id}>
      <input
        {...control}
        class={inputClass(props, 'usa-input')}
        type="date"
        value={props.value ?? undefined}
        min={props.min}
        max={props.max}
        placeholder={props.ui.t('ui.datePattern')}
        autocomplete="off"
      />
    </FieldShell>
  );
}

/** A file. The form around it needs `files`. `accept` is a list such as `.csv,.xlsx`; the server still looks at the bytes. */
export function FileField(props: FieldProps & { accept?: string }) {
  const control = controlProps(props);
  return (
    <FieldShell {...props} id={control.id}>
      <input {...control} type="file" accept={props.accept} />
    </FieldShell>
  );
}

/** A value that travels unseen. */
export const Hidden = ({ name, value }: { name: string; value: string }) => (
  <input type="hidden" name={name} value={value} />
);

/** Fields that belong to one question. */
export const FieldGroup = ({ legend, children }: { legend: Child; children?: Child }) => (
  <fieldset class="wm-choices">
    <legend class="usa-legend">{legend}</legend>
    {children}
  </fieldset>
);
