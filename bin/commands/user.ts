/** People with accounts, and the first way in. */
import type { App } from '../../src/kernel/context.ts';
import { type Command, UsageError } from '../../src/kernel/command.ts';
import { isLocale, pick } from '../../src/kernel/i18n.ts';
import { setupLink } from '../../src/kernel/identity/setup.ts';
import { provisionableRoles, provisionPerson } from '../../src/kernel/provision.ts';
import { systemCtx } from '../../src/kernel/system.ts';

export const userCommands: Command[] = [
  {
    name: 'user add',
    summary: 'Make an account, or give one more roles, and print the link to choose a way to sign in.',
    usage: 'EMAIL --name NAME --network SLUG --agency AGENCY --role ROLE [--role ROLE …] [--locale es]',
    about:
      'The link opens once, for 24 hours. Whoever opens it becomes this person, so hand it over by a safe way. The command needs the database itself, ' +
      'so it works also when nobody can sign in any more.',
    positionals: [1, 1],
    options: {
      name: { type: 'string', value: 'NAME', required: true, about: "The person's name." },
      network: { type: 'string', value: 'SLUG', required: true, about: 'The network in which the roles are held.' },
      agency: {
        type: 'string',
        value: 'AGENCY',
        required: true,
        about: 'Slug or English name of the agency the person belongs to.',
      },
      'new-agency': { type: 'boolean', about: 'Make the agency when there is none of that name.' },
      role: {
        type: 'string',
        value: 'ROLE',
        multiple: true,
        required: true,
        about: 'A role in the network, e.g. network_admin; operator is held in the deployment.',
      },
      locale: {
        type: 'string',
        value: 'en|es',
        about: 'The language the person is written to in; default that of the network.',
      },
    },
    async run(app, args, out) {
      const slug = args.text('network')!;
      const network = await app.networks.bySlug(slug);
      if (!network)
        throw new UsageError(
          `There is no network ${slug}. There are: ${(await app.networks.all()).map((n) => n.slug).join(', ') || 'none yet'}.`,
        );
      const roles = args.list('role');
      const known = provisionableRoles(app);
      const wrong = roles.find((role) => !known.includes(role));
      if (wrong) throw new UsageError(`There is no role ${wrong}. There are: ${known.join(', ')}.`);
      const locale = args.text('locale') ?? network.defaultLocale;
      if (!isLocale(locale)) throw new UsageError('--locale: enter en or es.');
      const agency = await agencyFrom(app, args.text('agency')!, args.flag('new-agency'));
      const ctx = await systemCtx(app, 'command line', network.id, 'command-line');
      const { personId, link, expiresAt } = await provisionPerson(ctx, {
        email: args.positionals[0]!,
        name: args.text('name')!,
        locale,
        agency,
        roles,
      });
      out.result(
        { id: personId, link, expiresAt: expiresAt?.toISOString() ?? null },
        link
          ? `${link}\nOpens once, until ${expiresAt?.toISOString()}.`
          : 'The account was there and has a way to sign in; its roles are now as asked.',
      );
    },
  },
  {
    name: 'setup link',
    summary: 'Print a fresh first set-up link while nobody can sign in yet.',
    usage: '',
    about: 'The server prints the same kind of link at its start. An earlier one stops working.',
    options: {},
    async run(app, _args, out) {
      const link = await setupLink(app);
      out.result({ link }, link ?? 'Somebody can sign in already; add people with waymark user add.');
    },
  },
];

async function agencyFrom(app: App, given: string, make: boolean): Promise<{ slug: string } | { make: string }> {
  const all = await app.db.run({ scope: 'system' }, (tx) =>
    tx.selectFrom('app.agency').select(['slug', 'name']).orderBy('slug').execute(),
  );
  const found =
    all.find((one) => one.slug === given) ??
    all.find((one) => pick(one.name, 'en').toLowerCase() === given.toLowerCase());
  if (found) return { slug: found.slug };
  if (make) return { make: given };
  const names = all.slice(0, 20).map((one) => one.slug);
  throw new UsageError(
    `There is no agency ${given}. There are: ${names.join(', ') || 'none yet'}. Add --new-agency to make it.`,
  );
}
