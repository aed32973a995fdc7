/**
 * A network's OpenID provider: its settings, kept with the secret sealed, and asked to describe itself before anything is saved. What is done with it
 * stands in single-sign-on.ts.
 */
import * as oidc from 'openid-client';
import { z } from 'zod';
import { action } from '../action.ts';
import type { App, Ctx } from '../context.ts';
import type { Tx } from '../database.ts';
import { Problem } from '../problem.ts';
import type { Text } from '../tables.ts';
import type { SealContext } from '../vault.ts';
import { view } from '../view.ts';
import { known } from './tables.ts';

const place = (networkId: string): SealContext => ({
  table: 'app.identity_provider',
  column: 'client_secret',
  row: networkId,
});
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Why an issuer's address is not accepted, as a message key, or null. Plain http is for tests and trials on one machine only. */
export function issuerProblem(issuer: string, production: boolean): string | null {
  if (!URL.canParse(issuer)) return 'identity.sso.issuerForm';
  const url = new URL(issuer);
  if (url.search || url.hash || url.username) return 'identity.sso.issuerForm';
  if (url.protocol === 'http:') return !production && loopback.test(url.hostname) ? null : 'identity.sso.issuerForm';
  if (url.protocol !== 'https:') return 'identity.sso.issuerForm';
  // A setting must not turn the server into a reader of its own private network.
  const inside = loopback.test(url.hostname) || /^[\d.]+$|^\[/.test(url.hostname) || !url.hostname.includes('.');
  return production && inside ? 'identity.sso.issuerForm' : null;
}

/** 'city.gov, @health.city.gov' → ['city.gov', 'health.city.gov']; null when one is no domain. */
export function readDomains(text: string): string[] | null {
  const domains = text
    .toLowerCase()
    .split(/[\s,;]+/)
    .map((domain) => domain.replace(/^@/, ''))
    .filter(Boolean);
  return domains.length > 0 && domains.every((domain) => /^([a-z0-9-]+\.)+[a-z]{2,}$/.test(domain))
    ? [...new Set(domains)]
    : null;
}

/** Whether an address stands exactly in one of the domains; a sub-domain is another domain. */
export const inDomains = (email: string, domains: readonly string[]): boolean =>
  domains.includes(email.toLowerCase().split('@').at(-1) ?? '');

export interface Provider {
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: string | null;
  domains: string[];
  enabled: boolean;
  changedAt: Date;
}

export async function readProvider(app: App, tx: Tx, networkId: string): Promise<Provider | null> {
  const row = await known(tx)
    .selectFrom('app.identity_provider')
    .selectAll()
    .where('network_id', '=', networkId)
    .executeTakeFirst();
  if (!row) return null;
  const secret = row.client_secret
    ? await app.services.vault.openText(tx, 'deployment', place(networkId), row.client_secret)
    : null;
  return {
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    clientSecret: secret,
    domains: row.domains,
    enabled: row.enabled,
    changedAt: row.changed_at,
  };
}

/** Asks the provider for its description. Throws when nothing there is one. */
export async function discover(
  app: App,
  provider: Pick<Provider, 'issuer' | 'clientId' | 'clientSecret'>,
): Promise<oidc.Configuration> {
  const plain = app.config.env !== 'production' && provider.issuer.startsWith('http:');
  return oidc.discovery(
    new URL(provider.issuer),
    provider.clientId,
    undefined,
    provider.clientSecret ? oidc.ClientSecretBasic(provider.clientSecret) : oidc.None(),
    { timeout: 10, ...(plain ? { execute: [oidc.allowInsecureRequests] } : {}) },
  );
}

/** Networks whose people can sign in at their own organisation, for the sign-in page: names only. */
export async function signInProviders(app: App): Promise<{ slug: string; network: Text; name: string }[]> {
  return app.db.run({ scope: 'system' }, (tx) =>
    known(tx)
      .selectFrom('app.identity_provider as i')
      .innerJoin('app.network as n', 'n.id', 'i.network_id')
      .select(['n.slug', 'n.name as network', 'i.name'])
      .where('i.enabled', '=', true)
      .orderBy('i.name')
      .execute(),
  );
}

export interface ProviderSettings {
  name: string;
  issuer: string;
  clientId: string;
  hasSecret: boolean;
  domains: string[];
  enabled: boolean;
}

export const viewProvider = view('identity.provider.read', {
  may: ['network_admin'],
  load: async ({ tx, ctx }: { tx: Tx; input: undefined; ctx: Ctx }): Promise<ProviderSettings | null> => {
    const row = await known(tx)
      .selectFrom('app.identity_provider')
      .selectAll()
      .where('network_id', '=', ctx.network!.id)
      .executeTakeFirst();
    if (!row) return null;
    return {
      name: row.name,
      issuer: row.issuer,
      clientId: row.client_id,
      hasSecret: row.client_secret !== null,
      domains: row.domains,
      enabled: row.enabled,
    };
  },
  audit: ({ ctx }) => ({ subject: `network:${ctx.network!.id}`, fields: ['identity_provider'] }),
});

const settings = z.object({
  name: z.string().trim().min(1).max(80),
  issuer: z.string().trim().min(1).max(300),
  clientId: z.string().trim().min(1).max(300),
  /** Empty keeps the secret there is. */
  clientSecret: z.string().max(1000).default(''),
  domains: z.string().trim().min(1).max(1000),
  enabled: z.stringbool().or(z.boolean()).default(false),
});

/** Asks the provider to describe itself before anything is saved. Throws Problem.invalid naming `issuer`. */
export async function checkProvider(ctx: Ctx, given: { issuer: string; clientId: string }): Promise<void> {
  const problem = issuerProblem(given.issuer, ctx.app.config.env === 'production');
  if (problem) throw Problem.invalid({ issuer: { key: problem } });
  await discover(ctx.app, { ...given, clientSecret: null }).catch(() => {
    throw Problem.invalid({ issuer: { key: 'identity.sso.noAnswer' } });
  });
}

export const saveProvider = action('identity.provider.save', {
  input: settings,
  may: ['network_admin'],
  stepUp: true,
  asSystem: true,
  check: ({ input, ctx }) => {
    const problem = issuerProblem(input.issuer, ctx.app.config.env === 'production');
    if (problem) throw Problem.invalid({ issuer: { key: problem } });
    if (!readDomains(input.domains)) throw Problem.invalid({ domains: { key: 'identity.sso.domainsForm' } });
  },
  run: async ({ tx, input, ctx }) => {
    const networkId = ctx.network!.id;
    const values = {
      name: input.name,
      issuer: input.issuer,
      client_id: input.clientId,
      domains: readDomains(input.domains)!,
      enabled: input.enabled,
      changed_at: ctx.app.clock(),
      ...(input.clientSecret
        ? { client_secret: await ctx.app.services.vault.seal(tx, 'deployment', place(networkId), input.clientSecret) }
        : {}),
    };
    await known(tx)
      .insertInto('app.identity_provider')
      .values({ network_id: networkId, client_secret: null, ...values })
      .onConflict((conflict) => conflict.column('network_id').doUpdateSet(values))
      .execute();
  },
  audit: ({ input, ctx }) => ({
    subject: `network:${ctx.network!.id}`,
    fields: ['name', 'issuer', 'client_id', 'domains', 'enabled', ...(input.clientSecret ? ['client_secret'] : [])],
  }),
});
