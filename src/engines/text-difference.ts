/**
 * What changed in a text, word by word, for a reader: pieces that stayed, were taken out or were put in. The pieces that stayed and were taken
 * out make up the old text exactly, those that stayed and were put in the new one.
 */
import { diffWordsWithSpace } from 'diff';

export interface Piece {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Beyond this many single edits two texts are two texts: one is shown taken out, the other put in. It also bounds the work. */
const mostEdits = 1000;

/** The pieces in reading order, what was taken out before what took its place. */
export function textDifference(before: string, after: string): Piece[] {
  const parts = diffWordsWithSpace(before, after, { maxEditLength: mostEdits });
  const pieces: Piece[] = [];
  if (parts === undefined) push(pieces, before, after, '');
  // A blank that happens to stay between two changed words belongs to the change: phrases read better than flickering words.
  let removed = '';
  let added = '';
  for (const [index, part] of (parts ?? []).entries()) {
    if (part.removed) removed += part.value;
    else if (part.added) added += part.value;
    else if (index > 0 && index < parts!.length - 1 && part.value.trim() === '') {
      removed += part.value;
      added += part.value;
    } else {
      push(pieces, removed, added, part.value);
      removed = added = '';
    }
  }
  push(pieces, removed, added, '');
  return pieces;
}

function push(pieces: Piece[], removed: string, added: string, same: string): void {
  if (removed !== '') pieces.push({ kind: 'removed', text: removed });
  if (added !== '') pieces.push({ kind: 'added', text: added });
  if (same !== '') pieces.push({ kind: 'same', text: same });
}
