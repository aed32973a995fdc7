/** Well-known text of polygons, as databases and map programs write it: POLYGON and MULTIPOLYGON, with or without an SRID, a third and a fourth number. */
import { Refused } from './polygon.ts';

/** The positions of each polygon, as GeoJSON has them. Throws Refused. */
export function positionsOfWkt(text: string): unknown[] {
  const [, srid, kind = '', rest = ''] =
    /^\s*(?:SRID\s*=\s*(\d+)\s*;)?\s*([A-Z]+)\s*(?:ZM?|M)?\s*((?:\(|EMPTY)[\s\S]*)$/i.exec(text) ?? [];
  if (srid !== undefined && !degrees.has(srid)) throw new Refused('areaNotDegrees');
  const type = kind.toUpperCase();
  if (type !== 'POLYGON' && type !== 'MULTIPOLYGON') throw new Refused('areaNoArea', { type });
  if (/^EMPTY\s*$/i.test(rest)) return [];
  const nested = new Brackets(rest).read(type === 'POLYGON' ? 2 : 3);
  return type === 'POLYGON' ? [nested] : nested;
}

/** WGS 84 and NAD 83: the same to a metre. */
const degrees = new Set(['4326', '4269']);

/** Lists in parentheses, of lists, of positions with blanks between their numbers. */
class Brackets {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens =
      text
        .match(/[(),]|[^(),]+/g)
        ?.map((token) => token.trim())
        .filter(Boolean) ?? [];
  }

  read(depth: number): unknown[] {
    const list = this.#list(depth);
    if (this.#at < this.#tokens.length) throw new Refused('areaBadWkt');
    return list;
  }

  #list(depth: number): unknown[] {
    this.#take('(');
    const out: unknown[] = [];
    do {
      out.push(depth > 1 ? this.#list(depth - 1) : this.#position());
    } while (this.#tokens[this.#at] === ',' && ++this.#at);
    this.#take(')');
    return out;
  }

  #position(): number[] {
    const numbers = (this.#tokens[this.#at++] ?? '').split(/\s+/);
    if (
      numbers.length < 2 ||
      numbers.length > 4 ||
      !numbers.every((one) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(one))
    )
      throw new Refused('areaBadWkt');
    return numbers.map(Number);
  }

  #take(token: string): void {
    if (this.#tokens[this.#at++] !== token) throw new Refused('areaBadWkt');
  }
}
