/** A status as a word and a shape. The six classes are the ones the plan's roll-up knows; the word may be the plan's own. */
import type { Ui } from './ui.ts';

/** The six status classes, in the order in which people read them. */
export const statusOrder = ['done', 'active', 'notBegun', 'ongoing', 'unknown', 'excluded'] as const;
export type Status = (typeof statusOrder)[number];

const classes: Record<Status, string> = {
  done: 'wm-status wm-status--done',
  active: 'wm-status wm-status--active',
  notBegun: 'wm-status wm-status--notBegun',
  ongoing: 'wm-status wm-status--ongoing',
  excluded: 'wm-status wm-status--excluded',
  unknown: 'wm-status wm-status--unknown',
};

/** `label` is the plan's own word in the reader's language; without it the class's usual word. */
export const StatusTag = ({ ui, status, label }: { ui: Pick<Ui, 't'>; status: Status; label?: string }) => (
  <span class={classes[status]}>{label ?? ui.t(`ui.status.${status}`)}</span>
);
