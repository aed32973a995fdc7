/**
 * What stands on top of a form that could not be accepted: what to enter, each line a link to its field that begins with the words at the field. The
 * summary is drawn before the fields, so those words come in when the page is whole (`withFieldNames`): no page can forget or mistake them.
 */
import { fieldId, type FieldErrors } from './form.tsx';
import type { Ui } from './ui.ts';

type Labels = (name: string) => string | undefined;

/** “Phone number: Enter this.” A label that is a question needs no colon. */
const of = (label: string | undefined, message: string): string =>
  label ? `${label}${/[?:.]$/.test(label) ? '' : ':'} ${message}` : message;

/** What the page calls a field; of a text in two languages, which one. Nothing for a name that it has no words for. */
function labelOf(ui: Pick<Ui, 't'>, labels: Labels | undefined, name: string): string | undefined {
  const [, text = name, locale] = /^(.*)\.(en|es)$/.exec(name) ?? [];
  try {
    const label = labels?.(text);
    return label && locale ? `${label} (${ui.t(`ui.language.${locale}`)})` : label;
  } catch {
    return undefined;
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
  /** Words for fields whose own would not say enough, by their names. `name.en` and `name.es` are asked for as `name`. */
  labels?: Labels;
}) {
  const entries = Object.entries(errors ?? {}).filter((entry): entry is [string, string] => Boolean(entry[1]));
  if (entries.length === 0) return null;
  return (
    <div class="wm-errors" role="alert" tabindex={-1} autofocus id="errors">
      <h2>{ui.t('ui.errors.title', { count: entries.length })}</h2>
      <ul>
        {entries.map(([name, message]) => {
          if (name === '') return <li>{message}</li>;
          const label = labelOf(ui, labels, name);
          return (
            <li>
              <a href={`#${fieldId(name)}`} data-named={label ? undefined : ''}>
                {of(label, message)}
              </a>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** The whole page, with each line of its summary named by the label that its field carries. A line whose field is not on the page is no link. */
export function withFieldNames(html: string): string {
  if (!html.includes(' data-named=""')) return html;
  const words = new Map(
    [...html.matchAll(/ id="(f-[\w-]+)-error" data-of="([^"]*)"/g)].map(([, id, of]) => [id!, of!]),
  );
  return html.replaceAll(/<a href="#(f-[\w-]+)" data-named="">(.*?)<\/a>/gs, (_, id: string, message: string) =>
    html.includes(` id="${id}"`) ? `<a href="#${id}">${of(words.get(id), message)}</a>` : message,
  );
}
