import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApp, webApp } from '../src/app.ts';
import { readConfig, root } from '../src/config.ts';
import { openDatabase } from '../src/kernel/database.ts';
import { main } from './main.ts';
import { commands } from './registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'waymark-cli-'));
const env = (dataDir: string, more: Record<string, string> = {}) => ({
  NODE_ENV: 'test',
  DEMO: '0',
  LOG_LEVEL: 'silent',
  DATA_DIR: join(folder, dataDir),
  ...more,
});

/** Runs a command line in this process: exit code, stdout, stderr. */
async function run(words: string[], settings: Record<string, string>) {
  const said = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') => ({
    write: (text: string | Uint8Array) => {
      said[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
      return true;
    },
  });
  const code = await main(words, settings, { stdout: into('stdout'), stderr: into('stderr') });
  return { code, ...said, json: () => JSON.parse(said.stdout) };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('help and mistakes', () => {
  test('every command explains itself in words and in JSON, with every option, without touching a database', async () => {
    const settings = env('never-made');
    for (const command of commands) {
      const help = await run([...command.name.split(' '), '--help'], settings);
      expect(help.code).toBe(0);
      expect(help.stdout).toContain(`waymark ${command.name}`);
      for (const [name, option] of Object.entries(command.options)) {
        expect(help.stdout).toContain(`--${name}`);
        expect(help.stdout).toContain(option.about);
      }
      expect((await run([...command.name.split(' '), '--help', '--json'], settings)).json().name).toBe(command.name);
    }
    const all = await run(['--help'], settings);
    expect(all.code).toBe(0);
    for (const command of commands) expect(all.stdout).toContain(command.summary);
    expect(existsSync(settings.DATA_DIR)).toBe(false);
  });

  test('every module that has a cli.ts is in the registry', () => {
    const having = readdirSync(join(root, 'src/modules')).filter((name) =>
      existsSync(join(root, 'src/modules', name, 'cli.ts')),
    );
    const text = readFileSync(join(root, 'bin/registry.ts'), 'utf8');
    for (const name of having) expect(text).toContain(`modules/${name}/cli.ts`);
    expect(new Set(commands.map((command) => command.name)).size).toBe(commands.length);
  });

  test.each([
    { words: [], says: /Say what to do/ },
    { words: ['dance'], says: /There is no command "dance"/ },
    { words: ['audit'], says: /There is no command "audit"/ },
    { words: ['backup'], says: /FILE is missing/ },
    { words: ['backup', 'a', 'b'], says: /"b" is one word too many/ },
    { words: ['backup', 'a', '--no-keys', '--keys-only'], says: /--no-keys goes with neither/ },
    { words: ['migrate', '--fast'], says: /Unknown option '--fast'/ },
    { words: ['network', 'add', 'x'], says: /--name is missing/ },
    { words: ['network', 'add', 'x', '--name', ' '], says: /--name is empty/ },
    { words: ['network', 'add', 'x', '--name', 'X', '--languages', 'en,fr'], says: /--languages: enter/ },
  ])('called as "$words" it says what is wrong and ends with 2', async ({ words, says }) => {
    const plain = await run(words, env('mistakes'));
    expect(plain.code).toBe(2);
    expect(plain.stdout).toBe('');
    expect(plain.stderr).toMatch(says);
    const json = await run([...words, '--json'], env('mistakes'));
    expect(json.code).toBe(2);
    expect(json.json().error.kind).toBe('usage');
    expect(json.json().error.message).toMatch(says);
  });

  test('bad settings are named and end with 1', async () => {
    const bad = await run(['migrate', '--json'], env('bad', { PORT: 'x', ROOT_KEY: 'short' }));
    expect(bad.code).toBe(1);
    expect(bad.json().error.message).toMatch(/PORT: .*\nROOT_KEY: enter 64 hexadecimal/);
  });
});

describe('on an embedded database', () => {
  const settings = env('work', { BASE_URL: 'https://waymark.example.org' });
  const file = join(folder, 'work.backup');

  test('migrate runs every file once and says which', async () => {
    const first = await run(['migrate', '--json'], settings);
    expect(first.code).toBe(0);
    expect(first.json().ran.length).toBe(first.json().total);
    expect(first.stderr).toMatch(/database: kernel 0001_kernel\.sql/);
    const again = await run(['--json', 'migrate'], settings);
    expect(again.json()).toEqual({ ran: [], total: first.json().total, database: 'embedded' });
  });

  test('a network and its first administrator are made, and the link they get opens', async () => {
    const network = await run(
      ['network', 'add', 'bayside', '--name', 'Bayside', '--name-es', 'Bahía', '--json'],
      settings,
    );
    expect(network.json()).toMatchObject({ slug: 'bayside', url: 'https://waymark.example.org/bayside' });
    expect((await run(['network', 'list', '--json'], settings)).json()).toMatchObject([
      { slug: 'bayside', name: { en: 'Bayside', es: 'Bahía' }, languages: ['en', 'es'] },
    ]);
    const add = (...more: string[]) =>
      run(
        [
          'user',
          'add',
          'Ada@Example.org',
          '--name',
          'Ada Example',
          '--network',
          'bayside',
          '--agency',
          'Mayor’s office',
          ...more,
        ],
        settings,
      );
    const unknown = await add('--role', 'network_admin');
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringMatching(/There is no agency Mayor’s office.*--new-agency/),
    ]);
    expect((await add('--role', 'queen', '--new-agency')).stderr).toMatch(
      /There is no role queen\. There are: .*network_admin/,
    );
    const made = await add('--role', 'network_admin', '--role', 'operator', '--new-agency', '--json');
    expect(made.code).toBe(0);
    const { link, expiresAt } = made.json() as { link: string; expiresAt: string };
    expect(link).toMatch(/^https:\/\/waymark\.example\.org\/bayside\/join\/[\w-]{43}$/);
    expect(new Date(expiresAt).getTime()).toBeGreaterThan(Date.now());
    expect(made.stderr).toBe('');

    const app = await openApp({ config: readConfig(settings) });
    try {
      const grants = await app.db.run({ scope: 'system' }, (tx) =>
        tx
          .selectFrom('app.role_grant as g')
          .innerJoin('app.person as p', 'p.id', 'g.person_id')
          .select(['p.email', 'g.role', 'g.network_id'])
          .orderBy('g.role')
          .execute(),
      );
      expect(grants.map((g) => [g.email, g.role, g.network_id === null])).toEqual([
        ['ada@example.org', 'network_admin', false],
        ['ada@example.org', 'operator', true],
      ]);
      const page = await webApp(app).fetch(
        new Request(link.replace('https://waymark.example.org', 'http://localhost')),
      );
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('Ada Example');
    } finally {
      await app.db.close();
    }
    const twice = await run(['network', 'add', 'bayside', '--name', 'Again'], settings);
    expect(twice.code).toBe(1);
    const reserved = await run(['network', 'add', 'api', '--name', 'Again'], settings);
    expect(reserved.code).toBe(1);
  });

  test('audit sign and verify agree, and verify ends with 1 and the network’s name when an entry was changed', async () => {
    expect((await run(['audit', 'sign', '--json'], settings)).json().signed.length).toBeGreaterThan(0);
    const good = await run(['audit', 'verify', '--json'], settings);
    expect([good.code, good.json().ok, good.json().signed.checked > 0]).toEqual([0, true, true]);
    expect((await run(['audit', 'verify'], settings)).stdout).toMatch(/in order\. \d+ signed heads? compared/);
    const tamper = async (reason: string) => {
      const db = await openDatabase(readConfig(settings));
      await sql`update app.audit_entry set reason = ${reason} where seq = 1 and chain <> '00000000-0000-0000-0000-000000000000'`.execute(
        db.owner,
      );
      await db.close();
    };
    await tamper('because');
    const bad = await run(['audit', 'verify'], settings);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/1 problem\.\nbayside: Entry 1 was changed after it was written\./);
    expect((await run(['audit', 'verify', '--json'], settings)).json().problems).toMatchObject([
      { name: 'bayside', seq: 1, kind: 'changed' },
    ]);
    await tamper('');
    expect((await run(['audit', 'verify', '--heads', join(folder, 'none')], settings)).code).toBe(1);
  });

  test('the root key is changed in place, and everything opens under the new one', async () => {
    const keyFile = join(settings.DATA_DIR, 'keys/root.key');
    const sealing = async () => {
      const app = await openApp({ config: readConfig(settings) });
      const at = { table: 't', column: 'c', row: 'r' };
      const sealed = await app.db.run({ scope: 'system' }, (tx) =>
        app.services.vault.seal(tx, 'deployment', at, 'kept'),
      );
      await app.db.close();
      return async () => {
        const later = await openApp({ config: readConfig(settings) });
        const text = await later.db.run({ scope: 'system' }, (tx) =>
          later.services.vault.openText(tx, 'deployment', at, sealed),
        );
        await later.db.close();
        return text;
      };
    };
    const reopen = await sealing();
    const before = readFileSync(keyFile, 'utf8');
    const changed = await run(['keys', 'rotate-root', '--json'], settings);
    expect(changed.code).toBe(0);
    expect(readFileSync(keyFile, 'utf8')).not.toBe(before);
    expect(await reopen()).toBe('kept');
    expect((await run(['audit', 'verify'], settings)).code).toBe(0);
    // A key from the environment cannot be replaced where it came from: it needs a file.
    const given = { ...settings, ROOT_KEY: readFileSync(keyFile, 'utf8').trim() };
    expect((await run(['keys', 'rotate-root'], given)).code).toBe(2);
    const to = join(folder, 'next.key');
    expect((await run(['keys', 'rotate-root', '--to', to], given)).code).toBe(0);
    const wrong = await run(['audit', 'verify'], given);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/wrapped with/)]);
    writeFileSync(keyFile, readFileSync(to));
    expect(await reopen()).toBe('kept');
  });

  test('backup, then restore elsewhere: refused without the root key, whole with it, and never onto what is there', async () => {
    const made = await run(['backup', file, '--json'], settings);
    expect(made.code).toBe(0);
    expect(made.json()).toMatchObject({ data: { file }, keys: { file: `${file}.keys` } });
    expect([
      (await run(['backup', file], settings)).code,
      (await run(['backup', file, '--keys-only'], settings)).code,
    ]).toEqual([1, 1]);

    const elsewhere = env('elsewhere');
    const keyless = await run(['restore', file], elsewhere);
    expect([keyless.code, keyless.stderr]).toEqual([
      1,
      expect.stringMatching(/root key .* is missing\. Put it back at/),
    ]);
    expect(existsSync(join(elsewhere.DATA_DIR, 'keys/root.key'))).toBe(false);
    mkdirSync(join(elsewhere.DATA_DIR, 'keys'), { recursive: true });
    writeFileSync(join(elsewhere.DATA_DIR, 'keys/root.key'), readFileSync(join(settings.DATA_DIR, 'keys/root.key')));
    rmSync(`${file}.keys`);
    const asks = await run(['restore', file], elsewhere);
    expect([asks.code, asks.stderr]).toEqual([2, expect.stringMatching(/There is no key file at .*--no-keys/)]);
    const done = await run(['restore', file, '--no-keys', '--json'], elsewhere);
    expect([done.code, done.stderr]).toEqual([0, expect.anything()]);
    expect(done.json()).toMatchObject({ rows: made.json().data.rows, audit: { ok: true } });
    expect((await run(['network', 'list', '--json'], elsewhere)).json()).toMatchObject([{ slug: 'bayside' }]);
    const onto = await run(['restore', file, '--no-keys'], elsewhere);
    expect([onto.code, onto.stderr]).toEqual([1, expect.stringMatching(/not empty/)]);
    expect((await run(['audit', 'verify'], elsewhere)).code).toBe(0);
  });

  test('demo reset loads the demonstration and leaves other networks alone', async () => {
    const done = await run(['demo', 'reset', '--json'], settings);
    expect(done.code).toBe(0);
    expect(done.json().loaded).toContain('harbor');
    const slugs = (await run(['network', 'list', '--json'], settings)).json().map((one: { slug: string }) => one.slug);
    expect(slugs).toEqual(expect.arrayContaining(['bayside', 'harbor', 'houston']));
  });
});

describe('as a process', () => {
  const script = join(root, 'dist/test-cli/waymark.js');
  beforeAll(async () => {
    await build({
      absWorkingDir: root,
      entryPoints: ['./bin/waymark.ts'],
      outdir: 'dist/test-cli',
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node26',
      packages: 'external',
      jsx: 'automatic',
      jsxImportSource: 'hono/jsx',
      logLevel: 'warning',
    });
  });
  afterAll(() => rmSync(join(root, 'dist/test-cli'), { recursive: true, force: true }));
  const spawn = (words: string[], settings: Record<string, string>) =>
    spawnSync(process.execPath, [script, ...words], { encoding: 'utf8', env: { PATH: process.env.PATH, ...settings } });

  test('while the server has the embedded database, a command says so and ends with 1', async () => {
    const settings = env('locked');
    const db = await openDatabase(readConfig(settings));
    try {
      const refused = spawn(['audit', 'verify', '--json'], settings);
      expect(refused.status).toBe(1);
      expect(JSON.parse(refused.stdout).error.message).toMatch(
        new RegExp(`in use by process ${process.pid}\\. Stop it first`),
      );
    } finally {
      await db.close();
    }
    const free = spawn(['audit', 'verify', '--json'], settings);
    expect(free.status).toBe(0);
    expect(JSON.parse(free.stdout).ok).toBe(true);
    expect(spawn(['dance'], settings).status).toBe(2);
  });
});
