/** Who may open what of the directory; the part of access-matrix.ts that the module `directory` needs. */
import type { Access } from '#kernel';

const keepers = ['directory_editor', 'directory_vetter', 'directory_approver'];
const hiders = ['directory_editor', 'directory_vetter'];
const revealers = ['advocate', 'directory_vetter', 'directory_approver'];

const importers = ['directory_editor', 'directory_approver'];

const insiders = ['advocate', 'directory_editor', 'directory_vetter', 'directory_approver', 'directory_visitor'];
const readers = [...insiders, 'partner'];

export const directoryRoutes: Record<string, Access> = {
  'GET /:network/staff/directory/export': keepers,
  'POST /:network/staff/directory/export': keepers,
  'GET /:network/staff/directory/import': importers,
  'POST /:network/staff/directory/import': importers,
  'GET /:network/staff/directory/import/:id': importers,
  'POST /:network/staff/directory/import/:id': importers,
  'POST /:network/staff/directory/import/:id/confirmation': importers,
  'POST /:network/staff/directory/import/:id/listing': ['directory_approver'],
  'POST /:network/staff/directory/import/:id/removal': importers,
  'GET /:network/staff/directory/import/:id/work/:work': importers,
  'GET /:network/organizations/:id': 'public',
  'GET /:network/services': 'public',
  'POST /:network/services': 'public',
  'GET /:network/services/:id': 'public',
  'GET /:network/services/embed': 'public',
  'GET /:network/services/feed.atom': 'public',
  'GET /:network/services/results/:id': 'public',
  'POST /:network/services/results/:id': 'public',
  'GET /:network/staff/services': readers,
  'POST /:network/staff/services': readers,
  'GET /:network/staff/services/:id': readers,
  'POST /:network/staff/services/:id/notes': insiders,
  'POST /:network/staff/services/:id/notes/:note/removal': insiders,
  'POST /:network/staff/services/:id/places': revealers,
  'POST /:network/staff/services/:id/referrals': keepers,
  'GET /:network/staff/services/results/:id': readers,
  'POST /:network/staff/services/results/:id': readers,
  'POST /:network/staff/services/results/:id/keeping': readers,
  'POST /:network/staff/services/searches/:id': readers,
  'GET /:network/staff/services/share': readers,
  'POST /:network/staff/services/share': readers,
  'GET /:network/staff/services/share/list.pdf': readers,
  'POST /:network/staff/services/share/links': readers,
  'POST /:network/staff/services/share/links/:id/revocation': readers,
  'GET /:network/staff/services/share/print': readers,
  'GET /s/:token': 'public',
  'GET /:network/hsds': 'public',
  'GET /:network/hsds/': 'public',
  'GET /:network/hsds/openapi.json': 'public',
  'GET /:network/hsds/organizations': 'public',
  'POST /:network/hsds/organizations': 'public',
  'GET /:network/hsds/organizations/:id': 'public',
  'GET /:network/hsds/service_at_locations': 'public',
  'POST /:network/hsds/service_at_locations': 'public',
  'GET /:network/hsds/service_at_locations/:id': 'public',
  'GET /:network/hsds/services': 'public',
  'POST /:network/hsds/services': 'public',
  'GET /:network/hsds/services/:id': 'public',
  'GET /:network/hsds/taxonomies': 'public',
  'POST /:network/hsds/taxonomies': 'public',
  'GET /:network/hsds/taxonomies/:id': 'public',
  'GET /:network/hsds/taxonomy_terms': 'public',
  'POST /:network/hsds/taxonomy_terms': 'public',
  'GET /:network/hsds/taxonomy_terms/:id': 'public',
};

export const directoryActions: Record<string, Access> = {
  'directory.import.confirm': importers,
  'directory.import.drop': importers,
  'directory.import.list': ['directory_approver'],
  'directory.import.open': importers,
  'directory.import.preview': importers,
  'directory.import.run': [],
  'directory.import.write.begin': importers,
  'directory.basket.change': readers,
  'directory.note.add': insiders,
  'directory.note.end': insiders,
  'directory.search.remove': readers,
  'directory.search.save': readers,
  'directory.share.make': readers,
  'directory.share.revoke': readers,
  'directory.ownPlace.remove': keepers,
  'directory.ownPlace.save': keepers,
  'directory.place.hide': hiders,
  'directory.place.move': hiders,
  'directory.record.check': keepers,
  'directory.record.merge': keepers,
  'directory.record.part': keepers,
  'directory.record.save': keepers,
  'directory.term.save': keepers,
};

export const directoryViews: Record<string, Access> = {
  'directory.export': keepers,
  'directory.place.reveal': revealers,
};
