/** The registry: one line for each module, in dependency order. A module may import only modules that stand before it. */
import type { Module } from '#kernel';
import { admin } from '#modules/admin';
import { api } from '#modules/api';
import dev from '#modules/dev';
import { directoryModule } from '#modules/directory';
import { identityModule } from '#modules/identity';
import { organisations } from '#modules/organisations';
import { planModule } from '#modules/plan';
import { site } from '#modules/site';

export const modules: Module[] = [
  // biome-ignore format: one line for each module
  identityModule,
  site,
  admin,
  organisations,
  planModule,
  directoryModule,
  dev,
  api,
];
