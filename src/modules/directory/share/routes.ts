/** The working directory and the lists made in it. */
import { get, post, type Route } from '#kernel';
import { deskChange, deskPage, deskSearch, keepSearch, useSaved } from '../pages/staff/list.tsx';
import { deskService, postNote, removeNote, revealHere, updateReferrals } from '../pages/staff/service.tsx';
import { insiders, readers } from '../pages/staff/who.ts';
import { revealers } from '../hidden-places.ts';
import { keepers } from '../records/actions.ts';
import { openPage } from './open.tsx';
import { endLink, pdfFile, postBasket, postLink, printPage, sharePage } from './page.tsx';

const desk = '/:network/staff/services';
/** The name of a search stays out of logs, although it opens the search for one person alone. */
const search = { secretPath: true } as const;
export const deskRoutes: Route[] = [
  get(desk, readers, deskPage),
  post(desk, readers, deskSearch),
  get(`${desk}/results/:id`, readers, deskPage, search),
  post(`${desk}/results/:id`, readers, deskChange, search),
  post(`${desk}/results/:id/keeping`, readers, keepSearch, search),
  post(`${desk}/searches/:id`, readers, useSaved),
  get(`${desk}/share`, readers, sharePage),
  post(`${desk}/share`, readers, postBasket),
  get(`${desk}/share/print`, readers, printPage),
  get(`${desk}/share/list.pdf`, readers, pdfFile),
  post(`${desk}/share/links`, readers, postLink),
  post(`${desk}/share/links/:id/revocation`, readers, endLink),
  get(`${desk}/:id`, readers, deskService),
  post(`${desk}/:id/places`, revealers, revealHere),
  post(`${desk}/:id/referrals`, keepers, updateReferrals),
  post(`${desk}/:id/notes`, insiders, postNote),
  post(`${desk}/:id/notes/:note/removal`, insiders, removeNote),
  get('/s/:token', 'public', openPage, { survivor: true, secretPath: true }),
];
