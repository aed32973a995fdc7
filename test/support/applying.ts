/** An applicant with a browser that keeps its cookie, and the answers of an organisation that is made up. */
import type { TestApp } from './harness.ts';

/** What is entered, page by page. */
export const enteredPages: Record<string, Record<string, string | string[]>> = {
  organisation: {
    orgName: 'Casa Violeta (made up)',
    orgDescription: 'A night shelter and legal help.',
    orgPhone: '555 010 0142',
  },
  practice: {
    survivors: 'People choose each step.',
    sustainable: 'A board of seven and three grants.',
    collaboration: 'We meet with the coalition each month.',
    ability: 'Twelve beds and four trained advocates.',
  },
  'place-1': {
    hidden: 'yes',
    placeName: 'The house',
    street: '917 Quietwater Lane',
    city: 'Canarytown',
    state: 'TX',
    zip: '77001',
  },
  'service-1': {
    serviceName: 'Night shelter',
    serviceDescription: 'A bed, food and somebody to talk to.',
    needsShelter: ['service.shelter.trafficking', 'service.shelter.minors'],
    languages: ['en', 'es'],
    hours: '24/7',
    cost: 'cost.free',
    areas: 'Harris County',
  },
  'who-1': {
    situations: ['situation.trafficking.sex', 'situation.violence.domestic'],
    genders: 'gender.all',
    minimumAge: '14',
    exclude: 'intake.sex-offense',
    include: 'intake.no-id',
    warm: 'yes',
  },
  references: {
    firstName: 'Reference One',
    firstAgency: 'Bright Clinic',
    firstContact: '555 010 0177',
    secondName: 'Reference Two',
    secondAgency: 'Harbor Legal',
    secondContact: 'two@example.org',
  },
  contact: {
    contactName: 'Contact Canary',
    contactPhone: '555 010 0188',
    contactEmail: 'applicant@example.org',
    mail: 'yes',
    wantsPublic: 'later',
  },
};

/** One browser without an account. */
export class Applicant {
  cookie = '';
  readonly #t: TestApp;
  readonly #base: string;
  readonly #agent: string;

  constructor(t: TestApp, network: string, agent = `browser ${Math.random()}`) {
    this.#t = t;
    this.#base = `/${network}/services/apply`;
    this.#agent = agent;
  }

  async get(path: string): Promise<Response> {
    return this.#kept(
      await this.#t.fetch(this.#base + path, { headers: { cookie: this.cookie, 'user-agent': this.#agent } }),
    );
  }

  async post(path: string, fields: Record<string, string | string[]> = {}): Promise<Response> {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
    return this.#kept(
      await this.#t.fetch(this.#base + path, {
        method: 'POST',
        body,
        headers: { cookie: this.cookie, 'user-agent': this.#agent, origin: 'http://localhost' },
      }),
    );
  }

  #kept(response: Response): Response {
    const set = response.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0]!;
    return response;
  }

  /** Begins; the code that is shown. */
  async begin(): Promise<string> {
    const text = await (await this.post('')).text();
    return /wm-code[^>]*>([\d ]+)</.exec(text)![1]!;
  }

  /** Fills in every page, and sends. */
  async applyWhole(pages = enteredPages): Promise<string> {
    const code = await this.begin();
    for (const [page, fields] of Object.entries(pages)) {
      const saved = await this.post(`/${page}`, { ...fields, go: 'on' });
      if (saved.status !== 303) throw new Error(`${page}: ${saved.status}`);
    }
    const sent = await this.post('/sending');
    if (sent.status !== 303) throw new Error(`sending: ${sent.status}`);
    return code;
  }
}
