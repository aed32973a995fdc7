/** Organisations and what they run: the records that the directory, and later vendors, hotels and coalition members, stand on. */
import { defineModule } from '#kernel';
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };

export { addMerge, endMerge } from './merging.ts';
export { mergedRecords, organizationIds } from './overview.ts';
export { canonical } from '#engines/canonical';
export {
  type Provenance,
  provenance,
  sameValue,
} from './provenance.ts';
export {
  addChecks,
  currentId,
  type Holding,
  holdings,
  lastChecks,
  type Rec,
  recordsById,
  saveRecords,
  type ToSave,
} from './records.ts';
export {
  type Audience,
  audiences,
  type FieldClass,
  type Fields,
  hiddenPlaceFields,
  type Kind,
  kinds,
  type Marks,
  recordSchema,
  required,
  shape,
} from './shape.ts';
export {
  type Check,
  linkIds,
  linksOfServices,
  type Merged,
  mergedInto,
  recordKind,
  recordsStamp,
  storiesOf,
  type Story,
  type Version,
} from './stories.ts';
export {
  changedSince,
  foldedName,
  organizationSums,
  type OrganizationSums,
  organizationsWithEmail,
  ownersOf,
} from './sums.ts';
export { checkWays, records } from './tables.ts';
export { type ValueDays, valueDays } from './value-days.ts';
export { marksForAll, maySee, visibleFields } from './visibility.ts';

export const organisations = defineModule({ name: 'organisations', messages: { en, es } });
