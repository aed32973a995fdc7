/**
 * Tables. Each cell names its column, so that on a phone a row becomes a short stack of labelled lines; roles keep it a table for assistive
 * technology while it is stacked. Sorting is a link that keeps the rest of the address.
 */
import { html, raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { Empty } from './notes.tsx';
import type { Ui } from './ui.ts';

export interface Column<Row> {
  key: string;
  label: string;
  cell: (row: Row) => Child;
  /** Right-aligned figures of equal width. */
  numeric?: boolean;
  /** The header is a link that sorts by `key`. */
  sortable?: boolean;
  /** The cell that names the row; the first column unless another says so. */
  heading?: boolean;
  /** Label kept for assistive technology and phones, not drawn in the header (e.g. a column of actions). */
  quiet?: boolean;
}

export interface Sort {
  by: string;
  dir: 'asc' | 'desc';
}

/** Reads `?sort=` and `?dir=` against the sortable columns; anything else gives the default. */
export function sortFrom(query: Record<string, string>, sortable: readonly string[], fallback: Sort): Sort {
  const by = query.sort;
  if (!by || !sortable.includes(by)) return fallback;
  return { by, dir: query.dir === 'desc' ? 'desc' : 'asc' };
}

export interface TableProps<Row> {
  ui: Pick<Ui, 't' | 'href' | 'path' | 'query'>;
  caption: string;
  /** The caption is for assistive technology only, because a heading right above says the same. */
  captionHidden?: boolean;
  columns: Column<Row>[];
  rows: readonly Row[];
  sort?: Sort;
  /** What stands there when there are no rows: a pleasant sentence. */
  empty?: Child;
  /** `stack` (default) turns rows into labelled lines on phones; `scroll` keeps the grid and scrolls, for figures to compare. */
  narrow?: 'stack' | 'scroll';
  /** An id for a row, to link to it. */
  rowId?: (row: Row) => string | undefined;
}

export function Table<Row>(props: TableProps<Row>) {
  const { ui, columns, rows, sort, narrow = 'stack' } = props;
  if (rows.length === 0) return <Empty>{props.empty ?? ui.t('ui.table.empty')}</Empty>;
  const heading = columns.find((column) => column.heading)?.key ?? columns[0]?.key;
  const stack = narrow === 'stack';
  const region = stack ? {} : { tabindex: 0, role: 'region', 'aria-label': props.caption };
  return (
    <div class={stack ? 'wm-table wm-table--stack' : 'wm-table wm-scroll'} {...region}>
      <table class="usa-table" role="table">
        <caption class={props.captionHidden ? 'wm-sr' : undefined}>{props.caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <HeaderCell ui={ui} column={column} sort={sort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">{cells(props, heading)}</tbody>
      </table>
    </div>
  );
}

/**
 * The cells of all rows as one flat list: the markup between two cells is the same in every row, so it is written once per column instead of being
 * built as elements 5,000 times over. What a cell holds is drawn, and escaped, as anywhere else.
 */
function cells<Row>({ columns, rows, rowId }: TableProps<Row>, heading: string | undefined): Child[] {
  const opening = columns.map((column) => {
    const align = column.numeric ? ' class="wm-right"' : '';
    if (column.key === heading) return `<th scope="row" role="rowheader"${align}>`;
    const label = column.quiet ? '' : html` data-label="${column.label}"`;
    return `<td role="cell"${align}${String(label)}>`;
  });
  const closing = columns.map((column) => (column.key === heading ? '</th>' : '</td>'));
  const between = opening.map((open, index) => raw((closing[index - 1] ?? '') + open));
  const plain = raw('<tr role="row">');
  const end = raw(`${closing.at(-1) ?? ''}</tr>`);
  const all: Child[] = [];
  for (const row of rows) {
    const id = rowId?.(row);
    all.push(id === undefined ? plain : html`<tr role="row" id="${id}">`);
    columns.forEach((column, index) => all.push(between[index], column.cell(row)));
    all.push(end);
  }
  return all;
}

/** The head of one column. Another click on the sorted column turns it round; sorting starts again on the first page. */
function HeaderCell<Row>({ ui, column, sort }: { ui: TableProps<Row>['ui']; column: Column<Row>; sort?: Sort }) {
  const sorted = sort?.by === column.key ? sort.dir : null;
  const next = sorted === 'asc' ? 'desc' : 'asc';
  return (
    <th
      scope="col"
      role="columnheader"
      class={column.numeric ? 'wm-right' : undefined}
      aria-sort={sorted === null ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}
    >
      {column.sortable ? (
        <a href={ui.href(ui.path, { ...ui.query, sort: column.key, dir: next, page: undefined })}>
          {column.label}
          <span class="wm-sr"> {ui.t(next === 'asc' ? 'ui.table.sortAsc' : 'ui.table.sortDesc')}</span>
        </a>
      ) : column.quiet ? (
        <span class="wm-sr">{column.label}</span>
      ) : (
        column.label
      )}
    </th>
  );
}
