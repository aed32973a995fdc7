/** The addresses of keeping records. */
import { get, post, redirect, type Req, type Route } from '#kernel';
import { keepers } from './actions.ts';
import { areaPage, postArea, postAreaLook, postAreaRemoval } from './area-page.tsx';
import { childPage, postChild, postChildRemoval } from './child.tsx';
import { comparePage, duplicatesPage, postCompare } from './duplicates-page.tsx';
import { editPage, postEdit } from './edit.tsx';
import { base } from './frame.tsx';
import { historyPage } from './history.tsx';
import { hoursPage, postHours } from './hours.tsx';
import { listPage, postSearch } from './list.tsx';
import { marksPage, postMarks } from './marks-page.tsx';
import { linksPage, newPage, postLinks, postNew } from './new.tsx';
import { placePage, postPlace, postPlaceRemoval } from './own-place-page.tsx';
import { hiders } from './place-actions.ts';
import {
  hidingPage,
  movePage,
  newHiddenPage,
  postHiding,
  postMove,
  postNewHidden,
  postOpening,
} from './places-page.tsx';
import { providerPage } from './provider.tsx';
import { recordPage } from './record.tsx';
import { postCheck, postParting } from './record-posts.ts';
import { postTerm, termPage } from './term-page.tsx';
import { postTerms, termsPage } from './terms-page.tsx';
import { revealers } from '../hidden-places.ts';
import { wordsPage } from './words-page.tsx';

const all = '/:network/staff/directory';
const record = `${all}/records/:id`;
/** Who sees the overview: an administrator of the network too, but nothing below it. */
export const overseers = [...keepers, 'network_admin'] as const;
/** Those who keep records and may open hidden places. An advocate opens them where services are found. */
const opening = keepers.filter((role) => (revealers as readonly string[]).includes(role));

/** Whoever comes back to the address of a form that is no page (after signing in again) is taken to where it stands. */
const back = (rest: (req: Req) => string) => (req: Req) => redirect(req, base(req.ctx, rest(req)));

export const recordRoutes: Route[] = [
  get(all, overseers, listPage),
  post(all, overseers, postSearch),
  get(`${all}/new`, keepers, (req) => newPage(req)),
  post(`${all}/new`, keepers, postNew),
  get(`${all}/duplicates`, keepers, duplicatesPage),
  get(`${all}/duplicates/:a/:b`, keepers, (req) => comparePage(req)),
  post(`${all}/duplicates/:a/:b`, keepers, postCompare),
  get(`${all}/words`, keepers, wordsPage),
  get(`${all}/words/terms/:code`, keepers, (req) => termPage(req)),
  post(`${all}/words/terms/:code`, keepers, postTerm),
  get(`${all}/words/places/:id`, keepers, (req) => placePage(req)),
  post(`${all}/words/places/:id`, keepers, postPlace),
  post(`${all}/words/places/:id/removal`, keepers, postPlaceRemoval),
  get(`${all}/providers/:id`, keepers, providerPage),
  get(`${all}/providers/:id/new/hidden-place`, hiders, (req) => newHiddenPage(req)),
  post(`${all}/providers/:id/new/hidden-place`, hiders, postNewHidden),
  get(`${all}/providers/:id/new/:kind`, keepers, (req) => newPage(req)),
  post(`${all}/providers/:id/new/:kind`, keepers, postNew),
  get(record, keepers, (req) => recordPage(req)),
  get(`${record}/history`, keepers, historyPage),
  get(`${record}/edit/:group`, keepers, (req) => editPage(req)),
  post(`${record}/edit/:group`, keepers, postEdit),
  get(`${record}/lists/:list/:child`, keepers, (req) => childPage(req)),
  post(`${record}/lists/:list/:child`, keepers, postChild),
  post(`${record}/lists/:list/:child/removal`, keepers, postChildRemoval),
  get(`${record}/areas/:child`, keepers, (req) => areaPage(req)),
  post(`${record}/areas/:child`, keepers, postArea, { maxBody: 2_097_152 }),
  post(`${record}/areas/:child/look`, keepers, postAreaLook),
  post(`${record}/areas/:child/removal`, keepers, postAreaRemoval),
  get(`${record}/hours`, keepers, (req) => hoursPage(req)),
  post(`${record}/hours`, keepers, postHours),
  get(`${record}/terms/:use`, keepers, (req) => termsPage(req)),
  post(`${record}/terms/:use`, keepers, postTerms),
  get(`${record}/marks`, keepers, (req) => marksPage(req)),
  post(`${record}/marks`, keepers, postMarks),
  get(`${record}/links`, keepers, (req) => linksPage(req)),
  post(`${record}/links`, keepers, postLinks),
  get(
    `${record}/checks`,
    keepers,
    back((req) => `/records/${req.params.id}`),
  ),
  post(`${record}/checks`, keepers, postCheck),
  post(`${record}/parting`, keepers, postParting),
  get(`${record}/hiding`, hiders, (req) => hidingPage(req)),
  post(`${record}/hiding`, hiders, postHiding),
  get(`${record}/place`, hiders, (req) => movePage(req)),
  post(`${record}/place`, hiders, postMove),
  get(
    `${record}/opening`,
    opening,
    back((req) => `/records/${req.params.id}`),
  ),
  post(`${record}/opening`, opening, postOpening),
];
