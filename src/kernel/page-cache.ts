/**
 * Public pages, kept whole and compressed, per network, language, day and address, until something public changes (the network's epoch) or the
 * day ends. Only what anyone may see comes here: requests with a session never read or fill it.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export interface CachedPage {
  status: number;
  body: Buffer;
  gzip: Buffer;
  brotli: Buffer;
  etag: string;
  headers: [string, string][];
}

const limitBytes = 64 * 1024 * 1024;
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

const pages = new Map<string, CachedPage>();
let held = 0;

const sizeOf = (page: CachedPage): number => page.body.length + page.gzip.length + page.brotli.length;

export function cachedPage(key: string): CachedPage | undefined {
  const page = pages.get(key);
  if (page) {
    // A Map keeps insertion order: moving what was used to the end makes the first the least recently used.
    pages.delete(key);
    pages.set(key, page);
  }
  return page;
}

/** Compresses a finished page and keeps it; pages above 4 MB are served but not kept. */
export async function keepPage(
  key: string,
  status: number,
  body: Buffer,
  headers: [string, string][],
): Promise<CachedPage> {
  const page: CachedPage = {
    status,
    body,
    gzip: await zip(body, { level: 6 }),
    brotli: await brotli(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    headers,
  };
  if (body.length > 4 * 1024 * 1024) return page;
  const before = pages.get(key);
  if (before) held -= sizeOf(before);
  pages.set(key, page);
  held += sizeOf(page);
  for (const [oldest, old] of pages) {
    if (held <= limitBytes) break;
    pages.delete(oldest);
    held -= sizeOf(old);
  }
  return page;
}

export function dropPages(): void {
  pages.clear();
  held = 0;
}
