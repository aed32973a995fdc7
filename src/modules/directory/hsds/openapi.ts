/**
 * The OpenAPI document of one network's HSDS API, which `GET /` points to. Parameters come from what is checked (parameters.ts); what an answer looks
 * like is said by the published HSDS schemas, so that a validator holds us to those and not to our own reading of them.
 */
import { z } from 'zod';
import { parameters } from './parameters.ts';

const schemas = 'https://raw.githubusercontent.com/openreferral/specification/3.1/schema';
const schema = (file: string) => ({ $ref: `${schemas}/${file}.json` });

/** Per list: the schema of an entry and of a whole record. */
const files: Record<string, [entry: string, whole: string]> = {
  services: ['compiled/service_list', 'compiled/service'],
  organizations: ['compiled/organization_list', 'compiled/organization'],
  service_at_locations: ['compiled/service_at_location_list', 'compiled/service_at_location'],
  taxonomies: ['taxonomy', 'taxonomy'],
  taxonomy_terms: ['taxonomy_term', 'taxonomy_term'],
};

function parametersOf(of: z.ZodType): unknown[] {
  const { properties = {} } = z.toJSONSchema(of, { io: 'output', unrepresentable: 'any' }) as {
    properties?: Record<string, { description?: string; type?: string }>;
  };
  return Object.entries(properties).map(([name, { description, ...type }]) => ({
    name,
    in: 'query',
    required: false,
    description,
    schema: Object.keys(type).length > 0 ? type : { type: 'string', format: 'date-time' },
  }));
}

/** The same parameters in the body, as a form or as JSON. */
function bodyOf(of: unknown[]): unknown {
  const known = of as { name: string; description?: string; schema: object }[];
  const properties = Object.fromEntries(
    known.map(({ name, description, schema: type }) => [name, { ...type, description }]),
  );
  const content = { schema: { type: 'object', properties } };
  return {
    required: false,
    content: { 'application/json': content, 'application/x-www-form-urlencoded': content },
  };
}

const answer = (description: string, of: unknown, lines?: unknown) => ({
  description,
  content: { 'application/json': { schema: of }, ...(lines ? { 'application/x-ndjson': { schema: lines } } : {}) },
});
const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
const refusals = {
  400: problem('A parameter does not fit; the answer says which and what to send.'),
  429: problem('Too many at once; Retry-After says how many seconds to wait.'),
};

/** The document for a network. `base` is the address of `GET /` without a slash at its end. */
export function openApiOf(base: string, network: string): Record<string, unknown> {
  const paths: Record<string, unknown> = {
    '/': {
      get: {
        operationId: 'about',
        summary: 'What this API is',
        responses: {
          200: answer('Version, profile and this document.', {
            type: 'object',
            required: ['version', 'profile', 'openapi_url'],
            properties: {
              version: { type: 'string' },
              profile: { type: 'string', format: 'uri' },
              openapi_url: { type: 'string', format: 'uri' },
            },
          }),
          429: refusals[429],
        },
      },
    },
  };
  for (const [name, [entry, whole]] of Object.entries(files)) {
    const list = {
      parameters: parametersOf(parameters[name as keyof typeof parameters]),
      responses: {
        200: answer(
          'A page of the list.',
          {
            allOf: [
              { $ref: '#/components/schemas/Page' },
              { type: 'object', properties: { contents: { type: 'array', items: schema(entry) } } },
            ],
          },
          schema(entry),
        ),
        ...refusals,
      },
    };
    paths[`/${name}`] = {
      get: { operationId: `list_${name}`, summary: `List of ${name}`, ...list },
      post: {
        operationId: `ask_${name}`,
        summary: `List of ${name}; parameters may also stand in the body`,
        requestBody: bodyOf(list.parameters),
        ...list,
      },
    };
    paths[`/${name}/{id}`] = {
      parameters: [{ in: 'path', name: 'id', required: true, schema: { type: 'string', format: 'uuid' } }],
      get: {
        operationId: `get_${name}`,
        summary: `One of ${name}, with all its related data`,
        parameters: name === 'organizations' ? parametersOf(parameters.organization) : [],
        responses: {
          200: answer('The whole record.', schema(whole)),
          308: { description: 'It was merged into another record, whose address is in Location.' },
          404: problem('There is no such public record.'),
          ...refusals,
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: `HSDS API: ${network}`,
      version: '1',
      description:
        'The public part of a referral directory in the Human Services Data Specification 3.1. No key is needed.',
      license: {
        name: 'Data: ask the network. Shape: CC BY-SA 4.0, Open Referral',
        url: 'https://creativecommons.org/licenses/by-sa/4.0/',
      },
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [{ url: base }],
    paths,
    components: { schemas: { Page: pageSchema, Problem: problemSchema } },
  };
}

const pageSchema = {
  type: 'object',
  required: ['total_items', 'total_pages', 'page_number', 'size', 'first_page', 'last_page', 'empty', 'contents'],
  properties: {
    total_items: { type: 'integer' },
    total_pages: { type: 'integer' },
    page_number: { type: 'integer' },
    size: { type: 'integer', description: 'How many are on this page.' },
    first_page: { type: 'boolean' },
    last_page: { type: 'boolean' },
    empty: { type: 'boolean' },
    contents: { type: 'array' },
  },
};
const problemSchema = {
  type: 'object',
  required: ['status', 'detail'],
  properties: { status: { type: 'integer' }, detail: { type: 'string' }, parameter: { type: 'string' } },
};
