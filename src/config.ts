/**
 * The environment, read once at start. Every bad value is named in one message that says what to enter instead.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The project's folder: where package.json, the SQL files and the assets are, whether run from sources or from the bundle. */
export const root = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder) throw new Error('package.json was not found above the running file.');
    folder = dirname(folder);
  }
  return folder;
})();

const flag = z
  .enum(['0', '1', 'true', 'false'], { error: 'enter 1 or 0' })
  .transform((value) => value === '1' || value === 'true');

const environment = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'], { error: 'enter development, test or production' })
    .default('development'),
  PORT: z.coerce.number({ error: 'enter a port number, e.g. 3000' }).int().min(0).max(65535).default(3000),
  HOST: z.string().min(1).default('localhost'),
  DATA_DIR: z.string().min(1).default('data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'enter an address such as postgres://user:password@host:5432/waymark' })
    .optional(),
  DATABASE_POOL: z.coerce.number({ error: 'enter a number of connections, e.g. 10' }).int().min(2).max(200).default(10),
  BASE_URL: z.url({ error: 'enter the public address, e.g. https://waymark.example.org' }).optional(),
  DEMO: flag.optional(),
  DEMO_TO_ANYONE: flag.default(false),
  ALLOW_EMBEDDED_IN_PRODUCTION: flag.default(false),
  TRUST_PROXY: flag.default(false),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'enter trace, debug, info, warn, error or silent',
    })
    .default('info'),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, { error: 'enter an address such as smtps://user:password@mail.example.org' })
    .optional(),
  MAIL_FROM: z.string().min(3).default('Waymark <no-reply@localhost>'),
  ROOT_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, { error: 'enter 64 hexadecimal characters (32 random bytes)' })
    .optional(),
  ROOT_KEY_FILE: z.string().min(1).optional(),
  AUDIT_HEADS_FILE: z.string().min(1).optional(),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\w.~+/=-]{24,}$/, {
      error: 'enter at least 24 letters and digits, for example from: openssl rand -hex 24',
    })
    .optional(),
});

export interface Config {
  env: 'development' | 'test' | 'production';
  port: number;
  host: string;
  dataDir: string;
  /** null: the embedded database under dataDir. */
  databaseUrl: string | null;
  databasePool: number;
  /** The public origin, without a trailing slash. */
  baseUrl: string;
  demo: boolean;
  /** The demo's open doors (one-click sign-in, letters to read) stay open where others can reach them. */
  demoToAnyone: boolean;
  trustProxy: boolean;
  logLevel: string;
  smtpUrl: string | null;
  mailFrom: string;
  /** 32 bytes that wrap every other key; kept outside the database. null: the vault makes one in dataDir (embedded only). */
  rootKey: Buffer | null;
  /** Where the ends of the audit chains are kept signed; best on a disk that the database's keeper cannot write. */
  auditHeadsFile: string;
  /** What a collector must show to read /metrics; null: there is no such address. */
  metricsToken: string | null;
}

/** What is wrong with the settings, one line each; the caller prints it and stops. */
export class ConfigError extends Error {}

/** Reads the settings. Throws ConfigError naming every bad variable at once. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}.`).join('\n'));
  }
  const e = parsed.data;
  const embedded = !e.DATABASE_URL;
  if (e.NODE_ENV === 'production' && embedded && !e.ALLOW_EMBEDDED_IN_PRODUCTION) {
    throw new ConfigError(
      'DATABASE_URL: the embedded database does not survive a power loss, so production refuses it. ' +
        'Enter the address of a PostgreSQL 15 or newer server, or set ALLOW_EMBEDDED_IN_PRODUCTION=1 if losing the last minutes is acceptable.',
    );
  }
  if (e.NODE_ENV === 'production' && !e.BASE_URL) {
    throw new ConfigError(
      'BASE_URL: enter the public address, e.g. https://waymark.example.org. Sign-in links and passkeys depend on it.',
    );
  }
  return {
    env: e.NODE_ENV,
    port: e.PORT,
    host: e.HOST,
    dataDir: resolve(root, e.DATA_DIR),
    databaseUrl: e.DATABASE_URL ?? null,
    databasePool: e.DATABASE_POOL,
    baseUrl: (e.BASE_URL ?? `http://localhost:${e.PORT}`).replace(/\/+$/, ''),
    demo: e.DEMO ?? (embedded && e.NODE_ENV !== 'production'),
    demoToAnyone: e.DEMO_TO_ANYONE,
    trustProxy: e.TRUST_PROXY,
    logLevel: e.LOG_LEVEL,
    smtpUrl: e.SMTP_URL ?? null,
    mailFrom: e.MAIL_FROM,
    rootKey: readRootKey(e.ROOT_KEY, e.ROOT_KEY_FILE),
    auditHeadsFile: e.AUDIT_HEADS_FILE ? resolve(e.AUDIT_HEADS_FILE) : resolve(root, e.DATA_DIR, 'audit-heads.jsonl'),
    metricsToken: e.METRICS_TOKEN ?? null,
  };
}

const loopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(host);

/**
 * Whether a demo's doors are open: signing in as an invented person without a key, and reading the letters. Only where nobody but this machine gets
 * in (it listens on loopback and its public address is this machine's own), unless whoever runs it says otherwise.
 */
export const demoDoorsOpen = (config: Pick<Config, 'demo' | 'demoToAnyone' | 'host' | 'baseUrl'>): boolean =>
  config.demo && (config.demoToAnyone || (loopback(config.host) && loopback(new URL(config.baseUrl).hostname)));

function readRootKey(hex: string | undefined, file: string | undefined): Buffer | null {
  if (hex) return Buffer.from(hex, 'hex');
  if (!file) return null;
  if (!existsSync(file)) throw new ConfigError(`ROOT_KEY_FILE: there is no file at ${file}.`);
  const text = readFileSync(file, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/i.test(text)) {
    throw new ConfigError(
      'ROOT_KEY_FILE: the file must hold 64 hexadecimal characters (32 random bytes) and nothing else.',
    );
  }
  return Buffer.from(text, 'hex');
}
