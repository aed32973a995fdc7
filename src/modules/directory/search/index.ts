/**
 * Searching the directory. The one entrance: `searchServices` answers from the rows of one audience (rows.ts) that `project` writes.
 *
 *   const found = await searchServices(app, networkId, 'public', { text: 'shelter', languages: ['es'], page: 1 });
 */
export { searchServices } from './find.ts';
export { inOrder, type Reading, readingsOf } from './order.ts';
export type { SearchAudience } from './source.ts';
export type { Count, Hit, SearchQuery, SearchResult } from './query.ts';
