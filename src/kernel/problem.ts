/**
 * What can go wrong, said once: one class, one mapping to HTTP. A forbidden read answers exactly as a missing one.
 */
export type ProblemKind =
  | 'notFound'
  | 'forbidden'
  | 'invalid'
  | 'conflict'
  | 'signIn'
  | 'stepUp'
  | 'tooMany'
  | 'tooLarge';

const statusOf: Record<ProblemKind, 303 | 400 | 404 | 409 | 413 | 422 | 429> = {
  notFound: 404,
  forbidden: 404,
  invalid: 422,
  conflict: 409,
  signIn: 303,
  stepUp: 303,
  tooMany: 429,
  tooLarge: 413,
};

export class Problem extends Error {
  readonly kind: ProblemKind;
  /** Message key and values, put into words in the reader's language by the page. */
  readonly key: string;
  readonly values: Record<string, unknown>;
  /** For `invalid`: field name → message key. */
  readonly fields: Record<string, { key: string; values?: Record<string, unknown> }>;
  /** Message key of the heading, where the usual one would not say what the page is. */
  readonly title: string | undefined;

  constructor(
    kind: ProblemKind,
    key: string,
    values: Record<string, unknown> = {},
    fields: Problem['fields'] = {},
    title?: string,
  ) {
    super(`${kind}: ${key}`);
    this.kind = kind;
    this.key = key;
    this.values = values;
    this.fields = fields;
    this.title = title;
  }

  get status(): 303 | 400 | 404 | 409 | 413 | 422 | 429 {
    return statusOf[this.kind];
  }

  static notFound(key = 'kernel.problem.notFound', values: Record<string, unknown> = {}): Problem {
    return new Problem('notFound', key, values);
  }
  /** A link that opens nothing any more, or never did: nobody learns which. `key` says what whoever had one can do. */
  static linkOver(key: string): Problem {
    return new Problem('notFound', key, {}, {}, 'kernel.error.linkOverTitle');
  }
  /** Not allowed. Looks like notFound from outside; the audit keeps the difference. */
  static forbidden(): Problem {
    return new Problem('forbidden', 'kernel.problem.notFound');
  }
  /** What was entered does not fit; `fields` names each field with the message of what to enter. */
  static invalid(fields: Problem['fields'], key = 'kernel.problem.invalid'): Problem {
    return new Problem('invalid', key, {}, fields);
  }
  /** Allowed in principle, but not in this state; the key says what to do. */
  static conflict(key: string, values: Record<string, unknown> = {}): Problem {
    return new Problem('conflict', key, values);
  }
}
