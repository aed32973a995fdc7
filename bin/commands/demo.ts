/** The demonstration networks. */
import type { Command } from '../../src/kernel/command.ts';
import { resetDemo } from '../../src/demo/load.ts';

export const demoCommands: Command[] = [
  {
    name: 'demo reset',
    summary: 'Put the demonstration networks back to how they came.',
    usage: '',
    about: 'Only networks marked as demonstrations are touched.',
    options: {},
    async run(app, _args, out) {
      const { loaded, accounts } = await resetDemo(app);
      out.result(
        { loaded, accounts: accounts.length },
        `Loaded again: ${loaded.map((slug) => `${app.config.baseUrl}/${slug}`).join(', ')}.`,
      );
    },
  },
];
