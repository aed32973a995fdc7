/** The referral directory: vetted providers, what each audience may read of them, search and exchange. */
import { defineModule } from '#kernel';
import { exportSweep, exportWork } from './exchange/export-files.ts';
import { exportRoutes } from './exchange/export-pages.tsx';
import { importSweep, importWork } from './exchange/importing.ts';
import { exchangeNav, exchangeRoutes } from './exchange/pages.tsx';
import { directoryFigures, figureWords } from './figures.ts';
import { hsdsRoutes } from './hsds/routes.ts';
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };
import exchangeEn from './messages-exchange/en.json' with { type: 'json' };
import exchangeEs from './messages-exchange/es.json' with { type: 'json' };
import hsdsEn from './messages-hsds/en.json' with { type: 'json' };
import hsdsEs from './messages-hsds/es.json' with { type: 'json' };
import recordsEn from './messages-records/en.json' with { type: 'json' };
import recordsEs from './messages-records/es.json' with { type: 'json' };
import shareEn from './messages-share/en.json' with { type: 'json' };
import shareEs from './messages-share/es.json' with { type: 'json' };
import upkeepEn from './messages-upkeep/en.json' with { type: 'json' };
import upkeepEs from './messages-upkeep/es.json' with { type: 'json' };
import vettingEn from './messages-vetting/en.json' with { type: 'json' };
import vettingEs from './messages-vetting/es.json' with { type: 'json' };
import { servicesSitemap } from './pages/machines.ts';
import { deskPanel, homePanel } from './pages/panel.tsx';
import { pageRoutes } from './pages/routes.ts';
import { readers } from './pages/staff/who.ts';
import { readIn } from './read-in.ts';
import { dayBegins, wordsChanged } from './refresh.ts';
import { forgetShares } from './share/links.ts';
import { deskRoutes } from './share/routes.ts';
import { upkeepDigest, upkeepPanel } from './upkeep/pages/start.tsx';
import { upkeepRoutes } from './upkeep/routes.ts';
import { upkeepDay } from './upkeep/steps.ts';
import { keepers } from './records/actions.ts';
import { overseers, recordRoutes } from './records/routes.ts';
import { vetters, visitors } from './vetting/roles.ts';
import { vettingNav, vettingRoutes } from './vetting/routes.ts';
import { vettingDigest, vettingPanel } from './vetting/start.tsx';
import { applicationSweep } from './vetting/telling.ts';

export { addChoices, openNow } from './choice.ts';
export { project, removePublic } from './project.ts';
export { sealPlace } from './hidden-places.ts';
export { savePlace } from './own/words.ts';
export { stableId, termByCode } from './taxonomy/index.ts';
export { addListingEvent } from './vetting/events.ts';

export const directoryModule = defineModule({
  name: 'directory',
  messages: {
    en: { ...en, ...figureWords('en'), ...exchangeEn, ...hsdsEn, ...recordsEn, ...shareEn, ...upkeepEn, ...vettingEn },
    es: { ...es, ...figureWords('es'), ...exchangeEs, ...hsdsEs, ...recordsEs, ...shareEs, ...upkeepEs, ...vettingEs },
  },
  routes: [
    ...vettingRoutes,
    ...upkeepRoutes,
    ...pageRoutes,
    ...deskRoutes,
    ...hsdsRoutes,
    ...exchangeRoutes,
    ...exportRoutes,
    ...recordRoutes,
  ],
  nav: [{ path: '/services', label: 'directory.page.nav', access: 'public', order: 10, also: ['/organizations'] }],
  staffNav: [
    { path: '/staff/services', label: 'directory.desk.nav', access: readers, order: 10 },
    ...vettingNav,
    { path: '/staff/directory', label: 'directory.records.nav', access: overseers, order: 14 },
    { path: '/staff/directory/upkeep', label: 'directory.upkeep.nav', access: keepers, order: 16 },
    ...exchangeNav,
  ],
  panels: [
    { place: 'start', order: 8, access: ['advocate', 'partner'], render: deskPanel },
    { place: 'start', order: 10, access: [...vetters, ...visitors], render: vettingPanel },
    { place: 'start', order: 12, access: keepers, render: upkeepPanel },
    { place: 'home', order: 5, access: 'public', render: homePanel },
  ],
  sitemap: servicesSitemap,
  warm: readIn,
  indicators: directoryFigures,
  digests: [vettingDigest, upkeepDigest],
  jobs: [
    applicationSweep,
    dayBegins,
    exportSweep,
    exportWork.job,
    forgetShares,
    importSweep,
    importWork.job,
    upkeepDay,
  ],
  schedules: [
    { job: exportSweep.name, cron: '*/10 * * * *' },
    { job: importSweep.name, cron: '20 8 * * *' },
    { job: applicationSweep.name, cron: '50 7 * * *' },
    { job: dayBegins.name, cron: '10 6 * * *' },
    { job: upkeepDay.name, cron: '20 15 * * *' },
    { job: forgetShares.name, cron: '40 7 * * *' },
  ],
  subscribers: [wordsChanged],
  roles: {
    directory_editor: 'directory.role.editor',
    directory_vetter: 'directory.role.vetter',
    directory_approver: 'directory.role.approver',
    directory_visitor: 'directory.role.visitor',
    advocate: 'directory.role.advocate',
    partner: 'directory.role.partner',
    provider: 'directory.role.provider',
  },
});
