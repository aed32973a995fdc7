/** Reading, writing and matching plan files. Pure: bytes in, values out. */
export type { ReadPlan } from './assemble.ts';
export type { ReadRow } from './checks.ts';
export { type ExistingItem, matchRows } from './match.ts';
export type { ExchangeLocale } from './problems.ts';
export { readPlan } from './read.ts';
export { classifyStatus } from './status.ts';
export { levelNameOf } from './words.ts';
export { type PlanFile, type PlanFormat, writePlan } from './write.ts';
