/** What pages are built from: headings, big figures, stories, facts, tabs, steps. */
import type { Child } from 'hono/jsx';
import { DateText } from './text.tsx';
import type { Ui } from './ui.ts';

/** The head of a page: what it is, one sentence about it, the one main action. */
export const PageHeader = (props: { title: Child; eyebrow?: Child; lead?: Child; actions?: Child }) => (
  <header class="wm-page-header">
    {props.eyebrow && <p class="wm-eyebrow">{props.eyebrow}</p>}
    <h1>{props.title}</h1>
    {props.lead && <p class="wm-lead">{props.lead}</p>}
    {props.actions && <div class="wm-row">{props.actions}</div>}
  </header>
);

/** A section with its heading; `level` keeps the outline honest. */
export function Section(props: { title: Child; id?: string; level?: 2 | 3 | 4; children?: Child }) {
  const heading =
    props.level === 3 ? <h3>{props.title}</h3> : props.level === 4 ? <h4>{props.title}</h4> : <h2>{props.title}</h2>;
  return (
    <section class="wm-section" id={props.id}>
      {heading}
      {props.children}
    </section>
  );
}

/** A big number with what it counts, and under it the sentence a reporter could quote. `note` is the rule or the source. */
export const Figure = (props: { value: Child; label?: Child; sentence?: Child; note?: Child }) => (
  <div class="wm-figure">
    <p class="wm-figure__value">{props.value}</p>
    {props.label && <p class="wm-figure__label">{props.label}</p>}
    {props.sentence && <p class="wm-figure__sentence">{props.sentence}</p>}
    {props.note && <p class="wm-figure__note">{props.note}</p>}
  </div>
);

export interface Moment {
  when: string | Date;
  title: Child;
  /** Who, or where it comes from. */
  by?: Child;
  body?: Child;
  id?: string;
}

/** A story, one dated moment after the other, in the order given. */
export const Timeline = ({ ui, moments }: { ui: Pick<Ui, 'locale' | 'timeZone'>; moments: readonly Moment[] }) => (
  <ol class="wm-timeline">
    {moments.map((moment) => (
      <li id={moment.id}>
        <p class="wm-timeline__when">
          <DateText ui={ui} date={moment.when} />
          {moment.by && <> · {moment.by}</>}
        </p>
        <p class="wm-timeline__title">{moment.title}</p>
        {moment.body && (typeof moment.body === 'string' ? <p>{moment.body}</p> : moment.body)}
      </li>
    ))}
  </ol>
);

export interface Fact {
  term: Child;
  value: Child;
  /** A link to change it, with words for assistive technology, e.g. “Change the name”. */
  action?: { href: string; label: Child };
}

/** Facts in pairs: what, and its value. Facts without a value are left out. */
export const SummaryList = ({ facts }: { facts: readonly (Fact | null | false | undefined)[] }) => (
  <dl class="wm-summary">
    {facts
      .filter((fact): fact is Fact => Boolean(fact) && (fact as Fact).value != null && (fact as Fact).value !== '')
      .map((fact) => (
        <div>
          <dt>{fact.term}</dt>
          <dd>{fact.value}</dd>
          {fact.action && (
            <dd class="wm-summary__action">
              <a href={fact.action.href}>{fact.action.label}</a>
            </dd>
          )}
        </div>
      ))}
  </dl>
);

/** Views of one thing, as links. */
export const Tabs = ({
  label,
  tabs,
}: {
  label: string;
  tabs: readonly { href: string; label: Child; current?: boolean }[];
}) => (
  <nav class="wm-nav wm-tabs" aria-label={label}>
    <ul>
      {tabs.map((tab) => (
        <li>
          <a href={tab.href} aria-current={tab.current ? 'page' : undefined}>
            {tab.label}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

/** Where one is in a task of several pages. `current` counts from 0. */
export const Steps = ({ ui, steps, current }: { ui: Pick<Ui, 't'>; steps: readonly string[]; current: number }) => (
  <ol class="wm-steps" aria-label={ui.t('ui.steps', { current: current + 1, total: steps.length })}>
    {steps.map((step, index) => (
      <li class={index < current ? 'wm-steps__done' : undefined} aria-current={index === current ? 'step' : undefined}>
        {step}
        {index < current && <span class="wm-sr"> ({ui.t('ui.steps.done')})</span>}
      </li>
    ))}
  </ol>
);
