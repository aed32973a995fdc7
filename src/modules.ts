/** The registry: one line for each module, in dependency order. A module may import only modules that stand before it. */
import type { Module } from '#kernel';

export const modules: Module[] = [];
