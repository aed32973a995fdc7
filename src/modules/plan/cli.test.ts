/** The plan commands: a file in, a file out, two people for publishing, and sentences for what is wrong. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path, { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../../bin/main.ts';

const folder = mkdtempSync(join(tmpdir(), 'waymark-plan-cli-'));
const env = { NODE_ENV: 'test', DEMO: '0', LOG_LEVEL: 'silent', DATA_DIR: join(folder, 'data') };
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

async function run(...words: string[]) {
  const said = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') => ({
    write: (text: string | Uint8Array, done?: (error?: Error | null) => void) => {
      said[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
      done?.();
      return true;
    },
  });
  const code = await main(words, env, {
    stdout: into('stdout') as NodeJS.WritableStream,
    stderr: into('stderr') as NodeJS.WritableStream,
  });
  return { code, ...said, json: () => JSON.parse(said.stdout) };
}

const text = `Objective 1: Prevent
Tactic 1.1: Train hotel staff
Completed
Tactic 1.2: Print cards
In Progress
Tactic 1.3: Hold a fair
Not Necessary
`;
const where = ['--network', 'bayside', '--plan', 'phase-1'];

beforeAll(async () => {
  const made = await run('network', 'add', 'bayside', '--name', 'Bayside');
  expect(made.stderr + made.stdout).toContain('bayside');
  for (const [email, role] of [
    ['writer@example.org', 'plan_editor'],
    ['second@example.org', 'plan_approver'],
  ] as const)
    expect(
      (
        await run(
          'user',
          'add',
          email,
          '--name',
          `Person ${role}`,
          '--network',
          'bayside',
          '--agency',
          'Office',
          '--new-agency',
          '--role',
          role,
        )
      ).code,
    ).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a dry run needs no network, prints what it found and writes nothing', async () => {
  const dry = await run('plan', 'import', file('plan.txt', text), '--dry-run', '--as-of', '2026-01-31', '--json');
  expect(dry.code).toBe(0);
  expect(dry.json()).toEqual({
    levels: [
      { name: 'Objective', count: 1 },
      { name: 'Tactic', count: 3 },
    ],
    leaves: 3,
    statuses: { done: 1, active: 1, notBegun: 0, ongoing: 0, excluded: 1, unknown: 0 },
    published: null,
    problems: [],
  });
  const there = await run('plan', 'import', join(folder, 'plan.txt'), ...where, '--dry-run');
  expect(there.code).toBe(0);
  const out = await run('plan', 'export', ...where, '--draft');
  expect(out.code).toBe(1);
  expect(out.stderr).toMatch(/no plan at this address/);
});

test('an import writes the draft, a second one nothing, and publishing needs two people', async () => {
  const first = await run('plan', 'import', join(folder, 'plan.txt'), ...where, '--as-of', '2026-01-31');
  expect(first.code).toBe(0);
  expect(first.stdout).toContain('4 added, 0 changed, 3 statuses');
  const hidden = await run('plan', 'export', ...where);
  expect(hidden.code).toBe(1);
  const published = await run(
    'plan',
    'import',
    join(folder, 'plan.txt'),
    ...where,
    '--publish',
    '--requested-by',
    'writer@example.org',
    '--approved-by',
    'second@example.org',
  );
  expect(published.code).toBe(0);
  expect(published.stdout).toContain('0 added, 0 changed, 0 statuses');
  expect(published.stderr).toContain('Published as revision 1');
  const out = await run('plan', 'export', ...where);
  expect(out.code).toBe(0);
  expect(out.stdout).toContain('Train hotel staff');
  const target = join(folder, 'out.json');
  const written = await run('plan', 'export', ...where, target, '--json');
  expect(written.json()).toMatchObject({ format: 'json', rows: 4, leaves: 3 });
  expect(JSON.parse(readFileSync(target, 'utf8')).rows).toHaveLength(4);
  const back = await run('plan', 'import', target, ...where);
  expect(back.stdout).toContain('4 items stay as they are');
});

test.each([
  { words: ['plan', 'import', 'nowhere.txt', ...where], code: 1, says: /There is no file .*nowhere\.txt/ },
  { words: ['plan', 'import', 'plan.txt', '--plan', 'x'], code: 2, says: /--network is missing/ },
  {
    words: ['plan', 'import', 'plan.txt', '--network', 'nowhere', '--plan', 'x'],
    code: 1,
    says: /no network nowhere\. There are: bayside/,
  },
  { words: ['plan', 'import', 'plan.txt', ...where, '--as-of', '2019-02-30'], code: 2, says: /Enter a real day/ },
  {
    words: ['plan', 'import', 'plan.txt', '--network', 'bayside', '--plan', 'Phase 1'],
    code: 1,
    says: /small letters, numbers and hyphens/,
  },
  { words: ['plan', 'import', 'plan.txt', ...where, '--publish'], code: 2, says: /two people/ },
  {
    words: ['plan', 'import', 'plan.txt', ...where, '--publish', '--requested-by', 'a@b.c', '--approved-by', 'A@b.c'],
    code: 2,
    says: /another person/,
  },
  {
    words: ['plan', 'import', 'plan.txt', ...where, '--publish', '--requested-by', 'a@b.c', '--approved-by', 'd@b.c'],
    code: 1,
    says: /nobody with the address a@b\.c/,
  },
  { words: ['plan', 'export', '--network', 'bayside', '--plan', 'nothing'], code: 1, says: /no plan at this address/ },
  { words: ['plan', 'export', '--network', 'nowhere', '--plan', 'phase-1'], code: 1, says: /no network nowhere/ },
  { words: ['plan', 'export', ...where, '--format', 'pdf'], code: 2, says: /csv, xlsx or json/ },
])('"$words" says what is wrong', async ({ words, code, says }) => {
  const given = words.map((word) => (word === 'plan.txt' ? join(folder, 'plan.txt') : word));
  const ran = await run(...given);
  expect(ran.stderr).toMatch(says);
  expect(ran.code).toBe(code);
});

test('a file that is no plan prints its problems with their lines and ends with 1', async () => {
  const bad = await run(
    'plan',
    'import',
    file('bad.csv', 'Level,Number,Title,Status\nGoal,1,A,\nAction,1.1,#REF!,Completed\n'),
    '--network',
    'bayside',
    '--plan',
    'broken',
    '--json',
  );
  expect(bad.code).toBe(1);
  expect(bad.json().problems[0]).toEqual({ line: 3, message: expect.stringContaining('#REF!') });
  expect(Object.keys(bad.json())).toEqual(['levels', 'leaves', 'statuses', 'published', 'problems']);
});

const seed = path.resolve(
  process.env.WAYMARK_SHARED ?? path.resolve(import.meta.dirname, '../../../../shared'),
  'seeds/000_9e6cc38383cb18cd.txt',
);
test.skipIf(!existsSync(seed))('the published page of a real plan', async () => {
  const real = await run('plan', 'import', seed, '--network', 'bayside', '--plan', 'real', '--json');
  expect(real.code).toBe(0);
  expect(real.json()).toMatchObject({
    levels: [{ count: 6 }, { count: 13 }, { count: 64 }],
    leaves: 64,
    published: { done: 41, active: 14, notBegun: 8, excluded: 1, percent: 65, asOf: '2019-04-25' },
  });
});
