/**
 * Single sign-on (OpenID Connect): a network may let its people sign in at their own organisation. Code flow with PKCE, state and nonce; what must be
 * remembered is sealed here and bound to one browser by a cookie.
 *
 * An account is found by the provider's issuer and subject, never by a mail address: whoever runs a provider could otherwise name any address and
 * become anybody. The two are connected either by the person, signed in, on the account page, or by an invited person holding the invitation's
 * link. So only people who exist or are invited get in, and an administrator cannot sign in as somebody else by pointing a network at a provider.
 */
import * as oidc from 'openid-client';
import type { App, Ctx } from '../context.ts';
import { Problem } from '../problem.ts';
import { viewArrival } from './arrival.ts';
import { beginCeremony, takeCeremony } from './ceremony.ts';
import { NewWay, Proof } from './proof.ts';
import { discover, inDomains, type Provider, readProvider } from './provider.ts';
import { known } from './tables.ts';
import { openingLinks } from './ways.ts';

interface Known {
  key: string;
  until: number;
  configuration: oidc.Configuration;
}
const discovered = new WeakMap<App, Map<string, Known>>();
const discoveryMinutes = 10;

/** The provider's own description, asked for at most every ten minutes. */
async function configurationOf(app: App, networkId: string, provider: Provider): Promise<oidc.Configuration> {
  let kept = discovered.get(app);
  if (!kept) discovered.set(app, (kept = new Map()));
  const key = `${provider.issuer} ${provider.clientId} ${provider.changedAt.getTime()}`;
  const before = kept.get(networkId);
  if (before?.key === key && before.until > Date.now()) return before.configuration;
  const configuration = await discover(app, provider).catch(() => {
    throw Problem.conflict('identity.sso.unreachable');
  });
  kept.set(networkId, { key, until: Date.now() + discoveryMinutes * 60_000, configuration });
  return configuration;
}

/** What a person is doing at the provider. */
export type SsoIntent =
  | { kind: 'signIn'; next: string }
  | { kind: 'join'; token: string }
  | { kind: 'connect'; personId: string }
  | { kind: 'confirm'; personId: string; next: string };

const returnAddress = (ctx: Ctx): string => `${ctx.app.config.baseUrl}/${ctx.network!.slug}/sign-in/return`;

async function enabledProvider(ctx: Ctx): Promise<Provider> {
  const provider = await ctx.app.db.run({ scope: 'system' }, (tx) => readProvider(ctx.app, tx, ctx.network!.id));
  if (!provider?.enabled) throw Problem.notFound();
  return provider;
}

/** Sends a person to the network's provider: the address to go to, and the handle for this browser's cookie. */
export async function beginSso(ctx: Ctx, intent: SsoIntent): Promise<{ url: string; handle: string }> {
  const provider = await enabledProvider(ctx);
  const configuration = await configurationOf(ctx.app, ctx.network!.id, provider);
  const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: returnAddress(ctx),
    scope: 'openid email profile',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    // Proving it again means typing it again, not a session that is still open over there.
    ...(intent.kind === 'confirm' ? { prompt: 'login', max_age: '0' } : {}),
  });
  const data = { verifier, state, nonce, networkId: ctx.network!.id, intent: JSON.stringify(intent) };
  return { url: url.href, handle: await beginCeremony(ctx.app, 'sso', null, data) };
}

export interface SsoResult {
  intent: SsoIntent;
  issuer: string;
  subject: string;
  email: string;
  /** Whose account it is connected with in this network; null when nobody's. */
  personId: string | null;
}

const refused = (): Problem => Problem.conflict('identity.sso.failed');

/**
 * Takes the answer the provider sent the browser back with. Throws a conflict with one sentence whatever was wrong: another browser, an old or
 * used state, a wrong signature, nonce or audience, an address outside the allowed domains.
 */
export async function finishSso(ctx: Ctx, handle: string, search: string): Promise<SsoResult> {
  const ceremony = await takeCeremony(ctx.app, 'sso', handle);
  if (!ceremony || ceremony.networkId !== ctx.network!.id) throw refused();
  const provider = await enabledProvider(ctx);
  const configuration = await configurationOf(ctx.app, ctx.network!.id, provider);
  const intent = JSON.parse(ceremony.intent!) as SsoIntent;
  const tokens = await oidc
    .authorizationCodeGrant(configuration, new URL(returnAddress(ctx) + search), {
      pkceCodeVerifier: ceremony.verifier!,
      expectedState: ceremony.state!,
      expectedNonce: ceremony.nonce!,
      idTokenExpected: true,
      ...(intent.kind === 'confirm' ? { maxAge: 300 } : {}),
    })
    .catch((error: unknown) => {
      // The kind of failure alone: messages of the library may quote the provider's answer.
      ctx.app.log.warn(
        { requestId: ctx.requestId, code: (error as { code?: string }).code ?? 'unknown' },
        'single sign-on refused',
      );
      throw refused();
    });
  const claims = tokens.claims()!;
  let { email, email_verified: verified } = claims as { email?: unknown; email_verified?: unknown };
  if (typeof email !== 'string') {
    // Many providers keep the address out of the token and give it only when asked.
    const info = await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub).catch(() => null);
    email = info?.email;
    verified = info?.email_verified;
  }
  if (typeof email !== 'string' || verified === false || !inDomains(email, provider.domains))
    throw Problem.conflict('identity.sso.otherAddress');
  const linked = await ctx.app.db.run({ scope: 'system' }, (tx) =>
    known(tx)
      .selectFrom('app.linked_identity')
      .select('person_id')
      .where('network_id', '=', ctx.network!.id)
      .where('issuer', '=', claims.iss)
      .where('subject', '=', claims.sub)
      .executeTakeFirst(),
  );
  return {
    intent,
    issuer: claims.iss,
    subject: claims.sub,
    email: email.toLowerCase(),
    personId: linked?.person_id ?? null,
  };
}

/**
 * The person behind an answer. Throws the same sentence for an unknown account, for one that exists but was never connected, and, when the proof is
 * used, for one whose person holds no role in this network any more (why: openingLinks).
 */
export function proveBySso(ctx: Ctx, result: SsoResult): Proof {
  const { personId } = result;
  const networkId = ctx.network!.id;
  if (!personId) throw Problem.conflict('identity.sso.notConnected');
  return new Proof(personId, 'sso', async (tx) => {
    if (!(await openingLinks(tx, personId)).includes(networkId)) throw Problem.conflict('identity.sso.notConnected');
  });
}

/** The answer as a way in, to be stored for a person who is signed in (`personId`) or invited. */
export function wayBySso(ctx: Ctx, result: SsoResult, personId: string | null): NewWay {
  return new NewWay('sso', personId, async (tx, owner, now) => {
    const added = await known(tx)
      .insertInto('app.linked_identity')
      .values({
        person_id: owner,
        network_id: ctx.network!.id,
        issuer: result.issuer,
        subject: result.subject,
        connected_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('person_id')
      .executeTakeFirst();
    if (!added) throw Problem.conflict('identity.sso.taken');
    return null;
  });
}

/** An invitation is for one address; the provider must name the same. */
export async function wayForInvited(ctx: Ctx, result: SsoResult, token: string): Promise<NewWay> {
  const arrival = await viewArrival(ctx, { token });
  if (arrival.email !== result.email) throw Problem.conflict('identity.sso.otherAddress');
  return wayBySso(ctx, result, null);
}
