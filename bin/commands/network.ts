/** Networks: one city's or region's coalition each. */
import { type Command, UsageError } from '../../src/kernel/command.ts';
import { pick } from '../../src/kernel/i18n.ts';
import { provisionNetwork } from '../../src/kernel/provision.ts';
import { systemCtx } from '../../src/kernel/system.ts';

export const networkCommands: Command[] = [
  {
    name: 'network add',
    summary: 'Make a network.',
    usage: 'SLUG --name NAME [--name-es NAME] [--languages en,es] [--timezone ZONE]',
    positionals: [1, 1],
    options: {
      name: {
        type: 'string',
        value: 'NAME',
        required: true,
        about: 'Its name in English, e.g. "Harbor County Coalition".',
      },
      'name-es': { type: 'string', value: 'NAME', about: 'Its name in Spanish.' },
      languages: {
        type: 'string',
        value: 'LIST',
        about: 'The languages of its pages, the first one is the default: en,es (default), es,en, en or es.',
      },
      timezone: { type: 'string', value: 'ZONE', about: 'Where its days begin, e.g. America/Chicago (default).' },
    },
    async run(app, args, out) {
      const languages = (args.text('languages') ?? 'en,es').split(',').map((one) => one.trim());
      if (languages.some((one) => one !== 'en' && one !== 'es') || new Set(languages).size !== languages.length) {
        throw new UsageError('--languages: enter en,es or es,en, or one of them.');
      }
      const slug = args.positionals[0]!;
      const ctx = await systemCtx(app, 'command line', null, 'command-line');
      const id = await provisionNetwork(ctx, {
        slug,
        name: { en: args.text('name')!, es: args.text('name-es') ?? undefined },
        languages: languages as ('en' | 'es')[],
        timezone: args.text('timezone') ?? 'America/Chicago',
      });
      const url = `${app.config.baseUrl}/${slug}`;
      out.result(
        { id, slug, url },
        `${slug} is at ${url}. Add its first administrator: waymark user add EMAIL --network ${slug} --role network_admin …`,
      );
    },
  },
  {
    name: 'network list',
    summary: 'List the networks.',
    usage: '',
    options: {},
    async run(app, _args, out) {
      const all = await app.networks.all();
      out.result(
        all.map(({ id, slug, name, languages, timezone, isDemo }) => ({
          id,
          slug,
          name,
          languages,
          timezone,
          demo: isDemo,
        })),
        all.length === 0
          ? 'There is no network yet.'
          : all.map((one) => `${one.slug.padEnd(24)} ${pick(one.name, 'en')}${one.isDemo ? ' (demo)' : ''}`).join('\n'),
      );
    },
  },
];
