/**
 * A canary: words that no real person has. Wherever they turn up, someone's data has. The search also sees through the ways data is usually
 * written down: other letter case, escapes of addresses and pages, base64, hexadecimal, numbers with or without separators.
 */
import { unzipSync } from 'fflate';

export interface Canary {
  name: string;
  email: string;
  phone: string;
  /** Free text that was never meant for the public. */
  words: string;
}

/** A canary whose every word holds the tag, so that two of them in one test are told apart. */
export const canaryOf = (tag: string): Canary => ({
  name: `Wilhelmina ${tag}vogel`,
  email: `wilhelmina.${tag}vogel@nest.example`,
  phone: `346-555-01${String((tag.charCodeAt(0) % 80) + 10)}`,
  words: `${tag}sang heard only indoors`,
});

const unescaped = (text: string): string =>
  text
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&#x([0-9a-f]+);|\\u([0-9a-f]{4})/gi, (_, a?: string, b?: string) =>
      String.fromCharCode(Number.parseInt((a ?? b)!, 16)),
    );

/** What must not be found: the parts that nobody else has, each also in base64 at its three alignments and in hexadecimal. */
function needles(canary: Canary): { plain: string[]; exact: string[] } {
  const plain = [canary.name.split(' ')[1]!, canary.email.split('@')[0]!, canary.words.split(' ')[0]!].map((word) =>
    word.toLowerCase(),
  );
  const exact = [canary.name, canary.email, canary.phone, canary.words].flatMap((value) => {
    const bytes = Buffer.from(value);
    const shifted = [0, 1, 2].map((pad) => {
      const text = Buffer.concat([Buffer.alloc(pad), bytes])
        .toString('base64')
        .replace(/=+$/, '');
      // The first and last letters also depend on the neighbours.
      return text.slice(pad === 0 ? 0 : 4, -2);
    });
    return [
      ...shifted,
      ...shifted.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
      bytes.toString('hex'),
    ];
  });
  return { plain, exact };
}

/** Which canaries a text gives away; empty when none. */
export function canaryHits(text: string, canaries: readonly Canary[]): string[] {
  const readable = unescaped(text).toLowerCase();
  const digits = text.replace(/[\s().+-]+/g, '');
  return canaries.flatMap((canary) => {
    const { plain, exact } = needles(canary);
    const phone = canary.phone.replaceAll('-', '');
    return [
      ...plain.filter((needle) => readable.includes(needle)),
      ...exact.filter((needle) => text.includes(needle)),
      ...(digits.includes(phone) ? [canary.phone] : []),
    ];
  });
}

/** Where data must never flow: `pour` throws, naming the drain and not the datum, when a canary comes through. */
export class Sink {
  /** How many texts came through. */
  poured = 0;
  readonly #canaries: readonly Canary[];

  constructor(canaries: readonly Canary[]) {
    this.#canaries = canaries;
  }

  pour(drain: string, text: string): void {
    this.poured += 1;
    const hits = canaryHits(text, this.#canaries);
    if (hits.length > 0) throw new Error(`A canary came out of ${drain} (${hits.length} times).`);
  }

  /** The whole answer: status, headers, and the body with archives unpacked. Returns the body as text. */
  async pourResponse(drain: string, response: Response): Promise<string> {
    this.pour(`${drain}, headers`, JSON.stringify([...response.headers]));
    const bytes = Buffer.from(await response.arrayBuffer());
    if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
      for (const [name, content] of Object.entries(unzipSync(bytes)))
        this.pour(`${drain}, ${name}`, Buffer.from(content).toString('utf8'));
      return '';
    }
    const text = bytes.toString('utf8');
    this.pour(`${drain}, body`, text);
    return text;
  }
}
