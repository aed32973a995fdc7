/** Pages of a long list, as links that keep filters and order. */
import { formatNumber } from './format.ts';
import type { Ui } from './ui.ts';

/** The page numbers to offer: first, last, and the current one's neighbours; 0 stands for a gap. */
export function pagesToOffer(page: number, pages: number): number[] {
  const wanted = [1, page - 1, page, page + 1, pages].filter((n) => n >= 1 && n <= pages);
  const offered: number[] = [];
  for (const n of [...new Set(wanted)].sort((a, b) => a - b)) {
    const last = offered.at(-1) ?? 0;
    if (n - last === 2) offered.push(n - 1);
    else if (n - last > 2) offered.push(0);
    offered.push(n);
  }
  return offered;
}

/** Reads `?page=`; anything that is not a page of this list gives the nearest one. Pages count from 1. */
export function pageFrom(query: Record<string, string>, total: number, size: number): number {
  const pages = Math.max(1, Math.ceil(total / size));
  const page = /^\d{1,9}$/.test(query.page ?? '') ? Number(query.page) : 1;
  return Math.min(Math.max(page, 1), pages);
}

/** `total` rows, `size` a page, `page` from 1. Draws only the count when everything fits on one page, and nothing when there is nothing. */
export function Pager({
  ui,
  total,
  size,
  page,
}: {
  ui: Pick<Ui, 't' | 'href' | 'path' | 'query' | 'locale'>;
  total: number;
  size: number;
  page: number;
}) {
  if (total === 0) return null;
  const pages = Math.max(1, Math.ceil(total / size));
  const first = (page - 1) * size + 1;
  const last = Math.min(page * size, total);
  const to = (n: number) => ui.href(ui.path, { ...ui.query, page: n === 1 ? undefined : String(n) });
  const number = (n: number) => formatNumber(ui.locale, n);
  const showing = (
    <p class="wm-soft wm-small wm-num">
      {pages === 1 ? ui.t('ui.pager.all', { total }) : ui.t('ui.pager.showing', { first, last, total })}
    </p>
  );
  if (pages === 1) return showing;
  return (
    <div class="wm-section">
      {showing}
      <nav class="usa-pagination" aria-label={ui.t('ui.pager.label')}>
        <ul class="usa-pagination__list">
          {page > 1 && (
            <li class="usa-pagination__item usa-pagination__arrow">
              <a class="usa-pagination__link" href={to(page - 1)} rel="prev">
                ‹ {ui.t('ui.pager.previous')}
              </a>
            </li>
          )}
          {pagesToOffer(page, pages).map((n) =>
            n === 0 ? (
              <li class="usa-pagination__item usa-pagination__overflow" aria-hidden="true">
                …
              </li>
            ) : (
              <li class="usa-pagination__item">
                <a
                  class={n === page ? 'usa-pagination__button usa-current' : 'usa-pagination__button'}
                  href={to(n)}
                  aria-label={ui.t('ui.pager.page', { page: n })}
                  aria-current={n === page ? 'page' : undefined}
                >
                  {number(n)}
                </a>
              </li>
            ),
          )}
          {page < pages && (
            <li class="usa-pagination__item usa-pagination__arrow">
              <a class="usa-pagination__link" href={to(page + 1)} rel="next">
                {ui.t('ui.pager.next')} ›
              </a>
            </li>
          )}
        </ul>
      </nav>
    </div>
  );
}
