import { type Kind, shape } from '#modules/organisations';
import { Tag, type Ui } from '#ui';
import { Lines } from './lines.tsx';
import { linesOf } from './value.ts';

/** One side of two values as lines; of a list, what the other side does not have is marked as going or coming. */
export function Compared(props: {
  ui: Ui;
  kind: Kind;
  field: string;
  value: unknown;
  other: unknown;
  mark: 'goes' | 'comes';
}) {
  const { ui, kind, field, value, other, mark } = props;
  const lines = linesOf(ui, field, value ?? undefined);
  if (lines.length === 0) return <>{ui.t('directory.vetting.change.nothing')}</>;
  const others = new Set(linesOf(ui, field, other ?? undefined));
  const marked = shape[kind][field]?.list ? lines.filter((line) => !others.has(line)) : [];
  const same = lines.filter((line) => !marked.includes(line));
  return (
    <>
      {same.length > 0 && <Lines lines={same} />}
      {marked.map((line) => (
        <div>
          <b>{line}</b> <Tag>{ui.t(`directory.vetting.change.${mark}`)}</Tag>
        </div>
      ))}
    </>
  );
}
