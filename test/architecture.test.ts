/**
 * The shape of the house: who may import whom, no rings, small files, tables used only by the module that owns them, and paths in documents that
 * lead somewhere. The graph is our own because no tool for it reads this version of TypeScript.
 */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../src/config.ts';
import { findMigrations } from '../src/kernel/migrate.ts';
import { modules } from '../src/modules.ts';
import { cyclesIn, type Import, importsOf, productSources, readSources, roomOf } from './support/source-graph.ts';

const longest = 400;
const order = modules.map((module) => module.name);
const sources = productSources();
const imports = sources.flatMap(importsOf);

/** Why an import may not be, or null. */
function fault({ from, name, to }: Import): string | null {
  const room = roomOf(from);
  if (to === null || room === 'top') return null;
  const target = roomOf(to);
  if (room === target) return name.startsWith('#') ? 'imports its own index' : null;
  if (room === 'engines') return 'an engine stands alone';
  if (room === 'ui') return name.startsWith('#engines/') ? null : 'the design system stands alone, but for the engines';
  if (room === 'kernel') {
    if (to === 'src/config.ts' || name === '#ui') return null;
    return 'the kernel knows the settings and the design system, and nothing above it';
  }
  if (room === 'demo' && to === 'src/config.ts') return null;
  if (!name.startsWith('#')) return 'another room is entered by its index: #kernel, #ui, #engines/x, #modules/x';
  if (target.startsWith('modules/') && room.startsWith('modules/')) {
    const [own, other] = [order.indexOf(room.slice(8)), order.indexOf(target.slice(8))];
    if (other >= own) return 'a module imports only modules that stand before it in src/modules.ts';
  }
  return null;
}

const complaint = (one: Import) => `${one.from} imports ${one.name}: ${fault(one)}`;

test('every module folder stands in the registry once, under its own name', () => {
  const folders = readdirSync(join(root, 'src/modules'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  expect([...order].sort()).toEqual(folders.sort());
});

test('each room imports only what it may, and by the index', () => {
  expect(imports.filter((one) => fault(one) !== null).map(complaint)).toEqual([]);
});

test('the rule for imports finds each kind of fault', () => {
  const bad = (from: string, name: string, to: string) => fault({ from, name, to, typeOnly: true });
  const [first, last] = [order[0]!, order.at(-1)!];
  expect(bad('src/kernel/x.ts', '#modules/plan', 'src/modules/plan/index.ts')).toMatch(/kernel/);
  expect(bad('src/ui/x.tsx', '#kernel', 'src/kernel/index.ts')).toMatch(/alone/);
  expect(bad('src/engines/x.ts', '#ui', 'src/ui/index.ts')).toMatch(/alone/);
  expect(bad('src/modules/plan/x.ts', '../../kernel/audit.ts', 'src/kernel/audit.ts')).toMatch(/index/);
  expect(bad(`src/modules/${first}/x.ts`, `#modules/${last}`, `src/modules/${last}/index.ts`)).toMatch(/before/);
  expect(bad('src/modules/plan/x.ts', '#modules/plan', 'src/modules/plan/index.ts')).toMatch(/own index/);
});

test('no file imports itself by a detour', () => {
  expect(cyclesIn(imports)).toEqual([]);
  const link = (from: string, to: string) => ({ from, to, name: to, typeOnly: false });
  expect(cyclesIn([link('a', 'b'), link('b', 'c'), link('c', 'b')])).toEqual(['b → c → b']);
});

test('the graph saw the whole house', () => {
  expect(sources.length).toBeGreaterThan(150);
  expect(imports.filter((one) => one.to !== null).length).toBeGreaterThan(sources.length);
});

test(`no file of code is longer than ${longest} lines`, () => {
  const long = [...sources, ...readSources('scripts/*.mjs')]
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ path, lines }) => lines > longest && !path.includes('/data/'))
    .map(({ path, lines }) => `${path}: ${lines} lines; split it by concept`);
  expect(long).toEqual([]);
});

/** Table → the module whose migrations made it (`kernel` for the ground). */
const owners = new Map(
  findMigrations(order).flatMap(({ module, text }) =>
    [...text.matchAll(/create table (?:if not exists )?((?:app|site)\.\w+)/g)].map(([, table]) => [table!, module]),
  ),
);

/** Modules that open their tables for others to read in one statement with their own (docs/decisions/0012-records-in-versions-read-through-documents.md). */
const openToRead: Record<string, string[]> = { organisations: ['directory'] };
/** A statement that changes the table named after it. */
const changes =
  /(?:insertInto|updateTable|deleteFrom)\(\s*'([^' ]+)|(?:insert into|update|delete from)\s+((?:app|site)\.\w+)/gi;

/** Tables of other modules that a file names. What the kernel owns is everyone's ground; the kernel itself names its own alone. */
function foreignTables(path: string, text: string): string[] {
  const room = roomOf(path).replace('modules/', '');
  const changed = new Set([...text.matchAll(changes)].map(([, quoted, bare]) => quoted ?? bare));
  return [...new Set(text.match(/\b(?:app|site)\.[a-z]\w*/g) ?? [])].filter((name) => {
    const owner = owners.get(name);
    const read = owner !== undefined && openToRead[owner]?.includes(room) && !changed.has(name);
    return owner !== undefined && owner !== 'kernel' && owner !== room && !read;
  });
}

test('a table is named only by the module that owns it', () => {
  expect(owners.size).toBeGreaterThan(20);
  const named = sources.flatMap(({ path, text }) =>
    foreignTables(path, text).map((table) => `${path} names ${table}, which belongs to ${owners.get(table)}`),
  );
  expect(named).toEqual([]);
  expect(foreignTables('src/modules/site/x.ts', "tx.selectFrom('app.plan as p')")).toEqual(['app.plan']);
  expect(foreignTables('src/modules/directory/x.ts', 'select id from app.record')).toEqual([]);
  expect(foreignTables('src/modules/directory/x.ts', "insertInto('app.record')")).toEqual(['app.record']);
  expect(foreignTables('src/modules/directory/x.ts', 'delete from app.record')).toEqual(['app.record']);
});

test('a migration refers only to tables of its own module, of the kernel and of modules before it', () => {
  const rank = (module: string) => order.indexOf(module);
  const wrong = findMigrations(order).flatMap(({ module, name, text }) =>
    [...new Set(text.match(/\b(?:app|site)\.[a-z]\w*/g) ?? [])]
      .filter((table) => owners.has(table) && rank(owners.get(table)!) > rank(module))
      .map((table) => `${module}/${name} names ${table}`),
  );
  expect(wrong).toEqual([]);
});

/** Paths that a text quotes: of the repository's own folders, or as the target of a link. */
function quotedPaths(text: string, isDocument: boolean): string[] {
  const named = text.match(/(?<![\w/.@-])(?:src|docs|test|scripts|bin|bench|\.ci)\/[\w.*{},/-]*[\w*}](?!\w*<)/g) ?? [];
  const linked = isDocument ? [...text.matchAll(/\]\((?!https?:|mailto:|#|\/)([^)#\s]+)/g)].map(([, to]) => to!) : [];
  return [...named.map((path) => `/${path}`), ...linked];
}

test('paths quoted in documents and in comments exist', () => {
  const documents = readSources('{*.md,docs/**/*.md}');
  const comments = [...sources, ...readSources('src/**/*.sql'), ...readSources('scripts/*.mjs')].map(
    ({ path, text }) => ({ path, text: (text.match(/\/\*\*[\s\S]*?\*\/|(?:^|\s)(?:\/\/|--) .*$/gm) ?? []).join('\n') }),
  );
  const missing = [...documents, ...comments].flatMap(({ path, text }) => {
    const isDocument = path.endsWith('.md');
    return quotedPaths(text, isDocument)
      .filter((quoted) => {
        const at = quoted.startsWith('/') ? quoted.slice(1) : join(path, '..', quoted);
        if (/NNNN|…|\.\.\.|<|X\b/.test(at)) return false;
        return /[*{]/.test(at) ? globSync(at, { cwd: root }).length === 0 : !existsSync(join(root, at));
      })
      .map((quoted) => `${path}: ${quoted}`);
  });
  expect(missing).toEqual([]);
  expect(quotedPaths('See `src/app.ts` and [why](decisions/0001-x.md).', true)).toEqual([
    '/src/app.ts',
    'decisions/0001-x.md',
  ]);
});

test('the imports that package.json promises are the only doors', () => {
  const { imports: doors } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { imports: object };
  expect(Object.keys(doors)).toEqual(['#kernel', '#engines/*', '#ui', '#modules/*']);
});
