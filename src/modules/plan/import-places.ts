/**
 * Where rows stand among their siblings. Items that stay in order keep the positions they have, so that one new row does not give every later item
 * a new version; equal positions are told apart by the permanent number (outline.ts).
 */
interface Spot {
  position: number;
  ref: number;
}

interface Held {
  parentRef: number | null;
  position: number;
}

export class Places {
  readonly #last = new Map<number | null, Spot>();
  readonly #squeeze: boolean;

  /** `squeeze`: the plan has items already, so a new row shares the position of the one before it instead of pushing the rest along. */
  constructor(squeeze: boolean) {
    this.#squeeze = squeeze;
  }

  /** The position of the next row under this parent. */
  take(parentRef: number | null, ref: number, before: Held | undefined): number {
    const last = this.#last.get(parentRef) ?? { position: -1, ref: 0 };
    let position = last.position + 1;
    if (before?.parentRef === parentRef && before !== undefined) {
      const inOrder = before.position > last.position || (before.position === last.position && ref > last.ref);
      if (inOrder) position = before.position;
    } else if (this.#squeeze && !before && last.position >= 0 && ref > last.ref) position = last.position;
    this.#last.set(parentRef, { position, ref });
    return position;
  }
}
