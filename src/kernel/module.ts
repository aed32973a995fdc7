/**
 * defineModule(): a module is its folder plus one line in src/modules.ts. Routes, words, navigation, roles, jobs, schedules, subscribers,
 * figures and mail come from here; SQL comes from the folder's `migrations`.
 */
import type { z } from 'zod';
import type { Ctx } from './context.ts';
import type { Tx } from './database.ts';
import type { DomainEvent } from './events.ts';
import type { Req } from './request.ts';
import type { Locale, Messages } from './i18n.ts';
import type { Access } from './policy.ts';

/** What a handler returns: a page (hono/jsx) or a finished response. */
// oxlint-disable-next-line typescript/no-explicit-any -- hono/jsx has no narrower type for an element
export type Reply = any;

/** How an API route is described in the OpenAPI document. */
export interface ApiDoc {
  summary: string;
  query?: z.ZodType;
  response: z.ZodType;
  /** Other media types the same address gives, e.g. text/csv. */
  also?: string[];
}

export interface Route {
  method: 'GET' | 'POST';
  /** Hono pattern; `:network` as the first part resolves the network. */
  path: string;
  access: Access;
  handler: (req: Req) => Reply;
  /** page (default) answers errors in HTML, api in JSON. */
  kind?: 'page' | 'api';
  /** A page a survivor may open: nothing kept on the device, neutral title, no referrer. */
  survivor?: boolean;
  /** The path holds a one-time token: never logged, never kept by the browser, never sent on as a referrer. */
  secretPath?: boolean;
  /** Same bytes for everyone who is not signed in until something public changes. */
  cache?: boolean;
  /** Answers also where the database is away and however often it is asked for: leaving must never fail. */
  always?: boolean;
  /**
   * Programs and pages of other sites may ask (src/kernel/open-door.ts): no cookie is read, a POST only asks and never writes, and it has a limit of
   * its own, so that who asks much of it takes nobody's pages away. Only with access `public` and kind `api`.
   */
  open?: boolean;
  /** May be shown in another site's frame: no cookie is read, so that nobody's own view stands there. */
  embed?: boolean;
  /**
   * A POST that only asks and writes nothing. It needs no hidden field of a session, because it also comes from pages that are the same for everybody;
   * it comes from our own origin all the same.
   */
  asks?: boolean;
  /** Largest body in bytes; default 256 kB. */
  maxBody?: number;
  doc?: ApiDoc;
}

export interface NavItem {
  /** Path below the network, e.g. `/plans`. */
  path: string;
  /** Message key. */
  label: string;
  access: Access;
  /** Where it stands in the row; lower is earlier. */
  order: number;
  /** Pages elsewhere that belong to it, e.g. `/organizations`. */
  also?: readonly string[];
}

/** Background work. `run` is handed a system Ctx of the network named in the data, and must be safe to run twice. */
export interface Job<T = Record<string, unknown>> {
  name: string;
  run: (ctx: Ctx, data: T) => Promise<void>;
}

export interface Schedule {
  /** Job name. */
  job: string;
  /** Cron in UTC, five fields. */
  cron: string;
  /** Run once for every network (default) or once for the deployment. */
  per?: 'network' | 'deployment';
}

/** Called for each event after it committed. */
export type Subscriber = { event: string; name: string } & (
  | {
      /** Must be safe to run twice: a crash after it and before it is noted runs it again. */
      run: (ctx: Ctx, event: DomainEvent & { id: string }) => Promise<void>;
      apply?: never;
    }
  | {
      /** Works only through `tx`, the transaction that also notes the delivery: takes effect exactly once. */
      apply: (tx: Tx, ctx: Ctx, event: DomainEvent & { id: string }) => Promise<void>;
      run?: never;
    }
);

/** One line in a person's daily mail. `key` is stable so that nothing is told twice; `path` starts at the site's root, e.g. `/harbor/plans/x`. */
export interface DigestItem {
  key: string;
  text: string;
  path: string;
  urgency: 'late' | 'due' | 'waiting' | 'news';
}

/** What a module has to tell one person today, in that person's language (ctx.t). */
export interface DigestSource {
  name: string;
  items: (ctx: Ctx, person: { id: string; roles: ReadonlySet<string> }) => Promise<DigestItem[]>;
}

/** A figure that this module publishes and another may show as evidence. Values are dated and never identify anyone. */
export interface IndicatorSource {
  /** `module.figure`, e.g. `training.people-trained`. */
  key: string;
  /** Message key of its name. */
  label: string;
  unit: 'count' | 'percent' | 'days' | 'money';
  /** Values for the periods that end on the given days; null where it cannot say. */
  values: (ctx: Ctx, periodEnds: string[]) => Promise<{ on: string; value: number | null }[]>;
}

/** A part of the network's home page, or of the staff start page. */
export interface Panel {
  place: 'home' | 'start';
  order: number;
  access: Access;
  render: (req: Req) => Promise<Reply>;
}

/** One step of a network's set-up guide. Whether it is done is read from facts each time; nothing is ticked by hand. */
export interface SetupStep {
  /** Message key of what to do, e.g. "Publish a plan". */
  label: string;
  /** Path below the network where it is done. */
  path: string;
  order: number;
  done: (ctx: Ctx) => Promise<boolean>;
}

export interface Module {
  name: string;
  messages: Record<Locale, Messages>;
  routes: Route[];
  nav: NavItem[];
  staffNav: NavItem[];
  /** Small links at the foot of every page of a network. */
  footerNav: NavItem[];
  /** Role → message key of its name. */
  roles: Record<string, string>;
  jobs: Job[];
  schedules: Schedule[];
  subscribers: Subscriber[];
  digests: DigestSource[];
  indicators: IndicatorSource[];
  panels: Panel[];
  setup: SetupStep[];
  /** Public pages for the sitemap: paths below a network. */
  sitemap: (ctx: Ctx) => Promise<string[]>;
  /** Reads in what would make the first visitor after a start wait (src/kernel/warm.ts). Nothing may depend on it. */
  warm: (ctx: Ctx) => Promise<void>;
}

export function defineModule(given: Partial<Module> & Pick<Module, 'name' | 'messages'>): Module {
  return {
    routes: [],
    nav: [],
    staffNav: [],
    footerNav: [],
    roles: {},
    // oxlint-disable-next-line typescript/no-explicit-any -- jobs differ in their data
    jobs: [] as any[],
    schedules: [],
    subscribers: [],
    digests: [],
    indicators: [],
    panels: [],
    setup: [],
    sitemap: async () => [],
    warm: async () => {},
    ...given,
  };
}

/** Shorthand for a GET and a POST route. */
export const get = (path: string, access: Access, handler: Route['handler'], more: Partial<Route> = {}): Route => ({
  method: 'GET',
  path,
  access,
  handler,
  ...more,
});
export const post = (path: string, access: Access, handler: Route['handler'], more: Partial<Route> = {}): Route => ({
  method: 'POST',
  path,
  access,
  handler,
  ...more,
});
