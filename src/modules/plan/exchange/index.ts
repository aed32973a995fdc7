/** Reading, writing and matching plan files. Pure: bytes in, values out. */
export type { ReadRow } from './checks.ts';
export { isDay, readDay } from './days.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { type ExistingItem, type How, type Match, type Matches, matchRows } from './match.ts';
export { type ExchangeLocale, exchangeMessages } from './problems.ts';
export type { ReadOptions, ReadPlan } from './assemble.ts';
export { readPlan } from './read.ts';
export {
  classifyStatus,
  isStatusWord,
  type KnownStatusWord,
  knownStatusWords,
  type StatusMap,
  statusPrinted,
} from './status.ts';
export { levelNameOf } from './words.ts';
export { type PlanFile, type PlanFormat, writePlan } from './write.ts';
export { normalRow } from './columns.ts';
