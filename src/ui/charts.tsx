/**
 * Charts over time, drawn by the server as small SVG: a line with its target, and the plan's statuses as stacked steps. Titles and descriptions
 * for assistive technology; the figures themselves belong in a table beside the chart, which is the page's business.
 * Why not a charting library: Observable Plot with a document model on the server took 880 ms to load, 128 ms for the first chart, 4 ms and 7.1 kB for
 * each and 190 MB of memory, and writes inline styles that the content security policy refuses. These two shapes take 0.3 ms and 3–4 kB.
 */
import { Legend, Textures, texture } from './bars.tsx';
import { dayToTime, formatDay, formatNumber } from './format.ts';
import { dayTicks, niceTicks, scale } from './scale.ts';
import { type Status, statusOrder } from './status.tsx';
import type { Ui } from './ui.ts';

export interface Point {
  day: string;
  /** Null where there is no value: the line has a gap. */
  value: number | null;
}

type ChartUi = Pick<Ui, 't' | 'locale'>;
type Scale = (value: number) => number;

/** The drawing's own units; the stylesheet stretches it to the column. */
const box = { width: 480, height: 240, left: 46, right: 14, top: 14, bottom: 30 };
const plot = { left: box.left, right: box.width - box.right, top: box.top, bottom: box.height - box.bottom };
const at = (value: number) => Math.round(value * 10) / 10;

/** The frame of both charts: caption, names, grid with localised days and numbers; `children` is what is drawn inside. */
function Frame(props: {
  ui: ChartUi;
  id: string;
  title: string;
  description: string;
  days: [string, string];
  x: Scale;
  y: Scale;
  ticks: number[];
  format: (value: number) => string;
  legend?: unknown;
  children?: unknown;
}) {
  const { ui, id, x, y } = props;
  return (
    <figure class="wm-chart">
      <figcaption>{props.title}</figcaption>
      <svg viewBox={`0 0 ${box.width} ${box.height}`} role="img" aria-labelledby={`${id}-title ${id}-desc`}>
        <title id={`${id}-title`}>{props.title}</title>
        <desc id={`${id}-desc`}>{props.description}</desc>
        {props.ticks.map((tick) => (
          <>
            <path class="wm-axis" d={`M${plot.left} ${at(y(tick))}H${plot.right}`} />
            <text x={plot.left - 6} y={at(y(tick)) + 4} text-anchor="end">
              {props.format(tick)}
            </text>
          </>
        ))}
        {props.children as never}
        {dayTicks(...props.days).map(({ day, style }, index, all) => {
          const place = at(x(dayToTime(day)));
          const anchor = place < plot.left + 30 ? 'start' : place > plot.right - 30 ? 'end' : 'middle';
          return (
            <text
              class={all.length > 3 && index % 2 === 1 ? 'wm-odd' : undefined}
              x={place}
              y={box.height - 8}
              text-anchor={anchor}
            >
              {formatDay(ui.locale, day, style)}
            </text>
          );
        })}
      </svg>
      {props.legend as never}
    </figure>
  );
}

const NoValues = ({ ui, title }: { ui: ChartUi; title: string }) => (
  <figure class="wm-chart">
    <figcaption>{title}</figcaption>
    <p class="wm-soft">{ui.t('ui.chart.empty')}</p>
  </figure>
);

/**
 * A series over time, oldest first, with an optional target line. Gaps stay gaps. The axis starts at zero unless `zero` is false or values are
 * negative. `format` words a value, e.g. as a percentage.
 */
export function LineChart(props: {
  ui: ChartUi;
  id: string;
  title: string;
  points: readonly Point[];
  target?: number;
  zero?: boolean;
  format?: (value: number) => string;
}) {
  const { ui, id, title, target } = props;
  const format = props.format ?? ((value: number) => formatNumber(ui.locale, value));
  const points = props.points.filter((point) => !Number.isNaN(dayToTime(point.day)));
  const known = points.filter((point): point is { day: string; value: number } => point.value !== null);
  const first = known[0];
  const last = known.at(-1);
  if (!first || !last) return <NoValues ui={ui} title={title} />;
  const values = [...known.map((point) => point.value), ...(target === undefined ? [] : [target])];
  const low = Math.min(...values, ...(props.zero === false ? [] : [0]));
  const ticks = niceTicks(low, Math.max(...values, ...(props.zero === false ? [] : [0])));
  const x = scale([dayToTime(first.day), dayToTime(last.day)], [plot.left, plot.right]);
  const y = scale([ticks[0]!, ticks.at(-1)!], [plot.bottom, plot.top]);
  let pen = 'M';
  let line = '';
  for (const point of points) {
    if (point.value === null) pen = 'M';
    else {
      line += `${pen}${at(x(dayToTime(point.day)))} ${at(y(point.value))}`;
      pen = 'L';
    }
  }
  const range = ui.t('ui.chart.range', {
    from: formatDay(ui.locale, first.day),
    to: formatDay(ui.locale, last.day),
    first: format(first.value),
    last: format(last.value),
  });
  const aim = target === undefined ? '' : ui.t('ui.chart.target', { value: format(target) });
  return (
    <Frame
      ui={ui}
      id={id}
      title={title}
      description={[range, aim].filter(Boolean).join(' ')}
      days={[first.day, last.day]}
      x={x}
      y={y}
      ticks={ticks}
      format={format}
    >
      {target !== undefined && (
        <>
          <path class="wm-target" d={`M${plot.left} ${at(y(target))}H${plot.right}`} />
          <text class="wm-label" x={plot.left + 4} y={at(y(target)) - 5}>
            {aim}
          </text>
        </>
      )}
      <path class="wm-line" d={line} />
      {known.length <= 40 &&
        known.map((point) => (
          <circle class="wm-dot" cx={at(x(dayToTime(point.day)))} cy={at(y(point.value))} r="3.5" />
        ))}
    </Frame>
  );
}

export interface StepDay {
  day: string;
  counts: Partial<Record<Status, number>>;
}

/**
 * How many items had each status, day by day, oldest first: counts hold until the next day given. `until` is where the drawing ends (the day the
 * page speaks of); the last counts hold until then.
 */
export function StepAreaChart(props: {
  ui: ChartUi;
  id: string;
  title: string;
  steps: readonly StepDay[];
  until?: string;
  /** The plan's own words for the statuses, in the reader's language. */
  labels?: Partial<Record<Status, string>>;
}) {
  const { ui, id, title } = props;
  const steps = props.steps.filter((step) => !Number.isNaN(dayToTime(step.day)));
  const first = steps[0];
  const last = steps.at(-1);
  if (!first || !last) return <NoValues ui={ui} title={title} />;
  const until = props.until && props.until > last.day ? props.until : last.day;
  const total = (step: StepDay) => statusOrder.reduce((sum, status) => sum + (step.counts[status] ?? 0), 0);
  const ticks = niceTicks(0, Math.max(1, ...steps.map(total)));
  const x = scale([dayToTime(first.day), dayToTime(until)], [plot.left, plot.right]);
  const y = scale([0, ticks.at(-1)!], [plot.bottom, plot.top]);
  const number = (value: number) => formatNumber(ui.locale, value);

  const below = steps.map(() => 0);
  const areas = statusOrder.flatMap((status) => {
    const floor = [...below];
    let any = false;
    steps.forEach((step, index) => {
      const count = step.counts[status] ?? 0;
      if (count > 0) any = true;
      below[index] = (below[index] as number) + count;
    });
    return any ? [{ status, d: stepPath(steps, floor, below, until, x, y) }] : [];
  });
  const words = (step: StepDay) =>
    statusOrder
      .filter((status) => step.counts[status])
      .map((status) => `${number(step.counts[status]!)} ${props.labels?.[status] ?? ui.t(`ui.status.${status}`)}`)
      .join(', ');
  const description = ui.t('ui.chart.range', {
    from: formatDay(ui.locale, first.day),
    to: formatDay(ui.locale, until),
    first: words(first),
    last: words(last),
  });
  return (
    <Frame
      ui={ui}
      id={id}
      title={title}
      description={description}
      days={[first.day, until]}
      x={x}
      y={y}
      ticks={ticks}
      format={number}
      legend={<Legend ui={ui} id={id} parts={areas.map(({ status }) => ({ status, label: props.labels?.[status] }))} />}
    >
      <Textures id={id} />
      {areas.map(({ status, d }) => (
        <path d={d} {...texture(id, status, 'wm-area')} />
      ))}
    </Frame>
  );
}

/** The outline of one layer: along its upper edge to the right, back along its lower edge; each level holds until the next day. */
function stepPath(
  steps: readonly StepDay[],
  floor: number[],
  roof: number[],
  until: string,
  x: Scale,
  y: Scale,
): string {
  const left = steps.map((step) => at(x(dayToTime(step.day))));
  const end = at(x(dayToTime(until)));
  let there = `M${left[0]} ${at(y(roof[0]!))}`;
  for (let index = 0; index < steps.length; index++) there += `V${at(y(roof[index]!))}H${left[index + 1] ?? end}`;
  for (let index = steps.length - 1; index >= 0; index--) there += `V${at(y(floor[index]!))}H${left[index]}`;
  return `${there}Z`;
}
