/** A browser without JavaScript: keeps cookies, follows nothing by itself, and sends forms with their hidden fields the way a person's click does. */
import { Secret, TOTP } from 'otpauth';
import type { TestApp } from './harness.ts';

export interface Page {
  status: number;
  html: string;
  /** Where a redirect leads, without the origin. */
  location: string | null;
  headers: Headers;
}

export class Visitor {
  readonly jar = new Map<string, string>();
  readonly #t: TestApp;
  readonly #headers: Record<string, string>;

  constructor(t: TestApp, more: { userAgent?: string; language?: string } = {}) {
    this.#t = t;
    this.#headers = {
      'user-agent': more.userAgent ?? 'Mozilla/5.0 (X11; Linux) Firefox/140.0',
      'accept-language': more.language ?? 'en',
    };
  }

  async #send(path: string, init: RequestInit = {}): Promise<Page> {
    const headers = new Headers({ ...this.#headers, ...(init.headers as Record<string, string>) });
    if (this.jar.size > 0) headers.set('cookie', [...this.jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await this.#t.fetch(path, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]!.split('=');
      if (value === '' || /max-age=0/i.test(line)) this.jar.delete(name);
      else this.jar.set(name, value);
    }
    const location = response.headers.get('location');
    return {
      status: response.status,
      html: await response.text(),
      location: location?.startsWith(`${this.#t.app.config.baseUrl}/`)
        ? location.slice(this.#t.app.config.baseUrl.length)
        : location,
      headers: response.headers,
    };
  }

  /** Opens an address. `from`: where the link stood, as a browser would say it. */
  get = (path: string, from?: 'same-origin' | 'cross-site' | 'none'): Promise<Page> =>
    this.#send(path, from ? { headers: { 'sec-fetch-site': from } } : {});

  /** Sends the form with this action that stands on `page`; its hidden fields go along. */
  async submit(page: string | Page, action: string, fields: Record<string, string | string[]> = {}): Promise<Page> {
    const shown = typeof page === 'string' ? await this.get(page) : page;
    const form = [...shown.html.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)].find(
      (one) => one[1]!.replaceAll('&amp;', '&') === action,
    );
    if (!form) throw new Error(`There is no form for ${action} on a page with status ${shown.status}.`);
    const body = new URLSearchParams();
    for (const [tag] of form[2]!.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      const name = /name="([^"]*)"/.exec(tag)?.[1];
      if (name && !(name in fields)) body.append(name, /value="([^"]*)"/.exec(tag)?.[1] ?? '');
    }
    for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
    return this.#send(action, {
      method: 'POST',
      body,
      headers: { origin: this.#t.app.config.baseUrl, 'sec-fetch-site': 'same-origin' },
    });
  }
}

/** The secret that a page shows for a phone's app. */
export const secretOn = (page: Page): string =>
  /<code id="secret">([^<]*)<\/code>/.exec(page.html)![1]!.replaceAll(' ', '');

/** The code a phone would show for a secret at a moment. */
export const codeAt = (secret: string, at: Date): string =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: at.getTime() });
