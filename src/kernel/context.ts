/**
 * Ctx: everything a page, an action or a job may know about who is asking and where. Made once per request or job, passed on, never global.
 */
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database, Tenant } from './database.ts';
import type { Locale, Translate } from './i18n.ts';
import type { HelpLine, Text } from './tables.ts';

export interface Network {
  id: string;
  slug: string;
  name: Text;
  tagline: Partial<Text>;
  languages: Locale[];
  defaultLocale: Locale;
  timezone: string;
  accent: string;
  lines: HelpLine[];
  isDemo: boolean;
  note: Partial<Text>;
  epoch: number;
}

export type Actor =
  | { kind: 'anonymous' }
  | {
      kind: 'person';
      personId: string;
      name: string;
      email: string;
      agencyId: string;
      /** Roles held in the network of this request, plus deployment roles. */
      roles: ReadonlySet<string>;
      sessionId: string;
      /** When this session last proved who is using it again; null when never after sign-in. */
      stepUpAt: Date | null;
    }
  | { kind: 'system'; job: string };

/** What a running Waymark is made of. */
export interface App {
  config: Config;
  db: Database;
  log: Logger;
  clock: () => Date;
  networks: NetworkDirectory;
  services: Services;
}

/** Parts that modules of the kernel add at start (jobs, mail, vault); typed by declaration merging in their own files. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Services {}

export interface NetworkDirectory {
  all(): Promise<Network[]>;
  bySlug(slug: string): Promise<Network | null>;
  byId(id: string): Promise<Network | null>;
  /** True while the database does not answer and the list may be old. */
  away(): boolean;
  /** Tells this process that something the public sees has changed. */
  touch(id: string): void;
}

export interface Ctx {
  app: App;
  network: Network | null;
  actor: Actor;
  locale: Locale;
  t: Translate;
  requestId: string;
  /** Why the person opens what they open, where a purpose was asked. */
  purpose: string;
}

/** The tenant that row-level security is told about. */
export function tenantOf(ctx: Pick<Ctx, 'network' | 'actor'>): Tenant {
  const { actor } = ctx;
  return {
    networkId: ctx.network?.id ?? null,
    agencyId: actor.kind === 'person' ? actor.agencyId : null,
    personId: actor.kind === 'person' ? actor.personId : null,
    scope: actor.kind === 'system' ? 'system' : '',
  };
}

/** The person who acts, to be noted beside what they did; null for the system and for visitors. */
export const authorOf = ({ actor }: Pick<Ctx, 'actor'>): string | null =>
  actor.kind === 'person' ? actor.personId : null;

/** Today's date where the network is, e.g. '2026-11-21'. */
export function today(ctx: Pick<Ctx, 'app' | 'network'>): string {
  return dayIn(ctx.app.clock(), ctx.network?.timezone ?? 'UTC');
}

/** The calendar day of an instant in a time zone. */
export function dayIn(at: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}
