/** Networks of the deployment: an operator makes one and becomes its first administrator, invites a colleague, and may then give the role back. */
import { action, identity, Problem } from '#kernel';
import { z } from 'zod';
import { textOf } from './forms.ts';
import { isTimeZone, languagesOf } from './settings.ts';

export const networkInput = z.object({
  'name.en': z.string().trim().min(1, 'admin.settings.needName').max(120),
  'name.es': z.string().trim().max(120).default(''),
  slug: z
    .string()
    .trim()
    .regex(/^[a-z][a-z0-9-]{1,39}$/, 'admin.networks.badSlug'),
  timezone: z.string().refine(isTimeZone, 'admin.settings.badTimezone'),
  languages: z.array(z.enum(['en', 'es'])).min(1, 'admin.settings.needLanguage'),
  defaultLocale: z.enum(['en', 'es']),
});

export const addNetwork = action('admin.network.add', {
  input: networkInput,
  may: ['operator'],
  asSystem: true,
  load: async ({ tx, input, ctx }) => {
    const taken = await tx.selectFrom('app.network').select('id').where('slug', '=', input.slug).executeTakeFirst();
    if (taken || ctx.app.services.registry.reservedSlugs.has(input.slug)) {
      throw Problem.invalid({ slug: { key: 'admin.networks.takenSlug' } });
    }
  },
  check: ({ input }) => {
    if (!input.languages.includes(input.defaultLocale)) {
      throw Problem.invalid({ defaultLocale: { key: 'admin.settings.ownLanguage' } });
    }
  },
  run: async ({ tx, input, ctx }) => {
    const operator = identity.personOf(ctx);
    // What an invented person makes is a demo too: nobody shall look for help there, and its first administrator is one press away.
    const { is_demo } = await tx
      .selectFrom('app.person')
      .select('is_demo')
      .where('id', '=', operator.personId)
      .executeTakeFirstOrThrow();
    const { id } = await tx
      .insertInto('app.network')
      .values({
        slug: input.slug,
        name: JSON.stringify(textOf(input['name.en'], input['name.es'])),
        languages: languagesOf(input.languages, input.defaultLocale),
        default_locale: input.defaultLocale,
        timezone: input.timezone,
        is_demo,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx.insertInto('app.agency_network').values({ agency_id: operator.agencyId, network_id: id }).execute();
    await tx
      .insertInto('app.role_grant')
      .values({
        person_id: operator.personId,
        network_id: id,
        role: 'network_admin',
        granted_by: operator.personId,
        granted_at: ctx.app.clock(),
        ended_by: null,
      })
      .execute();
    return id;
  },
  audit: ({ result }) => ({
    subject: `network:${result}`,
    fields: ['slug', 'name', 'languages', 'timezone', 'role:network_admin'],
  }),
});
