/** What stands on top of a form that could not be accepted: what to enter, each line a link to its field. */
import { fieldId, type FieldErrors } from './form.tsx';
import type { Ui } from './ui.ts';

type Labels = (name: string) => string | undefined;

/** “Phone number: Enter this.” A label that is a question needs no colon. */
const of = (label: string | undefined, message: string): string =>
  label ? `${label}${/[?:.]$/.test(label) ? '' : ':'} ${message}` : message;

/** The words at a field; of a text in two languages, which one. Null for a name that has no words: no field of the form shows it. */
function labelOf(ui: Pick<Ui, 't'>, labels: Labels | undefined, name: string): string | undefined | null {
  const [, text = name, locale] = /^(.*)\.(en|es)$/.exec(name) ?? [];
  try {
    const label = labels?.(text);
    return label && locale ? `${label} (${ui.t(`ui.language.${locale}`)})` : label;
  } catch {
    return null;
  }
}

/**
 * Draws nothing without errors. Takes the focus when the page opens (`autofocus` on a focusable box works without JavaScript), so a screen reader
 * begins here. An entry with the empty name is about the form as a whole and is no link.
 */
export function ErrorSummary({
  ui,
  errors,
  labels,
}: {
  ui: Pick<Ui, 't'>;
  errors?: FieldErrors;
  /** The words at a field, by its name: they say which “Enter this” is meant. `name.en` and `name.es` are asked for as `name`. */
  labels?: Labels;
}) {
  const entries = Object.entries(errors ?? {}).filter((entry): entry is [string, string] => Boolean(entry[1]));
  if (entries.length === 0) return null;
  return (
    <div class="wm-errors" role="alert" tabindex={-1} autofocus id="errors">
      <h2>{ui.t('ui.errors.title', { count: entries.length })}</h2>
      <ul>
        {entries.map(([name, message]) => {
          const label = name === '' ? null : labelOf(ui, labels, name);
          return <li>{label === null ? message : <a href={`#${fieldId(name)}`}>{of(label, message)}</a>}</li>;
        })}
      </ul>
    </div>
  );
}
