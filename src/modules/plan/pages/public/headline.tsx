/** The headline of a plan: the number, its bar, the sentence a reporter could quote, the rule, and the day. Drawn from one roll-up. */
import { formatDay, StackedBar, type Ui } from '#ui';
import type { PlanFields } from '../../fields.ts';
import type { Progress } from '../../progress.ts';
import { statusClasses } from '../../shape.ts';
import { percentWord, say, statusWord } from '../words.ts';

export const segmentsOf = (ui: Ui, fields: Pick<PlanFields, 'statuses'>, progress: Progress) =>
  statusClasses.map((status) => ({ status, count: progress[status], label: statusWord(ui, fields, status) }));

/** The sentence under the number. */
export function sentenceOf(ui: Ui, progress: Progress, title: string): string {
  if (progress.percent === null) return say(ui, progress.rule);
  const values = {
    percent: percentWord(ui, progress),
    title,
    done: progress.done,
    of: progress.total - progress.excluded,
    day: formatDay(ui.locale, progress.asOf),
  };
  return ui.t('plan.page.sentence', values);
}

export function Headline(props: {
  ui: Ui;
  id: string;
  fields: PlanFields;
  title: string;
  progress: Progress;
  small?: boolean;
}) {
  const { ui, progress, fields, title } = props;
  return (
    <div class={props.small ? 'wm-headline wm-headline--small' : 'wm-headline'}>
      {progress.percent !== null && (
        <p class="wm-headline__number">
          <b>{percentWord(ui, progress)}</b> <span>{ui.t('plan.page.complete')}</span>
        </p>
      )}
      {progress.total > 0 && (
        <StackedBar
          ui={ui}
          id={props.id}
          label={ui.t('plan.page.barLabel', { title })}
          segments={segmentsOf(ui, fields, progress)}
        />
      )}
      <p class="wm-headline__sentence">{sentenceOf(ui, progress, title)}</p>
      {progress.percent !== null && progress.source === 'published' && (
        <p class="wm-headline__rule">{say(ui, progress.rule)}</p>
      )}
      {!props.small && <p class="wm-headline__rule">{ui.t('plan.page.rule', { excluded: progress.excluded })}</p>}
      {progress.publishedSource && !props.small && (
        <p class="wm-headline__rule">{ui.t('plan.page.source', { source: progress.publishedSource })}</p>
      )}
    </div>
  );
}
