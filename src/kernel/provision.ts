/**
 * What only the command line does, as actions like any other: networks and people made by whoever runs the machine, and the traces that a
 * restore or a new root key leave in the audit chain. Open to the system alone.
 */
import { z } from 'zod';
import { action } from './action.ts';
import type { App } from './context.ts';
import { afterCommit } from './database.ts';
import { makeAgency } from './identity/agency.ts';
import { emailField, personName } from './identity/invitation.ts';
import { makeLink } from './identity/one-time-link.ts';
import { grantRoles } from './identity/roles.ts';
import { slugProblem } from './identity/setup.ts';
import { countWays, waysIn } from './identity/ways.ts';
import { kernelRoles } from './policy.ts';
import { Problem } from './problem.ts';
import type { Text } from './tables.ts';

const zone = z
  .string()
  .refine((name) => Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC', 'kernel.field.choose');

/** Makes a network. Returns its id. */
export const provisionNetwork = action('kernel.network.provision', {
  input: z.object({
    slug: z.string(),
    name: z.object({ en: z.string().trim().min(1).max(120), es: z.string().trim().min(1).max(120).optional() }),
    languages: z.array(z.enum(['en', 'es'])).min(1),
    timezone: zone,
  }),
  may: [],
  asSystem: true,
  load: async ({ tx, input, ctx }) => {
    const problem = slugProblem(input.slug, ctx.app.services.registry.reservedSlugs);
    if (problem) throw Problem.invalid({ slug: { key: problem } });
    const taken = await tx.selectFrom('app.network').select('id').where('slug', '=', input.slug).executeTakeFirst();
    if (taken) throw Problem.invalid({ slug: { key: 'identity.setup.slugTaken' } });
  },
  run: async ({ tx, input, ctx }) => {
    const { id } = await tx
      .insertInto('app.network')
      .values({
        slug: input.slug,
        name: JSON.stringify(input.name satisfies Text),
        languages: input.languages,
        default_locale: input.languages[0]!,
        timezone: input.timezone,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    afterCommit(() => ctx.app.networks.touch(id));
    return id;
  },
  audit: ({ result }) => ({ subject: `network:${result}`, fields: ['slug', 'name', 'languages', 'timezone'] }),
});

/** Every role of the product, the deployment's own included. */
export const provisionableRoles = (app: App): string[] => [
  ...new Set([...kernelRoles, ...app.services.registry.roles.keys()]),
];

/**
 * Makes a person in the network of the context, or gives an existing one more roles. Returns a link where a person who has no way to sign in yet
 * chooses one; null when they have one.
 */
export const provisionPerson = action('kernel.person.provision', {
  input: z.object({
    email: emailField,
    name: personName,
    locale: z.enum(['en', 'es']),
    /** An agency's slug, or the name of one to make. */
    agency: z.union([z.object({ slug: z.string() }), z.object({ make: z.string().trim().min(1).max(160) })]),
    roles: z.array(z.string()).min(1),
  }),
  may: [],
  asSystem: true,
  load: async ({ tx, input, ctx }) => {
    if (!ctx.network) throw Problem.notFound();
    const known = provisionableRoles(ctx.app);
    const unknown = input.roles.find((role) => !known.includes(role));
    if (unknown) throw Problem.invalid({ roles: { key: 'kernel.field.choose' } });
    const person = await tx
      .selectFrom('app.person')
      .select(['id', 'agency_id', 'disabled_at'])
      .where('email', '=', input.email)
      .executeTakeFirst();
    const agency =
      'slug' in input.agency
        ? await tx.selectFrom('app.agency').select('id').where('slug', '=', input.agency.slug).executeTakeFirst()
        : null;
    if (agency === undefined) throw Problem.invalid({ agency: { key: 'kernel.field.choose' } });
    return { person, agency };
  },
  check: ({ loaded }) => {
    // One person belongs to one agency: rows about survivors depend on it.
    const { person, agency } = loaded;
    if (person && (!agency || agency.id !== person.agency_id)) throw Problem.conflict('identity.problem.otherAgency');
  },
  run: async ({ tx, input, loaded, ctx }) => {
    const network = ctx.network!;
    const agencyId =
      loaded.agency?.id ?? (await makeAgency(tx, network.id, 'make' in input.agency ? input.agency.make : ''));
    await tx
      .insertInto('app.agency_network')
      .values({ agency_id: agencyId, network_id: network.id })
      .onConflict((c) => c.doNothing())
      .execute();
    const personId =
      loaded.person?.id ??
      (
        await tx
          .insertInto('app.person')
          .values({ email: input.email, name: input.name, locale: input.locale, agency_id: agencyId })
          .returning('id')
          .executeTakeFirstOrThrow()
      ).id;
    const inNetwork = input.roles.filter((role) => role !== 'operator');
    await grantRoles(tx, personId, network.id, inNetwork, null);
    if (input.roles.includes('operator')) await grantRoles(tx, personId, null, ['operator'], null);
    if (countWays(await waysIn(tx, personId)) > 0) return { personId, made: false, link: null, expiresAt: null };
    const link = await makeLink(tx, ctx.app, 'setup', personId);
    const address = `${ctx.app.config.baseUrl}/${network.slug}/join/${link.token}`;
    return { personId, made: !loaded.person, link: address, expiresAt: link.expiresAt };
  },
  audit: ({ input, result }) => ({
    subject: `person:${result.personId}`,
    fields: ['email', 'name', 'agency', ...input.roles],
  }),
});

/** After a restore: every session is over, because one that was ended since the backup would be open again. */
export const noteRestored = action('kernel.backup.restored', {
  input: z.object({ madeAt: z.string() }),
  may: [],
  asSystem: true,
  run: async ({ tx, ctx }) => {
    const ended = await tx
      .updateTable('app.session')
      .set({ ended_at: ctx.app.clock(), ended_why: 'restored' })
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    return Number(ended.numUpdatedRows);
  },
  audit: ({ input }) => ({ subject: `backup:${input.madeAt}`, fields: ['everything'] }),
});

/** After the root key was changed. */
export const noteRootChanged = action('kernel.root.changed', {
  input: z.object({ from: z.string(), to: z.string() }),
  may: [],
  asSystem: true,
  run: async () => {},
  audit: ({ input }) => ({ subject: `root:${input.to}`, reason: `was ${input.from}` }),
});
