/**
 * How people write what they hear. Two words sound alike when only letters differ that Spanish or English speakers hear as one: b and v, s, c and z, a silent
 * h, ll and y, g and j, a doubled letter. Their bones are alike when only vowels differ.
 */
import { editDistance, forgiven } from './words.ts';

/** One spelling for all that sound alike, of a word as `wordsIn` gives it. */
export function soundOf(word: string): string {
  const sound = word
    .replace(/^ps/, 's')
    .replace(/^[kg]n/, 'n')
    .replace(/^wr/, 'r')
    .replaceAll('x', 'ks')
    .replaceAll('ph', 'f')
    .replaceAll(/[cs]h/g, 'x')
    .replaceAll('h', '')
    .replaceAll('ck', 'k')
    .replaceAll(/qu(?=[ei])|q/g, 'k')
    .replace(/tion(s?)$/, 'sion$1')
    .replaceAll(/c(?=[eiy])|z/g, 's')
    .replaceAll('c', 'k')
    .replaceAll(/g(?=[eiy])/g, 'j')
    .replaceAll(/gu(?=[ei])/g, 'g')
    .replaceAll('ll', 'i')
    .replaceAll('v', 'b')
    .replaceAll('w', 'u')
    .replaceAll('y', 'i')
    .replaceAll(/m(?=[bp])/g, 'n')
    .replace(/ad([ao]s?)$/, 'a$1')
    .replaceAll(/(.)\1+/g, '$1');
  return sound.length > 4 ? sound.replace(/e$/, '') : sound;
}

const bonesOf = (sound: string): string =>
  sound
    .replaceAll(/(?<!^)[aeiou]/g, '')
    .replace(/^[aeiou]/, 'a')
    .replaceAll(/(.)\1+/g, '$1');

/** Sound and bones of words, remembered: each search with a wrong letter compares some hundred words. Bounded, because words of questions are among them. */
const mostHeard = 20_000;
const heard = new Map<string, { sound: string; bones: string }>();

function hear(word: string): { sound: string; bones: string } {
  let known = heard.get(word);
  if (!known) {
    const sound = soundOf(word);
    known = { sound, bones: bonesOf(sound) };
    if (heard.size >= mostHeard) heard.clear();
    heard.set(word, known);
  }
  return known;
}

/** How unlike two words are, in letters; alike in sound or bones is less than it looks. Infinite when one is no misspelling of the other. */
export function unlike(typed: string, word: string): number {
  const [one, other] = [hear(typed), hear(word)];
  const wrong = editDistance(typed, word, 3);
  if (wrong > 1 && one.sound === other.sound) return 0.9;
  if (wrong <= forgiven(typed.length)) return wrong;
  if (wrong > 3 || typed.length < 5) return Number.POSITIVE_INFINITY;
  if (other.bones.length >= 3 && one.bones === other.bones) return 1.5;
  // Two letters of a short word, one of them a matter of sound.
  return wrong === 2 && editDistance(one.sound, other.sound, 1) === 1 ? 2 : Number.POSITIVE_INFINITY;
}

/** Whether a word may be meant where the words beside it say so. */
export const mayBe = (typed: string, word: string): boolean =>
  typed.length >= 3 &&
  (word.startsWith(typed) ||
    editDistance(typed, word, 1) <= 1 ||
    (typed.length >= 4 && word.length >= 4 && unlike(typed, word) < 3) ||
    hear(typed).bones === hear(word).bones);

/** Words whose likenesses are remembered. Bounded, because words of questions are among them. */
const mostRemembered = 5_000;

type Likeness = { word: string; wrong: number };

interface Known {
  word: string;
  letters: number;
}

/** Words to be found by how they sound or look. */
export class Spellings {
  readonly #words = new Map<string, Known>();
  /** By sound, and by the bones of it. */
  readonly #alike = new Map<string, Known[]>();
  readonly #near = new Map<string, readonly Likeness[]>();

  constructor(words: Iterable<string>) {
    for (const word of words) {
      if (this.#words.has(word)) continue;
      const known = { word, letters: lettersOf(word) };
      this.#words.set(word, known);
      for (const key of keysOf(word)) {
        const list = this.#alike.get(key);
        if (list) list.push(known);
        else this.#alike.set(key, [known]);
      }
    }
  }

  has(word: string): boolean {
    return this.#words.has(word);
  }

  /** What it may be a misspelling of, the likeliest first. */
  near(typed: string): readonly Likeness[] {
    const known = this.#near.get(typed);
    if (known) return known;
    const found = this.#compared(typed);
    if (this.#near.size >= mostRemembered) this.#near.clear();
    this.#near.set(typed, found);
    return found;
  }

  #compared(typed: string): Likeness[] {
    if (typed.length < 4) return [];
    // A small one of it: perritos, casita.
    const [, stem, end] = /^(.{3,})it([oa]s?)$/.exec(typed) ?? [];
    if (stem && this.#words.has(stem + end)) return [{ word: stem + end, wrong: 0.5 }];
    const letters = lettersOf(typed);
    const candidates = new Set(keysOf(typed).flatMap((key) => this.#alike.get(key) ?? []));
    // Each wrong letter takes at most one letter away and brings one.
    for (const one of this.#words.values())
      if (Math.abs(one.word.length - typed.length) <= 2 && apart(one.letters, letters) <= 4) candidates.add(one);
    return [...candidates]
      .map((one) => ({ word: one.word, wrong: unlike(typed, one.word) }))
      .filter(({ wrong }) => wrong < 3)
      .sort((a, b) => a.wrong - b.wrong || (a.word < b.word ? -1 : 1));
  }
}

const keysOf = (word: string): string[] => [`s ${hear(word).sound}`, `b ${hear(word).bones}`];

/** One bit a letter. */
function lettersOf(word: string): number {
  let bits = 0;
  for (let i = 0; i < word.length; i++) {
    const at = word.charCodeAt(i) - 97;
    if (at >= 0 && at < 26) bits |= 1 << at;
  }
  return bits;
}

function apart(a: number, b: number): number {
  let bits = a ^ b;
  let count = 0;
  for (; bits !== 0; bits &= bits - 1) count++;
  return count;
}
