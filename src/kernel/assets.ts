/**
 * Style sheet and small scripts, read into memory at start, compressed when first asked for. The address carries a hash of the content,
 * so a browser may keep them for ever.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { root } from '../config.ts';

export interface Asset {
  body: Buffer;
  gzip: Buffer;
  brotli: Buffer;
  type: string;
  hash: string;
}

const types: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  webmanifest: 'application/manifest+json',
};

const folders = [join(root, 'src/ui/assets'), join(root, 'dist/client')];

function readAll(): Map<string, Asset> {
  const found = new Map<string, Asset>();
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      const type = types[name.split('.').pop() ?? ''];
      if (!type) continue;
      const body = readFileSync(join(folder, name));
      const hash = createHash('sha256').update(body).digest('base64url').slice(0, 10);
      found.set(name, compressed(body, type, hash));
    }
  }
  return found;
}

/** Compressed when first asked for. A large file, less tightly: the best there is takes seconds for some per cent. */
function compressed(body: Buffer, type: string, hash: string): Asset {
  let gzip: Buffer | undefined;
  let brotli: Buffer | undefined;
  const quality = body.length > 200_000 ? 7 : 11;
  return {
    body,
    type,
    hash,
    get gzip() {
      return (gzip ??= gzipSync(body, { level: 9 }));
    },
    get brotli() {
      return (brotli ??= brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }));
    },
  };
}

let assets: Map<string, Asset> | null = null;

export const findAsset = (name: string): Asset | undefined => (assets ??= readAll()).get(name);

/** The address of an asset, e.g. `/assets/site.css?v=Ab3…`. */
export const assetUrl = (name: string): string => `/assets/${name}?v=${findAsset(name)?.hash ?? '0'}`;
