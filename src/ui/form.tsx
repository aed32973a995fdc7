/**
 * Forms and their fields. A page gives every field the same `errors` map (name → sentence saying what to enter); each field shows its own and
 * `ErrorSummary` lists them all with links. Works without JavaScript; the server always has the last word, so native bubbles are switched off.
 */
import type { Child } from 'hono/jsx';
import { Script } from './script.tsx';
import type { Ui } from './ui.ts';

/** Field name → a sentence that says what to enter. */
export type FieldErrors = Record<string, string | undefined>;

/** The id of a field's first control: what an error's link points to. */
export const fieldId = (name: string) => `f-${name.replace(/[^A-Za-z0-9]+/g, '-')}`;

/** What all fields share. `optional` adds the word to the label; without it the field is required. */
export interface FieldProps {
  ui: Pick<Ui, 't'>;
  name: string;
  label: Child;
  hint?: Child;
  errors?: FieldErrors;
  /** A sentence for this field alone, in place of `errors[name]`. */
  error?: string;
  optional?: boolean;
  /** One of several ways to narrow a list: not required, and nothing is said about it. */
  filter?: boolean;
  /** The words over this field and its neighbours, where its own say only which of them it is: “English”. */
  within?: string;
  /** The id of a message about this field and its neighbours, where something is wrong with them together. */
  wrong?: string;
}

/** A form that posts to our own site with the session's token. `unsaved` asks before leaving with changes (enhancement). */
export function Form(props: {
  ui: Ui;
  action: string;
  method?: 'post' | 'get';
  id?: string;
  class?: string;
  files?: boolean;
  unsaved?: boolean;
  label?: string;
  children?: Child;
}) {
  const { ui, method = 'post', files, unsaved } = props;
  return (
    <form
      action={props.action}
      method={method}
      id={props.id}
      class={props.class}
      enctype={files ? 'multipart/form-data' : undefined}
      aria-label={props.label}
      data-unsaved={unsaved ? '' : undefined}
      novalidate
    >
      {method === 'post' && ui.csrf !== null && <input type="hidden" name="_csrf" value={ui.csrf} />}
      {method === 'get' && ui.query.lang && <input type="hidden" name="lang" value={ui.query.lang} />}
      {props.children}
      {unsaved && <Script ui={ui} name="unsaved" />}
    </form>
  );
}

/** “(optional)” after a label. */
export const Optional = ({ ui, optional }: { ui: Pick<Ui, 't'>; optional?: boolean }) =>
  optional ? <span class="wm-optional"> {ui.t('ui.optional')}</span> : null;

interface Wrong {
  ui: Pick<Ui, 't'>;
  id: string;
  label: Child;
  error?: string;
}

/** The sentence under a label that says what to enter, announced with the field. It carries the label, by which `ErrorSummary` names the field. */
export const FieldError = ({ ui, id, label, error }: Wrong) =>
  error ? (
    <span class="usa-error-message" id={`${id}-error`} data-of={typeof label === 'string' ? label : undefined}>
      <span class="wm-sr">{ui.t('ui.error')}: </span>
      {error}
    </span>
  ) : null;

/** aria-describedby for a control: its hint, then its error. */
export const describedBy = (id: string, hint: unknown, error: unknown): string | undefined =>
  [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined;

/** Label, hint and error around one control; `children` is the control itself. */
export function FieldShell(props: FieldProps & { id: string; children?: Child }) {
  const { ui, id, hint } = props;
  const error = props.error ?? props.errors?.[props.name];
  return (
    <div class={error ? 'usa-form-group usa-form-group--error' : 'usa-form-group'}>
      <label class={error ? 'usa-label usa-label--error' : 'usa-label'} for={id}>
        {props.label}
        <Optional ui={ui} optional={props.optional} />
      </label>
      {hint && (
        <span class="usa-hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <FieldError
        ui={ui}
        id={id}
        label={props.within && typeof props.label === 'string' ? `${props.within} (${props.label})` : props.label}
        error={error}
      />
      {props.children}
    </div>
  );
}

/** The attributes every control of a field carries. */
export function controlProps(props: FieldProps) {
  const id = fieldId(props.name);
  const error = props.error ?? props.errors?.[props.name];
  return {
    id,
    name: props.name,
    required: !props.optional && !props.filter,
    'aria-describedby': [describedBy(id, props.hint, error), props.wrong].filter(Boolean).join(' ') || undefined,
    'aria-invalid': (error ?? props.wrong) ? ('true' as const) : undefined,
  };
}

/** The buttons at the end of a form. The first child is the one main action. */
export const Actions = ({ children }: { children?: Child }) => <div class="wm-actions">{children}</div>;
