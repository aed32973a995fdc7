/**
 * The first set-up: while nobody can sign in, every start prints one link (its predecessor is revoked). Whoever opens it within a day makes the
 * first network, its first agency and themselves its administrator, and then chooses how to sign in. Until that choice is made the next start
 * prints a new link for the same person, so a closed browser locks nobody out.
 */
import { z } from 'zod';
import { action } from '../action.ts';
import type { App } from '../context.ts';
import { afterCommit } from '../database.ts';
import { Problem } from '../problem.ts';
import { makeAgency } from './agency.ts';
import { emailField, personName } from './invitation.ts';
import { findLink, makeLink } from './one-time-link.ts';
import { grantRoles } from './roles.ts';
import { known } from './tables.ts';
import { nobodyCanSignIn } from './ways.ts';

/** A fresh set-up link to print, or null when somebody can already sign in. */
export async function setupLink(app: App): Promise<string | null> {
  return app.db.run({ scope: 'system' }, async (tx) => {
    if (!(await nobodyCanSignIn(tx))) return null;
    await known(tx)
      .updateTable('app.one_time_link')
      .set({ revoked_at: app.clock() })
      .where('purpose', '=', 'setup')
      .where('used_at', 'is', null)
      .where('revoked_at', 'is', null)
      .execute();
    // The operator is there already when an earlier link was opened and not followed to its end.
    const operator = await tx
      .selectFrom('app.role_grant as g')
      .innerJoin('app.role_grant as n', 'n.person_id', 'g.person_id')
      .innerJoin('app.network as w', 'w.id', 'n.network_id')
      .select(['g.person_id', 'w.slug'])
      .where('g.role', '=', 'operator')
      .where('g.ended_at', 'is', null)
      .executeTakeFirst();
    const { token } = await makeLink(tx, app, 'setup', operator?.person_id ?? null);
    return operator ? `${app.config.baseUrl}/${operator.slug}/join/${token}` : `${app.config.baseUrl}/setup/${token}`;
  });
}

const slugRule = /^[a-z][a-z0-9-]{1,39}$/;

/** Why an address cannot be a network's, as a message key, or null when it can. */
export function slugProblem(slug: string, reserved: ReadonlySet<string>): string | null {
  if (!slugRule.test(slug)) return 'identity.setup.slugForm';
  return reserved.has(slug) ? 'identity.setup.slugReserved' : null;
}

/** Whether a set-up link opens; the page shows its form only then. */
export async function setupOpen(app: App, token: string): Promise<boolean> {
  return app.db.run({ scope: 'system' }, async (tx) => {
    const link = await findLink(tx, token, app.clock());
    return link?.purpose === 'setup' && link.personId === null && (await nobodyCanSignIn(tx));
  });
}

/** Makes the first network, agency and person. The link stays open for choosing how to sign in. Returns the network's slug. */
export const setUp = action('identity.setup.create', {
  input: z.object({
    token: z.string(),
    name: personName,
    email: emailField,
    locale: z.enum(['en', 'es']),
    networkName: z.string().trim().min(1).max(120),
    networkNameEs: z.string().trim().max(120).default(''),
    slug: z.string().trim().toLowerCase(),
    timezone: z.string().refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone), 'kernel.field.choose'),
    agency: z.string().trim().min(1).max(120),
  }),
  may: 'public',
  asSystem: true,
  load: async ({ tx, input, ctx }) => {
    const link = await findLink(tx, input.token, ctx.app.clock());
    if (link?.purpose !== 'setup' || link.personId || !(await nobodyCanSignIn(tx)))
      throw Problem.linkOver('identity.problem.linkOver');
    const problem = slugProblem(input.slug, ctx.app.services.registry.reservedSlugs);
    if (problem) throw Problem.invalid({ slug: { key: problem } });
    const taken = await tx.selectFrom('app.network').select('id').where('slug', '=', input.slug).executeTakeFirst();
    if (taken) throw Problem.invalid({ slug: { key: 'identity.setup.slugTaken' } });
    return link;
  },
  run: async ({ tx, input, loaded, ctx }) => {
    const network = await tx
      .insertInto('app.network')
      .values({
        slug: input.slug,
        name: JSON.stringify({ en: input.networkName, ...(input.networkNameEs ? { es: input.networkNameEs } : {}) }),
        timezone: input.timezone,
        default_locale: input.locale,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const agencyId = await makeAgency(tx, network.id, input.agency);
    const person = await tx
      .insertInto('app.person')
      .values({ email: input.email, name: input.name, locale: input.locale, agency_id: agencyId })
      .returning('id')
      .executeTakeFirstOrThrow();
    await grantRoles(tx, person.id, null, ['operator'], null);
    await grantRoles(tx, person.id, network.id, ['network_admin', 'agency_admin'], null);
    await known(tx)
      .updateTable('app.one_time_link')
      .set({ person_id: person.id })
      .where('id', '=', loaded.id)
      .execute();
    afterCommit(() => ctx.app.networks.touch(network.id));
    return { slug: input.slug, networkId: network.id, personId: person.id };
  },
  audit: ({ result }) => ({ subject: `network:${result.networkId}`, fields: ['name', 'slug', 'agency', 'operator'] }),
});
