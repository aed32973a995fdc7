/**
 * Compiles src/ui/styles/site.scss to src/ui/assets/site.css, the only stylesheet. A module may add a few rules of its own in
 * src/modules/<name>/styles.scss (classes that begin with `wm-`, colours and sizes through the custom properties of _base.scss).
 *
 * Three steps, each reproducible: Sass with the design system's sources; PurgeCSS keeps only selectors whose classes occur in src/**\/*.tsx (our own
 * `wm-` layer is kept whole); esbuild minifies. The design system's primary colours become custom properties so that a network can have its own accent.
 * The first comment holds a digest of the style sources, so that a test can tell a stale file without running Sass.
 *
 *   node scripts/build-css.mjs
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The design system's compiled primary colours and the custom property that takes the place of each. */
const accents = { '#005ea2': 'accent', '#1a4480': 'accent-dark', '#162e51': 'accent-darker' };

/** The modules' own few rules, in the order of their names. */
const ownStyles = () => globSync('src/modules/*/styles.scss', { cwd: root }).sort();

/** Digest of everything that decides the stylesheet apart from the classes used: the style sources. */
export function styleDigest() {
  const hash = createHash('sha256');
  const shared = globSync('src/ui/styles/*.scss', { cwd: root }).sort();
  for (const file of [...shared, ...ownStyles()]) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 12);
}

/** Returns the finished CSS text. */
export async function buildCss() {
  const [sass, { PurgeCSS }, esbuild] = await Promise.all([import('sass'), import('purgecss'), import('esbuild')]);
  const options = {
    loadPaths: [join(root, 'node_modules/@uswds/uswds/packages')],
    quietDeps: true,
    logger: sass.Logger.silent,
    charset: false,
  };
  let css = ['src/ui/styles/site.scss', ...ownStyles()]
    .map((file) => sass.compile(join(root, file), options).css)
    .join('\n')
    .replace(/@font-face\s*\{[^}]*\}/g, '')
    // Declarations that point to the design system's images: our own layer draws those marks.
    .replace(/[\w-]+:[^;{}]*url\([^;{}]*(?=[;}])/g, '');
  // Only in the design system's part: our own layer, which opens with :root, says which colours the properties start from.
  const ownLayer = css.indexOf(':root');
  let system = css.slice(0, ownLayer);
  for (const [hex, name] of Object.entries(accents)) system = system.replaceAll(hex, `var(--${name})`);
  css = system + css.slice(ownLayer);
  const [purged] = await new PurgeCSS().purge({
    content: globSync('src/**/*.tsx', { cwd: root }).map((file) => join(root, file)),
    css: [{ raw: css }],
    safelist: { standard: ['html', 'body', ':root'], greedy: [/wm-/] },
    keyframes: true,
    fontFace: true,
  });
  const { code } = await esbuild.transform(purged.css, {
    loader: 'css',
    minify: true,
    target: ['chrome100', 'firefox100', 'safari15'],
  });
  return `/*! waymark ${styleDigest()}; contains parts of the U.S. Web Design System (public domain, CC0) */\n${code}`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const css = await buildCss();
  writeFileSync(join(root, 'src/ui/assets/site.css'), css);
  console.log(`site.css: ${css.length} bytes, ${gzipSync(css).length} gzipped`);
}
