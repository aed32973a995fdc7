/** One record to HSDS and back: what HSDS has no field for survives, what it forbids never stands there. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { recordSchema } from '#modules/organisations';
import { richRecords } from '../../../../test/support/rich-records.ts';
import { fromHsds, oneToOne, toHsds } from './shape.ts';

test('every record comes back from HSDS as it went out, with translations and closed days', () => {
  for (const { kind, id, fields } of richRecords()) {
    const hsds = toHsds(kind, { id, ...fields });
    expect(JSON.stringify(hsds)).not.toMatch(/"translations"|"closed":|:null/);
    const back = fromHsds(kind, JSON.parse(JSON.stringify(hsds)));
    expect(back).toEqual(fields);
    expect(recordSchema[kind].parse(back)).toEqual(fields);
  }
});

test('the same record gives the same bytes each time', () => {
  const [first] = richRecords();
  const bytes = () => JSON.stringify(toHsds(first!.kind, { id: first!.id, ...first!.fields }));
  expect(bytes()).toBe(bytes());
});

test('nested records become ids, nulls and what HSDS tables point back with go', () => {
  const [organization, program, term] = [randomUUID(), randomUUID(), randomUUID()];
  const phone = { id: randomUUID(), number: '555 0100', service_id: randomUUID(), extension: null };
  const attribute = { id: randomUUID(), link_type: 'need', taxonomy_term: { id: term, name: 'Food' } };
  expect(
    fromHsds('service', {
      id: randomUUID(),
      name: 'Pantry',
      status: 'active',
      email: null,
      languages: [],
      organization: { id: organization, name: 'Open Door' },
      program: { id: program, name: 'Food' },
      phones: [phone],
      attributes: [attribute],
      last_modified: '2026-01-01T00:00:00Z',
    }),
  ).toMatchObject({
    name: 'Pantry',
    status: 'active',
    organization_id: organization,
    program_id: program,
    attributes: [{ link_type: 'need', taxonomy_term_id: term }],
  });
});

test('an address that people typed becomes one that RFC 3986 knows; a right one stays', () => {
  const url = (value: string) => toHsds('service', { id: randomUUID(), url: value }).url;
  expect(url('https://example.org/a?b=c#d')).toBe('https://example.org/a?b=c#d');
  expect(url('http://example.com')).toBe('http://example.com');
  expect(url('https://example.org/año nuevo|[1]?q={x}&p=100%')).toMatch(/^[\w\-.~:/?#@!$&'()*+,;=%]+$/);
});

test('lists show what is one to one and nothing else', () => {
  expect(oneToOne({ id: '1', name: 'A', phones: [{}], organization: { id: '2' } })).toEqual({
    id: '1',
    name: 'A',
    organization: { id: '2' },
  });
});
