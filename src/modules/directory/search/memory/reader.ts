/** One search answered from memory: words, hits and counts from the rows, what is shown from what was shown before, else from the database. */
import type { Hours } from '../hours.ts';
import type { Found, FoundHit, Source, ToFind } from '../source.ts';
import type { WordFact } from '../understand.ts';
import type { KeptDirectory } from './directory.ts';
import { doorsOf, facetsOf, matching, rank } from './rank.ts';

/** The rows are not as they were when the search began. */
export class Moved extends Error {
  constructor() {
    super('The directory changed during a search.');
  }
}

/** Services whose card and document are kept, of one directory: some 4 kB each. */
const mostShown = 20_000;

/** To be made when the directory was just refreshed, and to be used at once. `finish` throws Moved where it has to be done anew. */
export class MemoryReader implements Source {
  readonly #directory: KeptDirectory;
  readonly #generation: number;

  constructor(directory: KeptDirectory) {
    this.#directory = directory;
    this.#generation = directory.snapshot.generation;
  }

  async words(asked: readonly string[]): Promise<WordFact[]> {
    const stems = await this.#directory.stems(asked);
    return this.#directory.snapshot.vocabulary.facts(asked, stems);
  }

  hours(services: readonly string[]): Promise<[string, Hours][]> {
    return this.#directory.hours(services);
  }

  /** Hits are without what is shown of them until `finish`. */
  find(asked: ToFind): Promise<Found> {
    const { snapshot } = this.#directory;
    const rows = matching(snapshot, asked);
    if (asked.doors) return Promise.resolve({ total: null, doors: doorsOf(snapshot, rows), facets: null, hits: null });
    return Promise.resolve({
      total: rows.length,
      doors: null,
      facets: asked.facets ? facetsOf(snapshot, rows) : [],
      hits: rank(snapshot, asked, rows).map((hit) => ({ ...hit, ...nothingShown })),
    });
  }

  async finish(found: Found): Promise<Found> {
    const { snapshot } = this.#directory;
    const hits = found.hits ?? [];
    const missing = hits.flatMap(({ id }) => (snapshot.shownOf(id) ? [] : [id]));
    const read = missing.length > 0 ? await this.#directory.shown(missing) : [];
    if (!read || snapshot.generation !== this.#generation) throw new Moved();
    snapshot.keepShown(read, mostShown);
    return {
      ...found,
      hits: hits.flatMap((hit): FoundHit[] => {
        const shown = snapshot.shownOf(hit.id);
        return shown ? [{ ...hit, ...shown }] : [];
      }),
    };
  }
}

const nothingShown = { org: '', name: '', card: { organization: '', offices: [], hours: [] }, json: Buffer.alloc(0) };
