/** The addresses of joining the directory: for applicants, for those who vet, for visitors, for providers. */
import { get, type NavItem, post, redirect, type Req, type Route } from '#kernel';
import { postReturn, postStart, postTopic, returnPage, startPage, topicPage } from './apply/pages.tsx';
import {
  checkPage,
  postDeletion,
  postLeaving,
  postRemoval,
  postSending,
  postWithdrawal,
  statusPage,
} from './apply/sending.tsx';
import { ownPage, ownRecordPage, postOwnRecord } from './own/pages.tsx';
import { ownPlacePage, postOwnPlace } from './own/place.tsx';
import { keepers } from '../records/actions.ts';
import { placeReviewers } from './place-proposals.ts';
import { providers, vetters, visitors } from './roles.ts';
import { applicationPage } from './staff/application.tsx';
import { changePage, changesPage, postChange } from './staff/changes.tsx';
import { placeChangePage, postPlaceChange, postPlaceOpening } from './staff/place-change.tsx';
import {
  postAccount,
  postAccountEnd,
  postDecision,
  postMove,
  postStep,
  postVisit,
  postVisitEnd,
  providerPage,
} from './staff/provider.tsx';
import { postPublic, publicPage } from './staff/public.tsx';
import { queuePage } from './staff/queue.tsx';
import { postPlace, postReport, visitPage, visitsPage } from './staff/visits.tsx';

const apply = '/:network/services/apply';
const vetting = '/:network/staff/vetting';
const provider = `${vetting}/:id`;
const visits = '/:network/staff/visits';
const own = '/:network/staff/my-organization';
const visiting = [...visitors, ...vetters];

/** Somebody who opens the address of a form (after signing in again, from the history) is taken to the page it stands on. */
const up =
  (parts: number) =>
  (req: Req): Response =>
    redirect(req, req.path.split('/').slice(0, -parts).join('/'));

export const vettingRoutes: Route[] = [
  get(apply, 'public', startPage),
  post(apply, 'public', postStart),
  get(`${apply}/return`, 'public', (req) => returnPage(req)),
  post(`${apply}/return`, 'public', postReturn),
  get(`${apply}/check`, 'public', (req) => checkPage(req)),
  get(`${apply}/status`, 'public', (req) => statusPage(req)),
  ...['sending', 'removal', 'deletion', 'withdrawal', 'leaving'].map((form) =>
    get(`${apply}/${form}`, 'public', up(1)),
  ),
  post(`${apply}/sending`, 'public', postSending),
  post(`${apply}/removal`, 'public', postRemoval),
  post(`${apply}/deletion`, 'public', postDeletion),
  post(`${apply}/withdrawal`, 'public', postWithdrawal),
  post(`${apply}/leaving`, 'public', postLeaving),
  get(`${apply}/:page`, 'public', (req) => topicPage(req)),
  post(`${apply}/:page`, 'public', postTopic),

  get(vetting, vetters, queuePage),
  get(`${vetting}/changes`, keepers, changesPage),
  get(`${vetting}/changes/:id`, keepers, (req) => changePage(req)),
  post(`${vetting}/changes/:id`, keepers, postChange),
  get(`${vetting}/changes/places/:id`, placeReviewers, (req) => placeChangePage(req)),
  post(`${vetting}/changes/places/:id`, placeReviewers, postPlaceChange),
  get(`${vetting}/changes/places/:id/opening`, placeReviewers, up(1)),
  post(`${vetting}/changes/places/:id/opening`, placeReviewers, postPlaceOpening),
  get(provider, vetters, (req) => providerPage(req)),
  get(`${provider}/application`, vetters, applicationPage),
  get(`${provider}/public`, vetters, (req) => publicPage(req)),
  // A box for each value and each child of a provider with many services.
  post(`${provider}/public`, vetters, postPublic, { maxBody: 2_097_152 }),
  ...['steps', 'moves', 'decision', 'visits', 'accounts'].map((form) => get(`${provider}/${form}`, vetters, up(1))),
  ...['visits', 'accounts'].map((form) => get(`${provider}/${form}/end`, vetters, up(2))),
  post(`${provider}/steps`, vetters, postStep),
  post(`${provider}/moves`, vetters, postMove),
  post(`${provider}/decision`, vetters, postDecision),
  post(`${provider}/visits`, vetters, postVisit),
  post(`${provider}/visits/end`, vetters, postVisitEnd),
  post(`${provider}/accounts`, vetters, postAccount),
  post(`${provider}/accounts/end`, vetters, postAccountEnd),

  get(visits, visitors, visitsPage),
  get(`${visits}/:id`, visiting, (req) => visitPage(req)),
  post(`${visits}/:id`, visiting, postReport),
  get(`${visits}/:id/place`, visitors, up(1)),
  post(`${visits}/:id/place`, visitors, postPlace),

  get(own, providers, ownPage),
  get(`${own}/:id`, providers, (req) => ownRecordPage(req)),
  // A box for each word of the taxonomy.
  post(`${own}/:id`, providers, postOwnRecord, { maxBody: 1_048_576 }),
  get(`${own}/:id/place`, providers, (req) => ownPlacePage(req)),
  post(`${own}/:id/place`, providers, postOwnPlace),
];

export const vettingNav: NavItem[] = [
  { path: '/staff/vetting', label: 'directory.vetting.queue.title', access: vetters, order: 40 },
  { path: '/staff/vetting/changes', label: 'directory.vetting.change.title', access: keepers, order: 41 },
  { path: '/staff/visits', label: 'directory.vetting.visit.mine', access: visitors, order: 42 },
  { path: '/staff/my-organization', label: 'directory.vetting.own.title', access: providers, order: 43 },
];
