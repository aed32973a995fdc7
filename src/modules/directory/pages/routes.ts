/** The public addresses of the directory. */
import { get, post, type Route } from '#kernel';
import { feedFile } from './machines.ts';
import { embedPage } from './panel.tsx';
import { outlinesFile } from './outlines.ts';
import { ask, askPage, changeSearch, resultsPage } from './results.tsx';
import { organizationPage, servicePage } from './service.tsx';

const survivor = { survivor: true } as const;
/** The name of a search opens it: like a one-time link it stays out of logs. */
const search = { survivor: true, secretPath: true } as const;

export const pageRoutes: Route[] = [
  get('/:network/services', 'public', askPage, { ...survivor, cache: true }),
  post('/:network/services', 'public', ask, { ...survivor, asks: true }),
  get('/:network/services/embed', 'public', embedPage, { cache: true, embed: true }),
  get('/:network/services/feed.atom', 'public', feedFile, { cache: true }),
  get('/:network/services/outlines.json', 'public', outlinesFile, { ...survivor, cache: true }),
  get('/:network/services/results/:id', 'public', resultsPage, search),
  post('/:network/services/results/:id', 'public', changeSearch, search),
  get('/:network/services/:id', 'public', servicePage, survivor),
  get('/:network/organizations/:id', 'public', organizationPage, survivor),
];
