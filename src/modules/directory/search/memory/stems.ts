/**
 * Stems of words, asked of the database once each and remembered: they are the same for everybody and for ever. Bounded, because words of queries are
 * among them.
 */

/** English and Spanish stem; empty for a word that means nothing alone. */
export type Stems = readonly [en: string, es: string];

const most = 200_000;
const known = new Map<string, Stems>();

/** Stems of each word; null where one is not remembered yet. */
export function stemsKnown(words: readonly string[]): Map<string, Stems> | null {
  const out = new Map<string, Stems>();
  for (const word of words) {
    const stems = known.get(word);
    if (!stems) return null;
    out.set(word, stems);
  }
  return out;
}

/** Stems of each word. `ask` is given the ones that are not remembered yet. */
export async function stemsOf(
  words: readonly string[],
  ask: (words: string[]) => Promise<Stems[]>,
): Promise<Map<string, Stems>> {
  const missing = words.filter((word) => !known.has(word));
  if (missing.length > 0) {
    const old = words.flatMap((word) => (known.has(word) ? [[word, known.get(word)!] as const] : []));
    const found = await ask(missing);
    if (known.size + missing.length > most) known.clear();
    for (const [word, stems] of old) known.set(word, stems);
    for (const [i, word] of missing.entries()) known.set(word, found[i]!);
  }
  return stemsKnown(words)!;
}
