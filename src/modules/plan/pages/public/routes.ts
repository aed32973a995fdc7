/** The public addresses of plans. */
import { get, type Route } from '#kernel';
import { comparePage } from './compare.tsx';
import { downloadFile, downloadJson } from './downloads.ts';
import { embedPage } from './embed.tsx';
import { feedFile } from './feed.ts';
import { historyPage } from './history.tsx';
import { itemPage } from './item.tsx';
import { overviewPage } from './overview.tsx';
import { planPage, printPage } from './plan.tsx';
import { progressPage } from './progress.tsx';

const kept = { cache: true } as const;

export const publicRoutes: Route[] = [
  get('/compare', 'public', comparePage),
  get('/:network/plans', 'public', overviewPage, kept),
  get('/:network/plans/:plan', 'public', planPage, kept),
  get('/:network/plans/:plan/print', 'public', printPage, kept),
  get('/:network/plans/:plan/progress', 'public', progressPage, kept),
  get('/:network/plans/:plan/history', 'public', historyPage, kept),
  get('/:network/plans/:plan/embed', 'public', embedPage, { cache: true, embed: true }),
  get('/:network/plans/:plan/feed.atom', 'public', feedFile, kept),
  get('/:network/plans/:plan/plan.csv', 'public', downloadFile('csv'), kept),
  get('/:network/plans/:plan/plan.xlsx', 'public', downloadFile('xlsx'), kept),
  get('/:network/plans/:plan/plan.json', 'public', downloadJson, kept),
  get('/:network/plans/:plan/items/:ref', 'public', itemPage, kept),
];
