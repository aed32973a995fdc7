/** What stands on top of a form that could not be accepted: what to enter, each line a link to its field. */
import { fieldId, type FieldErrors } from './form.tsx';
import type { Ui } from './ui.ts';

/** “Phone number: Enter this.” A label that is a question needs no colon. */
const of = (label: string | undefined, message: string): string =>
  label ? `${label}${/[?:.]$/.test(label) ? '' : ':'} ${message}` : message;

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
  /** The words at a field, by its name: they say which “Enter this” is meant. */
  labels?: (name: string) => string | undefined;
}) {
  const entries = Object.entries(errors ?? {}).filter((entry): entry is [string, string] => Boolean(entry[1]));
  if (entries.length === 0) return null;
  return (
    <div class="wm-errors" role="alert" tabindex={-1} autofocus id="errors">
      <h2>{ui.t('ui.errors.title', { count: entries.length })}</h2>
      <ul>
        {entries.map(([name, message]) => (
          <li>{name === '' ? message : <a href={`#${fieldId(name)}`}>{of(labels?.(name), message)}</a>}</li>
        ))}
      </ul>
    </div>
  );
}
