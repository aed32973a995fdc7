/** The addresses of the working pages. What each form does is decided once more by its action. */
import { get, post, type Req, redirect, type Route } from '#kernel';
import { editors, keepers } from '../../drafting.ts';
import { approvers } from '../../publishing.ts';
import { approvalPage, postApproval } from './approval.tsx';
import { readers } from './frame.tsx';
import { revisionPage } from './history.tsx';
import { hiders, redactionDeciders } from '../../redaction.ts';
import { decisionPage, postConfirmation, postRefusal } from './redaction-decision.tsx';
import { postRedaction, redactionsPage } from './redaction.tsx';
import { editIndicatorPage, makeIndicator, newIndicatorPage, postIndicator } from './indicator-edit.tsx';
import { indicatorPage } from './indicator-page.tsx';
import { indicatorsPage } from './indicators.tsx';
import { makeItem, newItemPage } from './item-new.tsx';
import {
  postItem,
  postNote,
  postOwner,
  postOwnerEnd,
  postPlace,
  postRetraction,
  postReview,
  postScope,
  postStatus,
  postUpdate,
} from './item-posts.ts';
import { itemPage } from './item.tsx';
import { makePlan, newPlanPage, plansPage } from './list.tsx';
import { postRequest, postReturn, postWithdrawal, publicationPage } from './publication.tsx';
import { postPredecessor, postSettings, settingsPage } from './settings.tsx';
import { postValue, postValuesFile, valuesFile } from './values-posts.tsx';
import { assignMany, reviewMany, workPage } from './work.tsx';

const plans = '/:network/staff/plans';
const plan = `${plans}/:plan`;
const item = `${plan}/items/:ref`;
const indicator = `${plan}/indicators/:ref`;
const megabyte = 1_048_576;

/**
 * Forms post to addresses of their own. Somebody who opens such an address (in another language, after signing in again, from the history) is taken
 * to the page the form stands on, one step up.
 */
const up = (req: Req): Response => redirect(req, req.path.replace(/\/[^/]+$/, ''));
export const formsOnly: string[] = [
  `${plan}/reviews`,
  `${plan}/assignments`,
  ...['status', 'updates', 'scope', 'reviews', 'retractions', 'notes', 'owners', 'owners/end', 'place'].map(
    (form) => `${item}/${form}`,
  ),
  `${indicator}/values`,
  `${indicator}/values/file`,
  `${plan}/publication/requests`,
  `${plan}/publication/withdrawal`,
  `${plan}/publication/return`,
  `${plan}/settings/predecessor`,
  `${plan}/redactions/:id/confirmation`,
  `${plan}/redactions/:id/refusal`,
];

export const staffRoutes: Route[] = [
  ...formsOnly.map((path) => get(path, readers, up)),
  get(plans, readers, plansPage),
  get(`${plans}/new`, editors, (req) => newPlanPage(req)),
  post(`${plans}/new`, editors, makePlan),
  get(plan, readers, (req) => workPage(req)),
  post(`${plan}/reviews`, keepers, reviewMany),
  post(`${plan}/assignments`, editors, assignMany),
  get(`${plan}/items/new`, editors, (req) => newItemPage(req)),
  post(`${plan}/items/new`, editors, makeItem),
  get(item, readers, (req) => itemPage(req)),
  post(item, editors, postItem),
  post(`${item}/status`, keepers, postStatus),
  post(`${item}/updates`, keepers, postUpdate),
  post(`${item}/scope`, editors, postScope),
  post(`${item}/reviews`, keepers, postReview),
  post(`${item}/retractions`, keepers, postRetraction),
  post(`${item}/notes`, keepers, postNote),
  post(`${item}/owners`, editors, postOwner),
  post(`${item}/owners/end`, editors, postOwnerEnd),
  post(`${item}/place`, editors, postPlace),
  get(`${plan}/indicators`, readers, indicatorsPage),
  get(`${plan}/indicators/new`, editors, (req) => newIndicatorPage(req)),
  post(`${plan}/indicators/new`, editors, makeIndicator),
  get(indicator, readers, (req) => indicatorPage(req)),
  get(`${indicator}/edit`, editors, (req) => editIndicatorPage(req)),
  post(`${indicator}/edit`, editors, postIndicator),
  get(`${indicator}/values.csv`, readers, valuesFile),
  post(`${indicator}/values`, keepers, postValue),
  post(`${indicator}/values/file`, keepers, postValuesFile, { maxBody: megabyte }),
  get(`${plan}/publication`, readers, (req) => publicationPage(req)),
  post(`${plan}/publication/requests`, editors, postRequest),
  post(`${plan}/publication/withdrawal`, editors, postWithdrawal),
  get(`${plan}/publication/approval`, approvers, (req) => approvalPage(req)),
  post(`${plan}/publication/approval`, approvers, postApproval),
  post(`${plan}/publication/return`, approvers, postReturn),
  get(`${plan}/publication/:n`, readers, revisionPage),
  get(`${plan}/redactions`, hiders, (req) => redactionsPage(req)),
  post(`${plan}/redactions`, hiders, postRedaction),
  get(`${plan}/redactions/:id`, redactionDeciders, (req) => decisionPage(req)),
  post(`${plan}/redactions/:id/confirmation`, redactionDeciders, postConfirmation),
  post(`${plan}/redactions/:id/refusal`, redactionDeciders, postRefusal),
  get(`${plan}/settings`, readers, (req) => settingsPage(req)),
  post(`${plan}/settings`, editors, postSettings),
  post(`${plan}/settings/predecessor`, editors, postPredecessor),
];
