/** Plans: a published plan kept as a living public page, with its evidence. */
import { defineModule } from '#kernel';
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };
import importEn from './messages-import/en.json' with { type: 'json' };
import importEs from './messages-import/es.json' with { type: 'json' };
import staffEn from './messages-staff/en.json' with { type: 'json' };
import staffEs from './messages-staff/es.json' with { type: 'json' };
import { apiRoutes } from './api.ts';
import { planFigures } from './figures.ts';
import { importSweep } from './import-pending.ts';
import { importWork } from './importing.ts';
import { importRoutes } from './pages/import.tsx';
import { homePanel } from './pages/public/overview.tsx';
import { publicRoutes } from './pages/public/routes.ts';
import { planSitemap } from './pages/public/sitemap.ts';
import { readers } from './pages/staff/frame.tsx';
import { staffRoutes } from './pages/staff/routes.ts';
import { upkeepDigest, upkeepPanel } from './pages/staff/start.tsx';
import { setupSteps } from './setup.ts';

export { addItems, addVersions, assignOwners, itemIds, orderPlans, removePublished } from './batch.ts';
export { addFacts, createPlan, lockPlan, type NewFact, savePlan } from './drafting.ts';
export { addNote, reviewItem } from './news.ts';
export type { IndicatorFields, ItemFields, PlanFields } from './fields.ts';
export { approveRevision, requestPublication } from './publishing.ts';
export type { Day, LevelName, PlanRow, PublishedTotals, ScopeFact, StatusClass, StatusLabel, Text } from './shape.ts';

export const planModule = defineModule({
  name: 'plan',
  messages: { en: { ...en, ...importEn, ...staffEn }, es: { ...es, ...importEs, ...staffEs } },
  routes: [...publicRoutes, ...apiRoutes, ...importRoutes, ...staffRoutes],
  nav: [{ path: '/plans', label: 'plan.nav', access: 'public', order: 20 }],
  staffNav: [{ path: '/staff/plans', label: 'plan.staff.plans', access: readers, order: 20 }],
  panels: [
    { place: 'home', order: 20, access: 'public', render: homePanel },
    { place: 'start', order: 20, access: readers, render: upkeepPanel },
  ],
  jobs: [importSweep, importWork.job],
  schedules: [{ job: importSweep.name, cron: '25 8 * * *' }],
  digests: [upkeepDigest],
  indicators: planFigures,
  setup: setupSteps,
  sitemap: planSitemap,
  roles: {
    plan_editor: 'plan.role.editor',
    plan_approver: 'plan.role.approver',
    plan_owner: 'plan.role.owner',
  },
});
