/** Before and after, word by word, so that an approver reads what changed instead of hunting for it. */
import { type Piece, textDifference } from '#engines/text-difference';
import type { Ui } from './ui.ts';

/** One text with its removed and added words marked, in print and for assistive technology too: two texts, or pieces worked out before. */
export function Diff(
  props: { ui: Pick<Ui, 't'> } & ({ pieces: readonly Piece[] } | { before: string; after: string }),
) {
  const { ui } = props;
  const pieces = 'pieces' in props ? props.pieces : textDifference(props.before, props.after);
  return (
    <p class="wm-diff">
      {pieces.map((part) =>
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
