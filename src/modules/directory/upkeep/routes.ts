/** The addresses of staying in the directory. They stand before those of single services, which take any word there. */
import { get, post, redirect, type Req, type Route } from '#kernel';
import { keepers } from '../records/actions.ts';
import { vetters } from '../vetting/roles.ts';
import { boardPage } from './pages/board.tsx';
import { campaignPage, campaignsPage, newCampaignPage, postCampaign, postEnd, postStart } from './pages/campaigns.tsx';
import { checksPage, postChecks } from './pages/checks.tsx';
import { figuresApi, figuresPage, figuresQuery, figuresShape, staffFiguresPage } from './pages/figures.tsx';
import { letterPage, postLetter, postStop, thanksPage } from './pages/letter.tsx';
import { listingPage, postLetterBox, postRestoration, postSettled } from './pages/listing.tsx';
import { periodsPage, postPeriods } from './pages/periods.tsx';

const staff = '/:network/staff/directory/upkeep';
const campaigns = `${staff}/campaigns`;
const listing = `${staff}/listings/:id`;
const letter = '/:network/services/check/:token';
/** The token opens the page: it stays out of logs, histories and referrers. */
const secret = { secretPath: true } as const;

/** Somebody who opens the address of a form is taken to the page it stands on. */
const up =
  (parts: number) =>
  (req: Req): Response =>
    redirect(req, req.path.split('/').slice(0, -parts).join('/'));

export const upkeepRoutes: Route[] = [
  get('/:network/services/figures', 'public', figuresPage, { cache: true }),
  get('/:network/services/check', 'public', thanksPage),
  get(letter, 'public', (req) => letterPage(req), secret),
  post(letter, 'public', postLetter, { ...secret, maxBody: 1_048_576 }),
  get(`${letter}/stop`, 'public', up(1), secret),
  post(`${letter}/stop`, 'public', postStop, secret),
  get('/api/v1/networks/:network/directory/figures', 'public', figuresApi, {
    kind: 'api',
    cache: true,
    doc: {
      summary: 'How many providers the directory lists, as of any day',
      query: figuresQuery,
      response: figuresShape,
    },
  }),

  get(staff, keepers, boardPage),
  get(`${staff}/checks`, keepers, checksPage),
  post(`${staff}/checks`, keepers, postChecks),
  get(`${staff}/periods`, keepers, (req) => periodsPage(req)),
  post(`${staff}/periods`, keepers, postPeriods),
  get(`${staff}/figures`, keepers, staffFiguresPage),
  get(`${staff}/answers/settled`, keepers, up(2)),
  post(`${staff}/answers/settled`, keepers, postSettled),
  get(campaigns, keepers, campaignsPage),
  post(campaigns, keepers, postCampaign),
  get(`${campaigns}/new`, keepers, (req) => newCampaignPage(req)),
  get(`${campaigns}/:id`, keepers, (req) => campaignPage(req)),
  ...['start', 'end'].map((form) => get(`${campaigns}/:id/${form}`, keepers, up(1))),
  post(`${campaigns}/:id/start`, keepers, postStart),
  post(`${campaigns}/:id/end`, keepers, postEnd),
  get(listing, keepers, (req) => listingPage(req)),
  get(`${listing}/letters`, keepers, up(1)),
  post(`${listing}/letters`, keepers, postLetterBox),
  get(`${listing}/restoration`, vetters, up(1)),
  post(`${listing}/restoration`, vetters, postRestoration),
];
