/** The public API as a whole: its document for programs, its page for people, and the list of networks. Stands last, because it describes all. */
import { z } from 'zod';
import { defineModule, get, json, type Route } from '#kernel';
import { openApi } from './openapi.ts';
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };
import { apiPage } from './page.tsx';

const networkShape = z.object({
  slug: z.string(),
  name: z.object({ en: z.string(), es: z.string().optional() }),
  languages: z.array(z.string()),
  demo: z.boolean(),
  url: z.string(),
});

const routes: Route[] = [
  get('/api', 'public', apiPage),
  get('/api/v1/openapi.json', 'public', (req) => json(openApi(req.module.values(), req.ctx.app.config.baseUrl)), {
    kind: 'api',
  }),
  get(
    '/api/v1/networks',
    'public',
    async ({ ctx }) =>
      json({
        networks: (await ctx.app.networks.all()).map((n) => ({
          slug: n.slug,
          name: n.name,
          languages: n.languages,
          demo: n.isDemo,
          url: `${ctx.app.config.baseUrl}/${n.slug}`,
        })),
      }),
    {
      kind: 'api',
      doc: { summary: 'The networks on this server', response: z.object({ networks: z.array(networkShape) }) },
    },
  ),
];

export const api = defineModule({ name: 'api', messages: { en, es }, routes });
