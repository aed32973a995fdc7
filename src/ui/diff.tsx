/** Before and after, word by word, so that an approver reads what changed instead of hunting for it. */
import type { Ui } from './ui.ts';

export interface DiffPart {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Above this many word pairs the middle is shown as one change: reading it word by word would not help, and the work grows with the product. */
const limit = 1_000_000;

const words = (text: string) => text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];

/**
 * The shortest list of same, removed and added runs that turns `before` into `after`. Joining same + removed gives `before`, same + added gives
 * `after`, exactly. Longest common subsequence of words; O(n·m) after common ends are set aside.
 */
export function diffWords(before: string, after: string): DiffPart[] {
  const a = words(before);
  const b = words(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const parts: DiffPart[] = [];
  const push = (kind: DiffPart['kind'], text: string) => {
    if (text === '') return;
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += text;
    else parts.push({ kind, text });
  };
  push('same', a.slice(0, start).join(''));
  middle(a.slice(start, a.length - end), b.slice(start, b.length - end), push);
  push('same', a.slice(a.length - end).join(''));
  return parts;
}

function middle(a: string[], b: string[], push: (kind: DiffPart['kind'], text: string) => void): void {
  const n = a.length;
  const m = b.length;
  if (n === 0 || m === 0 || n * m > limit) {
    push('removed', a.join(''));
    push('added', b.join(''));
    return;
  }
  // common[i * (m + 1) + j]: length of the longest common subsequence of a from i and b from j.
  const common = new Uint16Array((n + 1) * (m + 1));
  const at = (i: number, j: number) => common[i * (m + 1) + j] as number;
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      common[i * (m + 1) + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  let i = 0;
  let j = 0;
  while (i < n && j < m) {
    if (a[i] === b[j]) {
      push('same', a[i] as string);
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) push('removed', a[i++] as string);
    else push('added', b[j++] as string);
  }
  push('removed', a.slice(i).join(''));
  push('added', b.slice(j).join(''));
}

/** One text with its removed and added words marked, in print and for assistive technology too. */
export function Diff({ ui, before, after }: { ui: Pick<Ui, 't'>; before: string; after: string }) {
  if (before === after) return <p class="wm-diff">{after}</p>;
  return (
    <p class="wm-diff">
      {diffWords(before, after).map((part) =>
        part.kind === 'same' ? (
          part.text
        ) : part.kind === 'removed' ? (
          <del>
            <span class="wm-sr">{ui.t('ui.diff.removed')} </span>
            {part.text}
          </del>
        ) : (
          <ins>
            <span class="wm-sr">{ui.t('ui.diff.added')} </span>
            {part.text}
          </ins>
        ),
      )}
    </p>
  );
}
