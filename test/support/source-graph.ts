/**
 * The source tree as the house tests see it: every file, and which file imports which. Read from the text of the import statements, so that
 * imports of types count too.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { root } from '../../src/config.ts';

/** One file of the product or of its tests; `path` is relative to the root, with forward slashes. */
export interface Source {
  path: string;
  text: string;
}

export interface Import {
  from: string;
  /** As written. */
  name: string;
  /** The file it means, relative to the root; null for an installed package or a part of Node. */
  to: string | null;
  /** Only types, gone when the program runs. */
  typeOnly: boolean;
}

const isTest = (path: string): boolean => /^test\/|\.test\.tsx?$/.test(path);

/** Every file below these folders with one of these endings, in order. */
export function readSources(pattern: string): Source[] {
  return globSync(pattern, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** The product's own sources without its tests. */
export const productSources = (): Source[] =>
  readSources('{src,bin}/**/*.{ts,tsx}').filter(({ path }) => !isTest(path));

/** `import … from`, `export … from`, `import '…'`, `import('…')`. */
const statements =
  /^(?:import|export)(?<types>\s+type)?\s(?:[^;'"`]*?\sfrom\s+)?'(?<from>[^']+)'|\bimport\('(?<lazy>[^']+)'\)/gm;

/** What a file imports. Whether the file is there is the type checker's to say. */
export function importsOf({ path, text }: Source): Import[] {
  return [...text.matchAll(statements)].map(({ groups }) => {
    const name = (groups!.from ?? groups!.lazy)!;
    const to = resolveImport(path, name);
    return { from: path, name, to, typeOnly: Boolean(groups!.types) };
  });
}

function resolveImport(from: string, name: string): string | null {
  if (name === '#kernel') return 'src/kernel/index.ts';
  if (name === '#ui') return 'src/ui/index.ts';
  if (name.startsWith('#engines/')) return `src/engines/${name.slice('#engines/'.length)}.ts`;
  if (name.startsWith('#modules/')) return `src/modules/${name.slice('#modules/'.length)}/index.ts`;
  if (name.startsWith('.')) return normalize(join(dirname(from), name)).replaceAll('\\', '/');
  return null;
}

/** Which part of the house a file stands in: `kernel`, `ui`, `engines`, `modules/plan`, `demo`, or `top` for the rest. */
export function roomOf(path: string): string {
  const [, room] = /^src\/(kernel|ui|engines|demo|modules\/[^/]+)\//.exec(path) ?? [];
  return room ?? 'top';
}

/** Rings of files that import each other, each as one walk around it; an import of types alone closes no ring. */
export function cyclesIn(imports: Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports) {
    if (to === null || typeOnly) continue;
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      found.push([...path.slice(at), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const to of next.get(file) ?? []) walk(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
  return found;
}
