/** Things a page says about itself: notices, pleasant emptiness, work in progress. */
import type { Child } from 'hono/jsx';
import type { Ui } from './ui.ts';

/** A notice. `error` and `success` after an action are announced at once; a lasting notice (`announce={false}`) is not. */
export function Alert(props: {
  kind: 'info' | 'success' | 'warning' | 'error';
  title?: Child;
  announce?: boolean;
  children?: Child;
}) {
  const announce = props.announce ?? (props.kind === 'error' || props.kind === 'success');
  const role = announce ? (props.kind === 'error' ? 'alert' : 'status') : undefined;
  const kinds = {
    info: 'wm-note',
    success: 'wm-note wm-note--success',
    warning: 'wm-note wm-note--warning',
    error: 'wm-note wm-note--error',
  };
  return (
    <div class={kinds[props.kind]} role={role}>
      {props.title && <p class="wm-note__title">{props.title}</p>}
      {props.children && <div>{props.children}</div>}
    </div>
  );
}

/** Nothing here, said pleasantly, with what to do next as children. */
export const Empty = ({ children }: { children?: Child }) => (
  <div class="wm-empty">{typeof children === 'string' ? <p>{children}</p> : children}</div>
);

/**
 * Long work, drawn by the server each time it is asked. The page answers with a `Refresh` header or is reloaded by the link; without a known
 * `total` the bar only says that work goes on.
 */
export function Progress(props: {
  ui: Pick<Ui, 't' | 'href' | 'path' | 'query'>;
  label: string;
  done: number;
  total?: number;
  finished?: boolean;
}) {
  const { ui, label, done, total, finished } = props;
  return (
    <div class="wm-progress">
      <label>
        {label}
        <progress value={total === undefined ? undefined : done} max={total} />
      </label>
      <p class="wm-num">
        {total === undefined ? ui.t('ui.progress.count', { done }) : ui.t('ui.progress.of', { done, total })}
      </p>
      {!finished && (
        <p>
          <a href={ui.href(ui.path, ui.query)}>{ui.t('ui.progress.again')}</a>
        </p>
      )}
    </div>
  );
}

/** A short label that is no status, e.g. “Internal”. */
export const Tag = ({ children }: { children?: Child }) => <span class="usa-tag">{children}</span>;

/** Something to open and close, with the browser's own means. */
export const Details = (props: { summary: Child; open?: boolean; id?: string; children?: Child }) => (
  <details class="wm-details" open={props.open} id={props.id}>
    <summary>{props.summary}</summary>
    <div class="wm-details__body">{props.children}</div>
  </details>
);
