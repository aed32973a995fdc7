/** A network with services as a city has them: public, internal, in part internal, at a hidden place. Everything is invented. */
import { randomUUID } from 'node:crypto';
import type { Ctx } from '#kernel';
import { marksForAll } from '#modules/organisations';
import { sealPlace } from '../../src/modules/directory/hidden-places.ts';
import { termByCode } from '../../src/modules/directory/taxonomy/index.ts';
import type { TestApp } from './harness.ts';
import { type Given, list, saveAll } from './hsds-network.ts';

const term = (code: string) => termByCode(code)!.id;
const says = (link_type: string, code: string) => ({ id: randomUUID(), taxonomy_term_id: term(code), link_type });
const speaks = (...codes: string[]) => codes.map((code) => ({ id: randomUUID(), code }));
const weekly = (byday: string, opens_at: string, closes_at: string) => ({
  id: randomUUID(),
  freq: 'WEEKLY' as const,
  byday,
  opens_at,
  closes_at,
});

export const ids = {
  house: randomUUID(),
  shelter: randomUUID(),
  hiddenPlace: randomUUID(),
  bridge: randomUUID(),
  legal: randomUUID(),
  office: randomUUID(),
  kitchen: randomUUID(),
  meals: randomUUID(),
  quiet: randomUUID(),
  inside: randomUUID(),
  secretPhone: randomUUID(),
};
/** Stand only in what the public may not read. */
export const internal = { phone: '713-555-0177', name: 'Wrenfield', alert: 'Marlpath', address: '41 Teasel Lane' };

const organization = (id: string, name: string, more: Record<string, unknown> = {}): Given => ({
  kind: 'organization',
  id,
  fields: { name, ...more },
});

export async function servicesNetwork(t: TestApp, ctx: Ctx): Promise<void> {
  const shelter = {
    organization_id: ids.house,
    name: 'Emergency shelter for women and children',
    description: 'A quiet house with rooms for mothers and children, and people to talk to at any hour.',
    status: 'active',
    phones: [
      { id: randomUUID(), number: '713-555-0123', description: 'day and night' },
      { id: ids.secretPhone, number: internal.phone, description: 'staff line' },
    ],
    schedules: [weekly('MO,TU,WE,TH,FR,SA,SU', '00:00', '24:00')],
    languages: speaks('en', 'es'),
    service_areas: [{ id: randomUUID(), name: 'Harris County, TX' }],
    wait_time: internal.alert,
    fees_description: 'Free',
    minimum_age: 0,
    required_documents: [{ id: randomUUID(), document: 'Nothing. Come as you are' }],
    attributes: [
      says('need', 'service.shelter.domestic-violence'),
      says('specialisation', 'specialisation.immigrants'),
      says('eligibility_include', 'intake.pets'),
      says('eligibility_exclude', 'intake.sex-offense'),
      { id: randomUUID(), link_type: 'accepting_referrals', label: 'accepting_referrals', value: 'yes' },
      { id: randomUUID(), link_type: 'warm_transfer', label: 'warm_transfer', value: 'ask' },
    ],
    translations: {
      es: {
        name: 'Albergue de emergencia para mujeres y niños',
        description:
          'Una casa tranquila con cuartos para madres y niños, y personas con quien hablar a cualquier hora.',
      },
    },
  };
  const inside = {
    organization_id: ids.quiet,
    name: `${internal.name} safe rooms`,
    status: 'active',
    languages: speaks('tl'),
    attributes: [says('need', 'service.shelter.safe-house')],
  };
  await saveAll(t, ctx, [
    organization(ids.house, 'Heron House', { description: 'Shelter since 1981', website: 'https://heron.example' }),
    {
      kind: 'service',
      id: ids.shelter,
      fields: shelter,
      marks: {
        ...marksForAll('service', shelter, 'public'),
        [`phones/${ids.secretPhone}`]: 'hotline',
        wait_time: 'partner',
      },
    },
    {
      kind: 'location',
      id: ids.hiddenPlace,
      confidential: true,
      fields: { organization_id: ids.house, location_type: 'physical', name: internal.name },
    },
    {
      kind: 'service_at_location',
      id: randomUUID(),
      fields: { service_id: ids.shelter, location_id: ids.hiddenPlace },
    },
    organization(ids.bridge, 'Bridge Law Center'),
    {
      kind: 'service',
      id: ids.legal,
      fields: {
        organization_id: ids.bridge,
        name: 'Immigration lawyers for survivors',
        description: 'Lawyers who help with T visas, U visas and papers after abuse.',
        status: 'active',
        phones: [{ id: randomUUID(), number: '713-555-0150' }],
        schedules: [weekly('MO,TU,WE,TH,FR', '09:00', '17:00')],
        languages: speaks('en', 'es', 'vi'),
        cost_options: [{ id: randomUUID(), amount: 0 }],
        attributes: [says('need', 'service.legal.immigration'), says('need', 'service.legal.t-visa')],
      },
    },
    {
      kind: 'location',
      id: ids.office,
      fields: {
        organization_id: ids.bridge,
        location_type: 'physical',
        name: 'Bridge Law Center, downtown',
        latitude: 29.756,
        longitude: -95.363,
        transportation: 'Main Street light rail, Preston station',
        addresses: [
          {
            id: randomUUID(),
            address_1: '500 Preston Street',
            city: 'Houston',
            state_province: 'TX',
            postal_code: '77002',
            country: 'US',
            address_type: 'physical',
          },
        ],
        attributes: [says('accessibility', 'accessibility.step-free')],
      },
    },
    { kind: 'service_at_location', id: randomUUID(), fields: { service_id: ids.legal, location_id: ids.office } },
    organization(ids.kitchen, 'Oleander Kitchen'),
    {
      kind: 'service',
      id: ids.meals,
      fields: {
        organization_id: ids.kitchen,
        name: 'Hot meals and groceries',
        status: 'active',
        attributes: [says('need', 'service.daily.basic-needs')],
        languages: speaks('en'),
      },
    },
    { ...organization(ids.quiet, `${internal.name} Rooms`), marks: { name: 'hotline' } },
    { kind: 'service', id: ids.inside, fields: inside, marks: marksForAll('service', inside, 'hotline') },
  ]);
  await list(t, ctx, [ids.house, ids.bridge, ids.kitchen]);
  await list(t, ctx, [ids.quiet], false);
  await t.db.run({ scope: 'system' }, (tx) =>
    sealPlace(tx, ctx, ctx.network!.id, ids.hiddenPlace, {
      addresses: [
        {
          id: randomUUID(),
          address_1: internal.address,
          city: 'Houston',
          state_province: 'TX',
          postal_code: '77009',
          country: 'US',
          address_type: 'physical',
        },
      ],
    }),
  );
}
