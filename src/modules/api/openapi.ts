/** The OpenAPI 3.1 document, made from the routes themselves: what is not a route is not in it, and what is documented is what is checked. */
import { z } from 'zod';
import type { Module, Route } from '#kernel';

interface Parameter {
  name: string;
  in: 'path' | 'query';
  required: boolean;
  description?: string;
  schema: unknown;
}

/** The routes that are described, of every module, in order of their address. */
export const documented = (modules: Iterable<Pick<Module, 'routes'>>): (Route & { doc: NonNullable<Route['doc']> })[] =>
  [...modules]
    .flatMap((module) => module.routes)
    .filter((route): route is Route & { doc: NonNullable<Route['doc']> } => route.doc !== undefined)
    .sort((a, b) => a.path.localeCompare(b.path));

/** JSON Schema of a zod schema as OpenAPI 3.1 takes it. */
function schemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return rest;
}

/** `:plan` in an address as `{plan}`. */
export const template = (path: string): string => path.replace(/:([a-zA-Z]+)(\{[^}]*\})?/g, '{$1}');

/** What stands in an address. */
const inAddress: Record<string, string> = {
  network: 'Short name of the network, as in the addresses of its pages.',
  plan: 'Short name of the plan, as in the addresses of its pages.',
  id: 'Id of the record.',
};

export function parametersOf(route: Route & { doc: NonNullable<Route['doc']> }): Parameter[] {
  const path = [...route.path.matchAll(/:([a-zA-Z]+)/g)].map(
    ([, name]): Parameter => ({
      name: name!,
      in: 'path',
      required: true,
      description: inAddress[name!],
      schema: { type: 'string' },
    }),
  );
  const query = route.doc.query
    ? (schemaOf(route.doc.query) as { properties?: Record<string, { description?: string }>; required?: string[] })
    : {};
  const own = Object.entries(query.properties ?? {}).map(
    ([name, { description, ...schema }]): Parameter => ({
      name,
      in: 'query',
      required: query.required?.includes(name) ?? false,
      description,
      schema,
    }),
  );
  const language: Parameter = {
    name: 'lang',
    in: 'query',
    required: false,
    description: 'Language of sentences: en or es.',
    schema: { type: 'string', enum: ['en', 'es'] },
  };
  return [...path, ...own, language];
}

const problem = {
  description: 'Why there is no answer, in a sentence.',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['status', 'detail'],
        properties: { status: { type: 'integer' }, detail: { type: 'string' } },
      },
    },
  },
};

export function openApi(modules: Iterable<Pick<Module, 'routes'>>, server: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of documented(modules)) {
    const media = {
      'application/json': { schema: schemaOf(route.doc.response) },
      ...Object.fromEntries((route.doc.also ?? []).map((type) => [type, {}])),
    };
    const at = (paths[template(route.path)] ??= {});
    at[route.method.toLowerCase()] = {
      summary: route.doc.summary,
      parameters: parametersOf(route),
      responses: {
        200: { description: 'The answer.', content: media },
        304: { description: 'Nothing has changed since the ETag you sent.' },
        404: problem,
        422: problem,
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Waymark',
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Public data of the networks on this server. No key is needed.',
    },
    servers: [{ url: server }],
    paths,
  };
}
