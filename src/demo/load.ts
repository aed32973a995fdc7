/**
 * The demonstration: Harbor County, which does not exist, and Houston's plan as it was published. Loading is safe to repeat, and a load that was
 * cut short begins again: a network counts as loaded once its audit chain says so.
 */
import { appendAudit, type App, type Ctx, type Network, type Tx, translator } from '#kernel';
import { removePublic } from '#modules/directory';
import { createPlan, orderPlans, removePublished } from '#modules/plan';
import harborJson from './data/harbor.json' with { type: 'json' };
import houstonJson from './data/houston.json' with { type: 'json' };
import type { DemoNetwork, DemoPerson } from './data/shape.ts';
import { loadDirectory } from './directory.ts';
import { desk, deskPeople } from './people.ts';
import { fillPlan, type Hands, planFieldsAt, tendPlan } from './plan.ts';
import { revisions } from './revisions.ts';

const networks = [harborJson, houstonJson] as DemoNetwork[];
const loaded = 'demo.load';

/** Someone to sign in as. `networks` are slugs; empty for who runs the deployment. */
export interface DemoAccount {
  name: string;
  email: string;
  roles: string[];
  networks: string[];
  about: Required<{ en: string; es: string }>;
}

export interface DemoSummary {
  /** Slugs of the networks that were loaded now; empty when everything was there. */
  loaded: string[];
  /** Slugs that a real network already has, so the demonstration left them alone. */
  taken: string[];
  accounts: DemoAccount[];
}

/** Networks that have no people of their own are kept by the demonstration desk. */
const needsDesk = (network: DemoNetwork): boolean => network.people.length === 0;

/** Everyone a newcomer can be. */
export function demoAccounts(): DemoAccount[] {
  const own = networks.flatMap((network) => network.people.map((person) => account(person, [network.slug])));
  const kept = networks.filter(needsDesk).map((network) => network.slug);
  return [...own, ...deskPeople.map((person) => account(person, person.roles.includes('operator') ? [] : kept))];
}

const account = ({ name, email, roles, about }: DemoPerson, where: string[]): DemoAccount => ({
  name,
  email,
  roles,
  networks: where,
  about,
});

/** Loads the demo networks that are not there yet. A real network with the same address is left alone. */
export async function loadDemo(app: App): Promise<DemoSummary> {
  const summary: DemoSummary = { loaded: [], taken: [], accounts: demoAccounts() };
  for (const network of networks) {
    const state = await stateOf(app, network.slug);
    if (state === 'taken') summary.taken.push(network.slug);
    if (state === 'half') await removeNetwork(app, network.slug);
    if (state === 'half' || state === 'missing') {
      await loadNetwork(app, network);
      summary.loaded.push(network.slug);
    }
  }
  return summary;
}

/**
 * Puts the demonstration back to how it came. Throws before anything is removed when one of its addresses belongs to a real network; no other
 * network is looked at.
 */
export async function resetDemo(app: App): Promise<DemoSummary> {
  for (const { slug } of networks)
    if ((await stateOf(app, slug)) === 'taken')
      throw new Error(`The network /${slug} is not a demonstration, so nothing was removed.`);
  for (const { slug } of networks) await removeNetwork(app, slug);
  return loadDemo(app);
}

const asSystem = <T>(app: App, work: (tx: Tx) => Promise<T>): Promise<T> => app.db.run({ scope: 'system' }, work);

async function stateOf(app: App, slug: string): Promise<'missing' | 'half' | 'there' | 'taken'> {
  return asSystem(app, async (tx) => {
    const row = await tx
      .selectFrom('app.network')
      .select(['id', 'is_demo'])
      .where('slug', '=', slug)
      .executeTakeFirst();
    if (!row) return 'missing';
    if (!row.is_demo) return 'taken';
    const done = await tx
      .selectFrom('app.audit_entry')
      .select('seq')
      .where('chain', '=', row.id)
      .where('action', '=', loaded)
      .limit(1)
      .executeTakeFirst();
    return done ? 'there' : 'half';
  });
}

/** Removes a demo network with everything in it. People and agencies stay: they may have been given work elsewhere. */
async function removeNetwork(app: App, slug: string): Promise<void> {
  await asSystem(app, async (tx) => {
    const row = await tx
      .selectFrom('app.network')
      .select('id')
      .where('slug', '=', slug)
      .where('is_demo', '=', true)
      .executeTakeFirst();
    if (!row) return;
    await removePublished(tx, row.id);
    await removePublic(tx, row.id);
    await tx.deleteFrom('app.network').where('id', '=', row.id).where('is_demo', '=', true).execute();
    app.networks.touch(row.id);
  });
}

async function loadNetwork(app: App, demo: DemoNetwork): Promise<void> {
  const { people, networkId } = await asSystem(app, async (tx) => {
    const { id } = await tx
      .insertInto('app.network')
      .values({
        slug: demo.slug,
        name: JSON.stringify(demo.name),
        tagline: JSON.stringify(demo.tagline),
        languages: demo.languages,
        timezone: demo.timezone,
        accent: demo.accent,
        lines: JSON.stringify(demo.lines),
        note: JSON.stringify(demo.note),
        is_demo: true,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { networkId: id, people: await addPeople(tx, demo, id) };
  });
  app.networks.touch(networkId);
  const network = await app.networks.byId(networkId);
  if (!network) throw new Error(`The network /${demo.slug} was removed while it was being loaded.`);

  const has = (role: string) => people.find((person) => person.roles.includes(role))!;
  const hand = (person: Member) => (at: Date) => ctxOf(app, network, person, at);
  const editor = has('plan_editor');
  const hands: Hands = {
    writer: hand(editor),
    approver: hand(has('plan_approver')),
    now: app.clock(),
    owners: new Map([
      [editor.agency, editor.id],
      ...people.filter((p) => p.roles.includes('plan_owner')).map((p) => [p.agency, p.id] as const),
    ]),
  };
  // A plan names the phase before it, so earlier phases are made first; the order in which they are listed is that of the file.
  const inOrder = [...demo.plans].sort((a, b) => Number(Boolean(a.predecessor)) - Number(Boolean(b.predecessor)));
  for (const plan of inOrder) {
    const cuts = revisions[`${demo.slug}/${plan.slug}`]!;
    const { slug, predecessor } = plan;
    const begun = new Date(`${cuts[0]!.upTo}T15:00:00Z`);
    await createPlan(hands.writer(begun), { slug, predecessor, fields: planFieldsAt(plan, cuts[0]!.upTo) });
  }
  await app.db.run({ networkId }, (tx) =>
    orderPlans(
      tx,
      networkId,
      demo.plans.map((plan) => plan.slug),
    ),
  );
  for (const plan of demo.plans) {
    await fillPlan(demo, plan, revisions[`${demo.slug}/${plan.slug}`]!, hands);
    if (plan.rows.some((row) => row.updates)) await tendPlan(plan, hands, '2026-11-04');
  }
  if (people.some((person) => person.roles.includes('directory_vetter')))
    await loadDirectory(
      {
        vetter: hand(has('directory_vetter')),
        approver: hand(has('directory_approver')),
        editor: hand(has('directory_editor')),
        now: app.clock(),
      },
      (work) => app.db.run({ networkId, scope: 'system' }, work),
    );
  await app.db.run({ networkId, scope: 'system' }, (tx) =>
    appendAudit(tx, { actor: { kind: 'system', job: 'demo' }, requestId: 'demo' }, { action: loaded, outcome: 'done' }),
  );
}

interface Member {
  id: string;
  name: string;
  email: string;
  agencyId: string;
  /** The key of the agency. */
  agency: string;
  roles: string[];
}

/** Agencies and people with their roles. Those that an earlier load left are put back to how they came. */
async function addPeople(tx: Tx, demo: DemoNetwork, networkId: string): Promise<Member[]> {
  const agencies = new Map<string, string>();
  const addAgency = async (key: string, slug: string, name: { en: string; es: string }, kind: string) => {
    const made = await tx
      .insertInto('app.agency')
      .values({ slug, name: JSON.stringify(name), kind })
      .onConflict((oc) => oc.column('slug').doUpdateSet({ name: JSON.stringify(name), kind }))
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('app.agency_network')
      .values({ agency_id: made.id, network_id: networkId })
      .onConflict((oc) => oc.doNothing())
      .execute();
    agencies.set(key, made.id);
  };
  await addAgency(desk.slug, desk.slug, desk.name, 'partner');
  for (const agency of demo.agencies)
    await addAgency(agency.key, `${demo.slug}-${agency.key}`, agency.name, agency.kind);
  const members: Member[] = [];
  for (const person of [...demo.people, ...deskPeople]) {
    const agencyId = agencies.get(person.agency)!;
    const row = { name: person.name, agency_id: agencyId, locale: 'en', is_demo: true, disabled_at: null };
    const { id } = await tx
      .insertInto('app.person')
      .values({ email: person.email, ...row })
      .onConflict((oc) => oc.column('email').doUpdateSet(row))
      .returning('id')
      .executeTakeFirstOrThrow();
    const runs = person.roles.includes('operator');
    if (!runs && person.agency === desk.slug && !needsDesk(demo)) continue;
    for (const role of person.roles) await grant(tx, id, runs ? null : networkId, role);
    if (!runs) members.push({ ...person, id, agencyId });
  }
  return members;
}

async function grant(tx: Tx, personId: string, networkId: string | null, role: string): Promise<void> {
  const held = await tx
    .selectFrom('app.role_grant')
    .select('id')
    .where('person_id', '=', personId)
    .where('network_id', networkId === null ? 'is' : '=', networkId)
    .where('role', '=', role)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (held) return;
  const row = { person_id: personId, network_id: networkId, role, granted_by: null, ended_by: null };
  await tx.insertInto('app.role_grant').values(row).execute();
}

/** The demo person at work on a day of the story. */
function ctxOf(app: App, network: Network, person: Member, at: Date): Ctx {
  return {
    app: { ...app, clock: () => at },
    network,
    actor: {
      kind: 'person',
      personId: person.id,
      name: person.name,
      email: person.email,
      agencyId: person.agencyId,
      roles: new Set(person.roles),
      sessionId: '',
      stepUpAt: at,
    },
    locale: network.defaultLocale,
    t: translator(network.defaultLocale),
    requestId: 'demo',
    purpose: '',
  };
}
