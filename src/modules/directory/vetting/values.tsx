/** Values of records in words, short: for choosing what the public sees and for comparing what a provider would change. */
import type { Ui } from '#ui';
import { linesOf } from '../records/value.ts';

/** A value as lines in the reader's language; empty for none. */
export const valueLines = (ui: Pick<Ui, 't' | 'locale'>, field: string, value: unknown): string[] =>
  linesOf(ui, field, value).filter(Boolean);

export const Value = (props: { ui: Pick<Ui, 't' | 'locale'>; field: string; value: unknown; none: string }) => {
  const lines = valueLines(props.ui, props.field, props.value);
  if (lines.length === 0) return <>{props.none}</>;
  return lines.length === 1 ? (
    <span class="wm-lines">{lines[0]}</span>
  ) : (
    <ul class="wm-tight">
      {lines.map((line) => (
        <li>{line}</li>
      ))}
    </ul>
  );
};
