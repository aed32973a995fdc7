/** How answers of the HSDS API look: a page with what it is a page of, lines without end, one record, a refusal in words. */
import { json, Problem, type Req } from '#kernel';
import type { Fields } from '#modules/organisations';
import type { Misfit } from './parameters.ts';

/** A page of a list, as HSDS describes it. `size` is how many are on this page. */
export interface Page {
  total_items: number;
  total_pages: number;
  page_number: number;
  size: number;
  first_page: boolean;
  last_page: boolean;
  empty: boolean;
  contents: Fields[];
}

export function pageOf(contents: Fields[], total: number, number: number, perPage: number): Page {
  const pages = Math.ceil(total / perPage);
  return {
    total_items: total,
    total_pages: pages,
    page_number: number,
    size: contents.length,
    first_page: number === 1,
    last_page: number >= pages,
    empty: contents.length === 0,
    contents,
  };
}

/** One record, or what a missing one gets: whether it exists inside is not told. */
export function oneOf(record: Fields | undefined): Response {
  if (!record) throw Problem.notFound();
  return json(record);
}

/** Why a parameter does not fit, in the reader's language (RFC 9457). The value itself is not said again. */
export function refuse({ ctx }: Req, { parameter, key }: Misfit): Response {
  const detail = `${parameter}: ${ctx.t(key)}`;
  return new Response(JSON.stringify({ status: 400, detail, parameter }), {
    status: 400,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  });
}

/**
 * One JSON object a line, made a batch at a time as the reader takes them. No transaction stays open while a slow reader reads: the embedded database
 * has only one.
 */
export function lines(ids: readonly string[], batch: number, make: (ids: string[]) => Promise<Fields[]>): Response {
  const encoder = new TextEncoder();
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (at < ids.length) {
        const made = await make(ids.slice(at, at + batch));
        at += batch;
        if (made.length === 0) continue;
        controller.enqueue(encoder.encode(made.map((one) => `${JSON.stringify(one)}\n`).join('')));
        return;
      }
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson; charset=utf-8' } });
}
