/** The public site of a network: home, get help now, learn, the standing notices, leaving fast, and what search engines read. */
import { defineModule, get } from '#kernel';
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };
import { helpPage, safetyPage } from './pages/help.tsx';
import { homePage, networksPage } from './pages/home.tsx';
import { learnPage, learnSectionPage } from './pages/learn.tsx';
import { leave } from './pages/leave.ts';
import { accentSheet, networkSitemap, robots, sitemapIndex } from './pages/machines.ts';
import { standingPage } from './pages/standing.tsx';
import { learnPath, wordsOf } from './words.ts';

export { allAnswered, callAddress, linesOf, nationalLines, textAddress } from './lines.ts';
export { panelsFor } from './panels.tsx';
export { LineBrief } from './ways.tsx';

const kept = { cache: true } as const;
const survivor = { cache: true, survivor: true } as const;

export const site = defineModule({
  name: 'site',
  messages: { en, es },
  routes: [
    get('/', 'public', networksPage, { survivor: true }),
    get('/leave', 'public', leave, { survivor: true, always: true }),
    get('/robots.txt', 'public', robots),
    get('/sitemap.xml', 'public', sitemapIndex),
    get('/accent/:file', 'public', accentSheet),
    get('/:network', 'public', homePage, survivor),
    get('/:network/help', 'public', helpPage, survivor),
    get('/:network/safety', 'public', safetyPage, survivor),
    get('/:network/learn', 'public', learnPage, survivor),
    get('/:network/learn/:section', 'public', learnSectionPage, survivor),
    get('/:network/privacy', 'public', standingPage('privacy'), kept),
    get('/:network/accessibility', 'public', standingPage('accessibility'), kept),
    get('/:network/about-the-data', 'public', standingPage('data'), kept),
    get('/:network/sitemap.xml', 'public', networkSitemap),
  ],
  nav: [
    { path: '/help', label: 'site.nav.help', access: 'public', order: 0 },
    { path: '/learn', label: 'site.nav.learn', access: 'public', order: 60 },
  ],
  footerNav: [
    { path: '/safety', label: 'site.footer.safety', access: 'public', order: 10 },
    { path: '/about-the-data', label: 'site.footer.data', access: 'public', order: 20 },
    { path: '/privacy', label: 'site.footer.privacy', access: 'public', order: 30 },
    { path: '/accessibility', label: 'site.footer.accessibility', access: 'public', order: 40 },
    { path: '/about-the-data#office', label: 'site.office.title', access: 'public', order: 50 },
  ],
  sitemap: async () => [
    '',
    '/help',
    '/safety',
    '/learn',
    ...wordsOf('en', 'learn').sections.map((section) => learnPath(section.id)),
    '/about-the-data',
    '/privacy',
    '/accessibility',
  ],
});
