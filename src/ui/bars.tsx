/**
 * Bars: the headline's stacked bar and the small one beside a line. SVG with percentages, so they fit any width without script or inline style.
 * One hue and five textures: whoever sees no colour, or prints in grey, reads the same bar. What does not count stands beside the bar, not in it.
 */
import { formatNumber, formatPercent } from './format.ts';
import { type Status, statusOrder } from './status.tsx';
import type { Ui } from './ui.ts';

export interface Segment {
  status: Status;
  count: number;
  /** The plan's own word, in the reader's language. */
  label?: string;
}

export interface Placed extends Segment {
  /** Start and width in percent of the bar, two decimals. */
  x: number;
  width: number;
}

const round = (value: number) => Math.round(value * 100) / 100;

/** Places the segments side by side in reading order; widths are never negative and add up to 100 exactly, unless there is nothing to show. */
export function placeSegments(segments: readonly Segment[]): Placed[] {
  const shown = segments
    .filter((segment) => segment.count > 0)
    .sort((a, b) => statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status));
  const total = shown.reduce((sum, segment) => sum + segment.count, 0);
  let before = 0;
  return shown.map((segment) => {
    // Both edges are rounded, not the widths, so neighbours always meet and the last one ends at 100.
    const x = round((before / total) * 100);
    before += segment.count;
    return { ...segment, x, width: round(round((before / total) * 100) - x) };
  });
}

/** The textures, one set for each bar because a pattern is found by its id. */
export const Textures = ({ id }: { id: string }) => (
  <defs>
    <pattern id={`${id}-active`} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="wm-fill-light" width="8" height="8" />
      <rect class="wm-fill-accent" width="3" height="8" />
    </pattern>
    <pattern id={`${id}-ongoing`} width="8" height="8" patternUnits="userSpaceOnUse">
      <rect class="wm-fill-lighter" width="8" height="8" />
      <circle class="wm-fill-accent" cx="4" cy="4" r="2" />
    </pattern>
    <pattern id={`${id}-unknown`} width="6" height="6" patternUnits="userSpaceOnUse">
      <rect class="wm-fill-white" width="6" height="6" />
      <path class="wm-stroke-ink" d="M0 3h6M3 0v6" stroke-width="0.75" />
    </pattern>
    <pattern id={`${id}-excluded`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
      <rect class="wm-fill-white" width="6" height="6" />
      <path class="wm-stroke-ink" d="M0 0v6" stroke-width="2" />
    </pattern>
  </defs>
);

const solid: Partial<Record<Status, string>> = { done: 'wm-fill-accent', notBegun: 'wm-fill-grey' };

/** What fills a shape of this status: a plain colour by class, or a texture by reference. */
export const texture = (id: string, status: Status, shape: 'wm-seg' | 'wm-area') =>
  solid[status] ? { class: `${shape} ${solid[status]}` } : { class: shape, fill: `url(#${id}-${status})` };

/** Swatch, count and word for every part; the swatch has the part's own texture. */
export const Legend = (props: {
  ui: Pick<Ui, 't' | 'locale'>;
  id: string;
  parts: readonly (Pick<Segment, 'status' | 'label'> & { count?: number })[];
}) => (
  <ul class="wm-legend">
    {props.parts.map((part) => (
      <li>
        <svg aria-hidden="true">
          <rect {...texture(props.id, part.status, 'wm-seg')} width="14" height="14" />
          <rect class="wm-fill-none wm-edge" width="14" height="14" />
        </svg>
        {part.count !== undefined && <b>{formatNumber(props.ui.locale, part.count)}</b>}
        <span>
          {part.label ?? props.ui.t(`ui.status.${part.status}`)}
          {part.status === 'excluded' && <span class="wm-soft"> {props.ui.t('ui.bar.notCounted')}</span>}
        </span>
      </li>
    ))}
  </ul>
);

/**
 * The stacked bar with its legend. `id` must be unique on the page. `label` names the bar for assistive technology; its description lists the
 * counts in words. Segments of class `excluded` are drawn as a separate, thinner bar to the right and marked as not counted.
 */
export function StackedBar(props: {
  ui: Pick<Ui, 't' | 'locale'>;
  id: string;
  label: string;
  segments: readonly Segment[];
  legend?: boolean;
}) {
  const { ui, id, segments, legend = true } = props;
  const counted = placeSegments(segments.filter((segment) => segment.status !== 'excluded'));
  const excluded = segments.filter((segment) => segment.status === 'excluded' && segment.count > 0);
  const apart = excluded.reduce((sum, segment) => sum + segment.count, 0);
  const total = counted.reduce((sum, segment) => sum + segment.count, 0);
  // The two bars share the width in proportion, with a gap of one percent.
  const share = apart === 0 ? 100 : total === 0 ? 0 : round((total / (total + apart)) * 99);
  const word = (segment: Segment) => segment.label ?? ui.t(`ui.status.${segment.status}`);
  const described = [...counted, ...excluded].map((segment) =>
    ui.t(segment.status === 'excluded' ? 'ui.bar.partExcluded' : 'ui.bar.part', {
      count: segment.count,
      label: word(segment),
    }),
  );
  return (
    <div>
      <svg class="wm-bar" role="img" aria-labelledby={`${id}-title ${id}-desc`} xmlns="http://www.w3.org/2000/svg">
        <title id={`${id}-title`}>{props.label}</title>
        <desc id={`${id}-desc`}>{described.length > 0 ? described.join('; ') : ui.t('ui.bar.empty')}</desc>
        <Textures id={id} />
        {counted.length > 0 && (
          <svg x="0" y="0" width={`${share}%`} height="28">
            {counted.map((part) => (
              <rect x={`${part.x}%`} width={`${part.width}%`} height="28" {...texture(id, part.status, 'wm-seg')} />
            ))}
          </svg>
        )}
        {apart > 0 && (
          <svg
            x={`${total === 0 ? 0 : share + 1}%`}
            y="0"
            width={`${total === 0 ? 100 : round(99 - share)}%`}
            height="28"
          >
            <rect class="wm-edge" x="0" y="8" width="100%" height="12" fill={`url(#${id}-excluded)`} />
          </svg>
        )}
        {described.length === 0 && <rect class="wm-fill-grey" x="0" y="0" width="100%" height="28" />}
      </svg>
      {legend && <Legend ui={ui} id={id} parts={[...counted, ...excluded]} />}
    </div>
  );
}

/**
 * One line's share: a thin bar and the words beside it, e.g. “12 of 20 completed”. `percent` is 0–100 or null when there is no number to show; the
 * words are always there, the bar is decoration for the eye.
 */
export function SmallBar(props: { ui: Pick<Ui, 'locale'>; percent: number | null; text?: string }) {
  const { ui, percent } = props;
  const width = percent === null ? 0 : Math.min(Math.max(percent, 0), 100);
  return (
    <span class="wm-smallbar">
      {percent !== null && (
        <svg class="wm-bar wm-bar--small" aria-hidden="true" xmlns="http://www.w3.org/2000/svg">
          <rect class="wm-fill-grey" width="100%" height="8" rx="4" />
          <rect class="wm-fill-accent" width={`${round(width)}%`} height="8" rx="4" />
        </svg>
      )}
      <span class="wm-smallbar__text">{props.text ?? (percent === null ? '' : formatPercent(ui.locale, percent))}</span>
    </span>
  );
}
