/** The kernel's public surface; modules import from here only. */
export { action, allActions, parseInput, recentlyProved } from './action.ts';
export { apart } from './apart.ts';
export { appendAudit, auditHash, auditText } from './audit.ts';
export { type Command, type CommandArgs, type CommandOut, UsageError } from './command.ts';
export type { Actor, App, Ctx, Network, Services } from './context.ts';
export { dayIn, authorOf, tenantOf, today } from './context.ts';
export type { Database, Tenant, Tx } from './database.ts';
export { literal, openDatabase } from './database.ts';
export type { DomainEvent } from './events.ts';
export { cleanError } from './clean-error.ts';
export { download, json, page, redirect } from './request.ts';
export type { Req, Upload } from './request.ts';
export {
  allMessages,
  dayInWords,
  fallsBack,
  instantInWords,
  isLocale,
  locales,
  numberInWords,
  pick,
  translator,
} from './i18n.ts';
export type { Locale, Messages, Translate } from './i18n.ts';
export { type JobHealth, jobHealth } from './job-health.ts';
export * as identity from './identity/index.ts';
export { checkPassword, hashPassword } from './identity/password.ts';
export { rewriteLetters } from './letters.ts';
export { longWork, type WorkStep } from './long-work.ts';
export { type Letter, localOutbox } from './mail.ts';
export { defineModule, get, post } from './module.ts';
export type {
  ApiDoc,
  DigestItem,
  DigestSource,
  IndicatorSource,
  Job,
  Module,
  NavItem,
  Panel,
  Route,
  Schedule,
  SetupStep,
  Subscriber,
} from './module.ts';
export { type Access, allows, kernelRoles } from './policy.ts';
export { Problem } from './problem.ts';
export { Limiter } from './rate-limit.ts';
export { systemCtx } from './system.ts';
export { root } from '../config.ts';
export type { HelpLine, Json, KernelTables, Text } from './tables.ts';
export { allViews, view } from './view.ts';
