import { existsSync, globSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { styleDigest } from '../../scripts/build-css.mjs';

const css = readFileSync('src/ui/assets/site.css', 'utf8');
const pages = globSync('src/**/*.tsx').filter((file) => !file.includes('.test.'));

/** Classes in a source file: everything with one of our two prefixes, and every literal class attribute. */
function classesIn(source: string): Set<string> {
  const found = new Set(source.match(/(?<![\w-])(?:usa|wm)-[A-Za-z0-9_-]*[A-Za-z0-9]/g) ?? []);
  for (const [, value] of source.matchAll(/\bclass="([^"]+)"/g))
    for (const name of value!.split(/\s+/)) if (!name.includes('$')) found.add(name);
  return found;
}

test('every class a page uses is in the stylesheet (else: node scripts/build-css.mjs)', () => {
  const known = new Set([...css.matchAll(/\.((?:\\.|[\w-])+)/g)].map(([, name]) => name!.replaceAll('\\', '')));
  const missing = pages.flatMap((file) =>
    [...classesIn(readFileSync(file, 'utf8'))].filter((name) => !known.has(name)).map((name) => `${file}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test('the stylesheet was compiled from the styles as they are now', () => {
  expect(css).toContain(`waymark ${styleDigest()};`);
});

test('the stylesheet stays under 15 kB compressed and asks for nothing else', () => {
  expect(gzipSync(css).length).toBeLessThan(15_000);
  expect(css).not.toMatch(/url\(\s*[^)\s]|@import|@font-face/);
});

test('no component writes an inline style or an inline script', () => {
  const inline = pages.filter((file) =>
    /<[a-z][^<>]*\sstyle=|dangerouslySetInnerHTML|<style/.test(readFileSync(file, 'utf8')),
  );
  expect(inline).toEqual([]);
});

test('a page finds its icon and stylesheet among the assets', () => {
  for (const name of ['site.css', 'icon.svg']) expect(existsSync(`src/ui/assets/${name}`)).toBe(true);
});
