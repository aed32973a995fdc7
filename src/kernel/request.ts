/** One request as a page sees it, and the answers a page gives. */
import { type Ui, withFieldNames } from '#ui';
import type { Ctx } from './context.ts';
import type { Module, Reply } from './module.ts';
import { Problem } from './problem.ts';
import type { Address } from './stands-on.ts';

/** An uploaded file, whole in memory; its size was bounded by the route. */
export interface Upload {
  name: string;
  type: string;
  bytes: Uint8Array;
}

/** One request, as a page sees it. */
export interface Req {
  ctx: Ctx;
  ui: Ui;
  params: Record<string, string>;
  query: Record<string, string>;
  /** Path without the query. */
  path: string;
  /** The page that a form stood on, as the browser says it; null where it does not, and for a page. */
  formPage: Address | null;
  raw: Request;
  /** Fields of the submitted form; a field that came several times is in `lists`. */
  form(): Promise<{ fields: Record<string, string>; lists: Record<string, string[]>; files: Record<string, Upload> }>;
  /** Sets or clears the session cookie on the answer. */
  signIn(token: string): void;
  signOut(): void;
  userAgent: string;
  /** A key for limits that does not name anyone: never stored, changes with every start of the server. */
  origin: string;
  /** The same for everybody at one address. Never the only key of a limit on what people need: a whole shelter may share one. */
  address: string;
  module: ReadonlyMap<string, Module>;
  /** The page is not whole (a part of it failed): it is shown this once and not kept for others. */
  doNotKeep(): void;
}

/** 303 See Other, keeping the chosen language. */
export function redirect(req: Req, path: string, query: Record<string, string | undefined> = {}): Response {
  return new Response(null, { status: 303, headers: { location: req.ui.href(path, query) } });
}

export const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json; charset=utf-8' } });

/** A download; the name is made safe for headers. */
export const download = (bytes: Uint8Array | string, type: string, filename: string): Response =>
  new Response(bytes as BodyInit, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${filename.replace(/[^\w.-]+/g, '-')}"`,
    },
  });

/** A page with another status than 200. */
export const page = async (element: Reply, status = 200): Promise<Response> =>
  new Response(await documentOf(element), { status, headers: htmlHeaders });

export const htmlHeaders: Record<string, string> = { 'content-type': 'text/html; charset=utf-8' };
/** A part of a page may wait for what it reads: its text comes with it. */
export const documentOf = async (element: Reply): Promise<string> =>
  `<!doctype html>${withFieldNames(String(await (await element).toString()))}`;

/** What a form says. Throws Problem.invalid for what cannot be read as one. */
export async function readForm(raw: Request): Promise<Awaited<ReturnType<Req['form']>>> {
  const fields: Record<string, string> = {};
  const lists: Record<string, string[]> = {};
  const files: Record<string, Upload> = {};
  const type = raw.headers.get('content-type') ?? '';
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(type)) return { fields, lists, files };
  let data: FormData;
  try {
    data = await raw.formData();
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw Problem.invalid({ form: { key: 'kernel.field.form' } });
  }
  for (const [key, value] of data) {
    if (typeof value === 'string') {
      // Text with a NUL cannot be stored; it never comes from a keyboard.
      const text = value.replaceAll('\0', '').replaceAll('\r\n', '\n');
      fields[key] ??= text;
      (lists[key] ??= []).push(text);
    } else if (value.size > 0) {
      files[key] = { name: value.name, type: value.type, bytes: new Uint8Array(await value.arrayBuffer()) };
    }
  }
  return { fields, lists, files };
}
