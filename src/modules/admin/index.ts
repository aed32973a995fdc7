/**
 * Administration: the set-up guide, network settings and help lines, people and roles, agencies, audit, mail and jobs, the operators' page of
 * networks, and the staff start page that the modules fill.
 */
import { defineModule, get, post } from '#kernel';
import { steps } from './guide.ts';
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };
import {
  agenciesPage,
  agencyAdded,
  agencyJoined,
  agencyPage,
  agencyRenamed,
  newAgencyPage,
} from './pages/agencies.tsx';
import { auditDownload, auditPage } from './pages/audit.tsx';
import { guidePage } from './pages/guide.tsx';
import { healthPage } from './pages/health.tsx';
import {
  lineAdded,
  linePage,
  lineRaised,
  lineRemoved,
  lineRemovalPage,
  lineSaved,
  linesPage,
  newLinePage,
} from './pages/lines.tsx';
import { deploymentPage, networkAdded, newNetworkPage } from './pages/networks.tsx';
import { peoplePage, personPage, roleEnded, roleGranted } from './pages/people.tsx';
import { settingsPage, settingsSaved } from './pages/settings.tsx';
import { startPage } from './pages/start.tsx';

const admins = ['network_admin'] as const;
const auditors = ['auditor', 'network_admin'] as const;
const operators = ['operator'] as const;

export const admin = defineModule({
  name: 'admin',
  messages: { en, es },
  routes: [
    get('/admin', operators, deploymentPage),
    get('/admin/networks/new', operators, newNetworkPage),
    post('/admin/networks', operators, networkAdded),

    get('/:network/staff', 'member', startPage),
    get('/:network/admin', admins, guidePage),
    get('/:network/admin/settings', admins, settingsPage),
    post('/:network/admin/settings', admins, settingsSaved),

    get('/:network/admin/lines', admins, linesPage),
    post('/:network/admin/lines', admins, lineAdded),
    get('/:network/admin/lines/new', admins, newLinePage),
    get('/:network/admin/lines/:key', admins, linePage),
    post('/:network/admin/lines/:key', admins, lineSaved),
    post('/:network/admin/lines/:key/place', admins, lineRaised),
    get('/:network/admin/lines/:key/removal', admins, lineRemovalPage),
    post('/:network/admin/lines/:key/removal', admins, lineRemoved),

    get('/:network/admin/people', admins, peoplePage),
    get('/:network/admin/people/:id', admins, personPage),
    post('/:network/admin/people/:id/roles', admins, roleGranted),
    post('/:network/admin/roles/:id/end', admins, roleEnded),

    get('/:network/admin/agencies', admins, agenciesPage),
    post('/:network/admin/agencies', admins, agencyAdded),
    get('/:network/admin/agencies/new', admins, newAgencyPage),
    post('/:network/admin/agencies/members', admins, agencyJoined),
    get('/:network/admin/agencies/:id', admins, agencyPage),
    post('/:network/admin/agencies/:id', admins, agencyRenamed),

    get('/:network/admin/audit', auditors, auditPage),
    get('/:network/admin/audit.csv', auditors, auditDownload),
    get('/:network/admin/health', admins, healthPage),
  ],
  nav: [{ path: '/staff', label: 'admin.nav.staff', access: 'member', order: 90 }],
  staffNav: [
    { path: '/staff', label: 'admin.nav.start', access: 'member', order: 0 },
    { path: '/admin', label: 'admin.nav.admin', access: admins, order: 90 },
    { path: '/admin/audit', label: 'admin.nav.audit', access: ['auditor'], order: 95 },
  ],
  setup: steps,
});
