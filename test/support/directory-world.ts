/**
 * A directory as an attacker would want it: hidden places, values for insiders, providers at every step of vetting, notes, proposals, merged records;
 * each thing that must not come out carries a canary of its own. Everything is invented.
 */
import { randomUUID } from 'node:crypto';
import { allActions, type Ctx, Problem } from '#kernel';
import { type Fields, type Marks, marksForAll } from '#modules/organisations';
import { startSession } from '../../src/kernel/identity/session.ts';
import { sealPlace } from '../../src/modules/directory/hidden-places.ts';
import { directory } from '../../src/modules/directory/tables.ts';
import { termByCode } from '../../src/modules/directory/taxonomy/index.ts';
import { Applicant, enteredPages } from './applying.ts';
import { type Canary, canaryOf } from './canary.ts';
import type { TestApp, TestPerson } from './harness.ts';
import { type Given, list, saveAll } from './hsds-network.ts';
import { ids, servicesNetwork } from './services-network.ts';

/** What each canary stands in. The tag is part of every one of its words. */
export const tags = [
  'amberhid', // where a hidden place is
  'birchhid', // what the record of a hidden place says
  'cedarhot', // values for the hotline
  'dahlivet', // values for those who vet
  'elderint', // a listed provider that is not public
  'fennelun', // an application that was sent
  'gorsedra', // an application that was never sent
  'hazelref', // references
  'irisevid', // evidence of vetting steps
  'jasminno', // notes of advocates
  'kelppropo', // what a provider proposes
  'larchdecl', // a declined provider
  'maplemer', // a duplicate that was merged away
  'nettlesav', // a saved search
  'oliveterm', // a term that only internal records use
  'pansypart', // values for partners
  'quincvis', // a visit and its report
  'rowanmov', // where a provider says that a hidden place is now
] as const;
export type Tag = (typeof tags)[number];

export const canary = Object.fromEntries(tags.map((tag) => [tag, canaryOf(tag)])) as Record<Tag, Canary>;
/** Nobody outside the network's staff may read any of these; partners may read the last group too. */
const forPartners: Tag[] = ['pansypart', 'elderint', 'oliveterm'];
export const canariesFor = (audience: 'public' | 'partner' | 'hotline'): Canary[] => {
  const allowed: Tag[] =
    audience === 'public'
      ? []
      : audience === 'partner'
        ? forPartners
        : [...forPartners, 'cedarhot', 'irisevid', 'jasminno'];
  return tags.filter((tag) => !allowed.includes(tag)).map((tag) => canary[tag]);
};

/** Coordinates of the hidden place: as text they are found wherever they come out. */
export const hiddenPoint = { latitude: 29.813_579, longitude: -95.246_813 };
export const movedPoint = { latitude: 30.263_579, longitude: -95.246_813 };

export const more = {
  ...ids,
  /** Listed inside, with a place of its own. */
  quietPlace: randomUUID(),
  /** Linked to it by a public service. */
  guestLink: randomUUID(),
  hiddenLink: randomUUID(),
  secretProgram: randomUUID(),
  demoted: randomUUID(),
  demotedService: randomUUID(),
  declined: randomUUID(),
  declinedService: randomUUID(),
  unlisted: randomUUID(),
  unlistedService: randomUUID(),
  unpublished: randomUUID(),
  unpublishedService: randomUUID(),
  duplicate: randomUUID(),
  duplicateService: randomUUID(),
  partnerService: randomUUID(),
  /** A hidden place of the provider that has an account. */
  kitchenPlace: randomUUID(),
};

export interface World {
  t: TestApp;
  network: { id: string; slug: string };
  system: Ctx;
  people: Record<
    | 'admin'
    | 'auditor'
    | 'editor'
    | 'vetter'
    | 'approver'
    | 'visitor'
    | 'advocate'
    | 'partner'
    | 'provider'
    | 'unvetted'
    | 'staff'
    | 'elsewhere',
    TestPerson
  >;
  /** The organisation that the account `provider` speaks for, and its service. */
  applied: string;
  /** A term that only an internal record uses. */
  term: string;
  codes: string[];
}

/** Calls an action as a person, and says which one failed and why. */
export async function act(
  w: Pick<World, 't' | 'network'>,
  who: TestPerson,
  name: string,
  input: unknown,
): Promise<unknown> {
  const found = allActions().get(name);
  if (!found) throw new Error(`There is no action ${name} any more; the attack must use another.`);
  return found(await w.t.ctx(w.network.id, who), input).catch((error: unknown) => {
    throw error instanceof Problem ? new Error(`${name}: ${error.key} ${JSON.stringify(error.fields)}`) : error;
  });
}

const address = (line: string, city: string): Fields => ({
  id: randomUUID(),
  address_1: line,
  city,
  state_province: 'TX',
  postal_code: '77028',
  country: 'US',
  address_type: 'physical',
});

export const hiddenAt = (point: { latitude: number; longitude: number }, line = canary.amberhid.words): Fields => ({
  ...point,
  addresses: [address(line, `${canary.amberhid.name} City`)],
  phones: [{ id: randomUUID(), number: canary.amberhid.phone }],
  transportation: canary.amberhid.words,
});

/** A service whose every field beside its name and need is for fewer people. */
function guarded(
  tag: Tag,
  audience: 'partner' | 'hotline' | 'vetting',
  organization: string,
  id: string,
  name: string,
): Given {
  const c = canary[tag];
  const child = () => randomUUID();
  const fields: Fields = {
    organization_id: organization,
    name,
    status: 'active',
    alternate_name: c.name,
    description: c.words,
    email: c.email,
    url: `https://${tag}sang.example`,
    alert: c.words,
    eligibility_description: c.words,
    application_process: c.words,
    wait_time: c.words,
    fees_description: c.words,
    interpretation_services: c.words,
    accreditations: c.words,
    phones: [{ id: child(), number: c.phone, description: c.words }],
    contacts: [{ id: child(), name: c.name, email: c.email, phones: [{ id: child(), number: c.phone }] }],
    schedules: [
      { id: child(), freq: 'WEEKLY', byday: 'MO', opens_at: '09:00', closes_at: '17:00', description: c.words },
    ],
    service_areas: [{ id: child(), name: c.name }],
    languages: [{ id: child(), name: c.name, code: 'sq' }],
    required_documents: [{ id: child(), document: c.words }],
    cost_options: [{ id: child(), option: c.words }],
    capacities: [
      {
        id: child(),
        unit: { id: child(), name: c.words },
        available: 3,
        maximum: 4,
        description: c.words,
        updated: '2026-02-01T08:00:00Z',
      },
    ],
    translations: { es: { alternate_name: c.name, description: c.words, alert: c.words } },
    attributes: [
      { id: child(), link_type: 'audience', value: c.words, label: c.words },
      { id: child(), taxonomy_term_id: termByCode('service.shelter.safe-house')!.id, link_type: 'need', label: c.name },
    ],
  };
  const marks: Marks = { ...marksForAll('service', fields, audience), name: 'public', status: 'public' };
  delete marks.translations;
  return { kind: 'service', id, fields, marks };
}

const organization = (id: string, name: string, more: Fields = {}): Given => ({
  kind: 'organization',
  id,
  fields: { name, ...more },
});

const secretService = (tag: Tag, organizationId: string, id: string): Given => ({
  kind: 'service',
  id,
  fields: {
    organization_id: organizationId,
    name: canary[tag].words,
    description: canary[tag].name,
    email: canary[tag].email,
    status: 'active',
    phones: [{ id: randomUUID(), number: canary[tag].phone }],
  } as Fields,
});

const people = {
  admin: 'network_admin',
  auditor: 'auditor',
  editor: 'directory_editor',
  vetter: 'directory_vetter',
  approver: 'directory_approver',
  visitor: 'directory_visitor',
  advocate: 'advocate',
  partner: 'partner',
  provider: 'provider',
  unvetted: 'provider',
  staff: 'staff',
} as const;

export async function directoryWorld(t: TestApp, slug = 'alpha'): Promise<World> {
  const network = await t.network(slug);
  const system = await t.ctx(network.id, 'system');
  await servicesNetwork(t, system);
  const held: Partial<World['people']> = {};
  for (const [who, role] of Object.entries(people))
    held[who as keyof typeof people] = await t.person(network.id, [role], { name: `The ${who}` });
  const other = await t.network(`${slug}-next`);
  held.elsewhere = await t.person(other.id, [...new Set(Object.values(people))], { name: 'From elsewhere' });
  const w: World = { t, network, system, people: held as World['people'], applied: '', term: '', codes: [] };
  await guardedRecords(w);
  await hiddenPlaces(w);
  await states(w);
  await applications(w);
  await workOfInsiders(w);
  return w;
}

/** Public services with values for fewer people, and a provider inside with a place that a public service uses. */
async function guardedRecords(w: World): Promise<void> {
  const { t, system } = w;
  w.term = String(
    await act(w, w.people.editor, 'directory.term.save', {
      code: 'own.inside-only',
      name: { en: canary.oliveterm.words, es: canary.oliveterm.name },
      parent: 'service.shelter',
      synonyms: { en: [`${'oliveterm'}sang`], es: [] },
    }),
  );
  const inside = secretService('elderint', ids.quiet, randomUUID());
  inside.fields.attributes = [{ id: randomUUID(), taxonomy_term_id: w.term, link_type: 'need' }];
  const legalAtQuiet: Given = {
    kind: 'service_at_location',
    id: more.guestLink,
    fields: { service_id: ids.legal, location_id: more.quietPlace },
  };
  await saveAll(t, system, [
    guarded('cedarhot', 'hotline', ids.house, randomUUID(), 'Counselling'),
    guarded('dahlivet', 'vetting', ids.house, randomUUID(), 'Job training'),
    guarded('pansypart', 'partner', ids.house, more.partnerService, 'Child care'),
    {
      kind: 'program',
      id: more.secretProgram,
      fields: { organization_id: ids.house, name: canary.cedarhot.words, description: canary.cedarhot.name },
      marks: { name: 'hotline', description: 'hotline' },
    },
    inside,
    {
      kind: 'location',
      id: more.quietPlace,
      fields: {
        organization_id: ids.quiet,
        name: canary.elderint.words,
        location_type: 'physical',
        latitude: 29.777_111,
        longitude: -95.333_111,
        addresses: [address(canary.elderint.words, 'Houston')],
      },
    },
    legalAtQuiet,
  ]);
}

async function hiddenPlaces(w: World): Promise<void> {
  const { t, system, network } = w;
  await saveAll(t, system, [
    {
      kind: 'location',
      id: ids.hiddenPlace,
      confidential: true,
      fields: {
        organization_id: ids.house,
        location_type: 'physical',
        name: canary.birchhid.words,
        languages: [{ id: randomUUID(), code: 'sq', name: canary.birchhid.name }],
        attributes: [
          {
            id: randomUUID(),
            taxonomy_term_id: termByCode('accessibility.step-free')!.id,
            link_type: 'accessibility',
            label: canary.birchhid.words,
          },
        ],
      },
    },
    // A service of somebody else at the hidden place.
    {
      kind: 'service_at_location',
      id: more.hiddenLink,
      fields: { service_id: ids.meals, location_id: ids.hiddenPlace, description: canary.birchhid.words },
    },
  ]);
  await t.db.run({ scope: 'system' }, (tx) =>
    sealPlace(tx, system, network.id, ids.hiddenPlace, hiddenAt(hiddenPoint)),
  );
}

/** Providers that were public once, or never. */
async function states(w: World): Promise<void> {
  const { t, system, network } = w;
  await saveAll(t, system, [
    organization(more.demoted, canary.larchdecl.words),
    secretService('larchdecl', more.demoted, more.demotedService),
    organization(more.declined, canary.larchdecl.words),
    secretService('larchdecl', more.declined, more.declinedService),
    organization(more.unlisted, canary.larchdecl.words),
    secretService('larchdecl', more.unlisted, more.unlistedService),
    organization(more.unpublished, canary.elderint.words),
    secretService('elderint', more.unpublished, more.unpublishedService),
    organization(more.duplicate, canary.maplemer.words),
    secretService('maplemer', more.duplicate, more.duplicateService),
  ]);
  await list(t, system, [more.demoted, more.unpublished]);
  const event = (organization_id: string, kind: 'demoted' | 'unpublished' | 'applied' | 'proposed' | 'declined') =>
    t.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
      directory(tx)
        .insertInto('app.directory_event')
        .values({ network_id: network.id, organization_id, on_day: '2026-02-01', kind, author_id: null })
        .execute(),
    );
  await event(more.demoted, 'demoted');
  await event(more.unpublished, 'unpublished');
  for (const kind of ['applied', 'declined'] as const) await event(more.declined, kind);
  await list(t, system, []);
  // A duplicate that was never public is merged into one that is.
  await list(t, system, [more.duplicate], false);
  await act(w, w.people.editor, 'directory.record.merge', {
    from: more.duplicateService,
    into: ids.meals,
    reason: canary.maplemer.words,
  });
  await act(w, w.people.editor, 'directory.record.merge', {
    from: more.duplicate,
    into: ids.kitchen,
    reason: canary.maplemer.words,
  });
}

const withCanary = (tag: Tag) => {
  const c = canary[tag];
  const r = canary.hazelref;
  const pages = structuredClone(enteredPages);
  Object.assign(pages.organisation!, {
    orgName: c.words,
    orgDescription: c.words,
    orgPhone: c.phone,
    orgEmail: c.email,
  });
  Object.assign(pages.practice!, {
    survivors: c.words,
    sustainable: c.words,
    collaboration: c.words,
    ability: c.words,
  });
  Object.assign(pages['place-1']!, { placeName: c.words, street: c.words, city: c.name });
  Object.assign(pages['service-1']!, { serviceName: c.words, serviceDescription: c.words });
  Object.assign(pages.references!, {
    firstName: r.name,
    firstAgency: r.words,
    firstContact: r.phone,
    secondName: r.name,
    secondContact: r.email,
  });
  Object.assign(pages.contact!, { contactName: c.name, contactPhone: c.phone, contactEmail: c.email });
  return pages;
};

/** One application with all its steps, up to a listing inside; one that was sent; one that was not. */
async function applications(w: World): Promise<void> {
  const { t, network, people } = w;
  for (const tag of ['irisevid', 'fennelun'] as const)
    w.codes.push(await new Applicant(t, network.slug).applyWhole(withCanary(tag)));
  const draft = new Applicant(t, network.slug);
  w.codes.push(await draft.begin());
  await draft.post('/organisation', { ...withCanary('gorsedra').organisation, go: 'on' });
  await draft.post('/contact', { ...withCanary('gorsedra').contact, go: 'on' });
  const rows = await t.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
    directory(tx)
      .selectFrom('app.directory_event')
      .select(['organization_id'])
      .where('kind', '=', 'applied')
      .orderBy('seq')
      .execute(),
  );
  const [first] = rows.map((row) => row.organization_id).filter((id) => id !== more.declined);
  w.applied = first!;
  const organization = w.applied;
  const note = `${canary.irisevid.words} and more`;
  const good = { survivors: 'good', sustainable: 'good', collaboration: 'good', ability: 'good' };
  await act(w, people.vetter, 'directory.vetting.step', {
    organization,
    step: 'reviewed',
    evidence: { ...good, note },
  });
  await act(w, people.vetter, 'directory.vetting.step', {
    organization,
    step: 'called',
    evidence: { spokeWith: canary.irisevid.name, note },
  });
  const r = canary.hazelref;
  await act(w, people.vetter, 'directory.vetting.step', {
    organization,
    step: 'referenced',
    evidence: { first: r.name, firstSaid: 'good', second: r.words, secondSaid: 'good', note: r.words },
  });
  const visit = (await act(w, people.vetter, 'directory.visit.ask', {
    organization,
    visitor: people.visitor.id,
    note: canary.quincvis.words,
  })) as { id: string };
  const seen = Object.fromEntries(
    ['exists', 'private', 'safe', 'staffed', 'rights', 'accessible', 'wouldSend'].map((one) => [one, 'yes']),
  );
  await act(w, people.visitor, 'directory.visit.report', {
    id: visit.id,
    on: '2026-06-02',
    report: { ...seen, met: canary.quincvis.name, note: canary.quincvis.words },
  });
  await act(w, people.vetter, 'directory.vetting.step', {
    organization,
    step: 'visited',
    evidence: { visit: visit.id, note },
  });
  await act(w, people.vetter, 'directory.vetting.move', { organization, kind: 'proposed', reason: note });
  await act(w, people.approver, 'directory.vetting.decide', {
    organization,
    decision: 'listed',
    audience: 'hotline',
    reason: note,
  });
}

async function workOfInsiders(w: World): Promise<void> {
  const { people } = w;
  await act(w, people.advocate, 'directory.note.add', { service: ids.shelter, text: canary.jasminno.words });
  await act(w, people.vetter, 'directory.provider.link', { organization: ids.kitchen, person: people.provider.id });
  await act(w, people.provider, 'directory.provider.propose', {
    record: ids.meals,
    values: {
      description: canary.kelppropo.words,
      contacts: [{ id: randomUUID(), name: canary.kelppropo.name, email: canary.kelppropo.email }],
      cost_options: [{ id: randomUUID(), option: canary.kelppropo.words }],
      attributes: [{ id: randomUUID(), link_type: 'audience', label: canary.kelppropo.words }],
    },
  });
  await saveAll(w.t, w.system, [
    {
      kind: 'location',
      id: more.kitchenPlace,
      confidential: true,
      fields: { organization_id: ids.kitchen, location_type: 'physical' },
    },
  ]);
  const { words, name, phone } = canary.rowanmov;
  await act(w, people.provider, 'directory.provider.movePlace', {
    location: more.kitchenPlace,
    place: { addresses: [address(words, name)], phones: [{ id: randomUUID(), number: phone }], transportation: words },
  });
  const campaign = await act(w, people.editor, 'directory.upkeep.draft', {
    name: canary.jasminno.words,
    continuous: false,
    listings: 'chosen',
    organizations: [ids.house, ids.quiet],
    asks: 'all',
    answerBy: '2026-06-30',
    letter: { en: '', es: '' },
  });
  await act(w, people.editor, 'directory.upkeep.start', { id: campaign });
  const desk = `/${w.network.slug}/staff/services`;
  const sent = await w.t.submit(desk, { what: canary.nettlesav.words, where: '77002' }, { as: people.advocate });
  const path = sent.headers.get('location')!;
  await w.t.submit(`${path}/keeping`, { name: canary.nettlesav.words }, { as: people.advocate, page: path });
}

/** Another sign-in of a person, so that no limit of one session answers in place of a page. */
export async function again(w: World, who: TestPerson): Promise<TestPerson> {
  const token = await w.t.db.run({ scope: 'system' }, (tx) => startSession(tx, w.t.app, who.id, 'passkey', 'test'));
  return { ...who, cookie: `waymark=${token}` };
}
