/**
 * Public pages, kept whole, per network, language, day and address, until something public changes (the network's epoch) or the
 * day ends. Only what anyone may see comes here: requests with a session never read or fill it.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export interface CachedPage {
  status: number;
  body: Buffer;
  /** Compressed forms, made when a reader first asks for them. */
  forms: { br?: Buffer; gzip?: Buffer };
  etag: string;
  headers: [string, string][];
  /** The same page whatever the day. */
  anyDay: string;
}

const limitBytes = 64 * 1024 * 1024;
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

const pages = new Map<string, CachedPage>();
/** The newest page of each address whatever the day, for when no new one can be made. */
const newest = new Map<string, CachedPage>();
let held = 0;

const sizeOf = (page: CachedPage): number =>
  page.body.length + (page.forms.br?.length ?? 0) + (page.forms.gzip?.length ?? 0);

export function cachedPage(key: string): CachedPage | undefined {
  const page = pages.get(key);
  if (page) {
    // A Map keeps insertion order: moving what was used to the end makes the first the least recently used.
    pages.delete(key);
    pages.set(key, page);
  }
  return page;
}

/** A page made on another day for the same public state, where the database is away and none can be made today. */
export const newestPage = (anyDay: string): CachedPage | undefined => newest.get(anyDay);

/** Keeps a finished page; one above 4 MB, or without a key, is served but not kept. `anyDay` is the key without its day. */
export function keepPage(
  key: string | null,
  anyDay: string,
  status: number,
  body: Buffer,
  headers: [string, string][],
): CachedPage {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const page: CachedPage = { status, body, forms: {}, etag, headers, anyDay };
  if (key === null || body.length > 4 * 1024 * 1024) return page;
  const before = pages.get(key);
  if (before) held -= sizeOf(before);
  pages.set(key, page);
  newest.set(anyDay, page);
  held += sizeOf(page);
  shrink();
  return page;
}

/** The page's bytes in the smallest form the reader understands. */
export async function bytesFor(
  page: CachedPage,
  acceptEncoding: string,
): Promise<{ bytes: Buffer; encoding: 'br' | 'gzip' | null }> {
  const encoding = /\bbr\b/.test(acceptEncoding) ? 'br' : /\bgzip\b/.test(acceptEncoding) ? 'gzip' : null;
  if (encoding === null) return { bytes: page.body, encoding };
  let bytes = page.forms[encoding];
  if (!bytes) {
    bytes =
      encoding === 'br'
        ? await brotli(page.body, quality(page.body.length))
        : await zip(page.body, { level: page.body.length > large ? 4 : 6 });
    if (!page.forms[encoding]) {
      page.forms[encoding] = bytes;
      // A page that was dropped meanwhile, or is too large to keep, takes no room.
      if ([...pages.values()].includes(page)) {
        held += bytes.length;
        shrink();
      }
    }
  }
  return { bytes, encoding };
}

/** Above this a reader waits longer for the compressing than for the bytes it saves. */
const large = 512 * 1024;
const quality = (size: number) => ({
  params: { [constants.BROTLI_PARAM_QUALITY]: size > large ? 3 : 5, [constants.BROTLI_PARAM_SIZE_HINT]: size },
});

function shrink(): void {
  for (const [oldest, old] of pages) {
    if (held <= limitBytes) break;
    pages.delete(oldest);
    if (newest.get(old.anyDay) === old) newest.delete(old.anyDay);
    held -= sizeOf(old);
  }
}

export function dropPages(): void {
  pages.clear();
  newest.clear();
  held = 0;
}
