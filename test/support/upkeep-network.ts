/** A network with listed providers for tests of upkeep: one that answers letters, one that reads Spanish, one with a hidden place, one without an address. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Ctx } from '#kernel';
import { type Fields, marksForAll, recordsById, saveRecords } from '#modules/organisations';
import { sealPlace } from '../../src/modules/directory/hidden-places.ts';
import type { EventKind } from '../../src/modules/directory/listing.ts';
import { project } from '../../src/modules/directory/project.ts';
import { directory } from '../../src/modules/directory/tables.ts';
import { draftCampaign, startCampaign } from '../../src/modules/directory/upkeep/campaigns.ts';
import { requestsOf } from '../../src/modules/directory/upkeep/read.ts';
import { upkeepDay } from '../../src/modules/directory/upkeep/steps.ts';
import type { TestApp, TestPerson } from './harness.ts';

export interface Provider {
  organization: string;
  service: string;
  place: string;
}

/** Words that nobody but those who may open a hidden place ever reads. */
export const hiddenStreet = '77 Zaunkoenig Lane';
/** The name of a hidden place is for those who keep records, and stands in no letter and on no page of one. */
export const hiddenName = 'Zaunkoenig nest';
export const keptInside = 'Rohrdommel 555-0199';

export class UpkeepNetwork {
  readonly t: TestApp;
  readonly network: { id: string; slug: string };
  readonly editor: TestPerson;
  readonly vetter: TestPerson;

  private constructor(t: TestApp, network: { id: string; slug: string }, editor: TestPerson, vetter: TestPerson) {
    this.t = t;
    this.network = network;
    this.editor = editor;
    this.vetter = vetter;
  }

  /** At noon of that day in the network's time zone. */
  static async make(t: TestApp, slug: string, day: string): Promise<UpkeepNetwork> {
    t.setClock(`${day}T18:00:00Z`);
    const network = await t.network(slug, { timezone: 'America/Chicago' });
    const editor = await t.person(network.id, ['directory_editor'], { name: 'Ada Editor' });
    const vetter = await t.person(network.id, ['directory_vetter'], { name: 'Vera Vetter', locale: 'es' });
    return new UpkeepNetwork(t, network, editor, vetter);
  }

  system = <T>(work: Parameters<typeof this.t.db.run<T>>[1]): Promise<T> =>
    this.t.db.run({ networkId: this.network.id, scope: 'system' }, work);

  ctx = (who: TestPerson | 'system' = 'system'): Promise<Ctx> => this.t.ctx(this.network.id, who);

  async event(organization: string, kind: EventKind, on: string, reason = 'said so'): Promise<void> {
    await this.system((tx) =>
      directory(tx)
        .insertInto('app.directory_event')
        .values({
          network_id: this.network.id,
          organization_id: organization,
          on_day: on,
          kind,
          data: JSON.stringify({ reason }),
          author_id: null,
          at: this.t.app.clock(),
        })
        .execute(),
    );
  }

  /** A listed provider: an organisation, a service and a place. `hidden` seals where the place is. */
  async provider(
    name: string,
    on: string,
    more: { email?: string; public?: boolean; hidden?: boolean } = {},
  ): Promise<Provider> {
    const ids = { organization: randomUUID(), service: randomUUID(), place: randomUUID() };
    const ctx = await this.ctx();
    const owner = { organization_id: ids.organization };
    const organization: Fields = {
      name,
      description: `${name} helps people.`,
      ...(more.email && { email: more.email }),
      tax_id: keptInside,
    };
    const service: Fields = {
      ...owner,
      name: `${name} beds`,
      status: 'active',
      minimum_age: 16,
      phones: [{ id: randomUUID(), number: '555-0100' }],
      schedules: [{ id: randomUUID(), freq: 'WEEKLY', byday: 'MO', opens_at: '09:00', closes_at: '17:00' }],
      fees: 'Free',
    };
    const address = { id: randomUUID(), address_1: '1 Open Street', city: 'Houston', state_province: 'TX' };
    const place: Fields = more.hidden
      ? { ...owner, location_type: 'physical', name: hiddenName }
      : {
          ...owner,
          location_type: 'physical',
          addresses: [{ ...address, postal_code: '77002', country: 'US', address_type: 'physical' }],
        };
    const { tax_id: _inside, ...shown } = organization;
    await this.system(async (tx) => {
      await saveRecords(
        tx,
        ctx,
        this.network.id,
        [
          {
            id: ids.organization,
            kind: 'organization',
            fields: organization,
            marks: marksForAll('organization', shown, 'public'),
          },
          { id: ids.service, kind: 'service', fields: service, marks: marksForAll('service', service, 'public') },
          {
            id: ids.place,
            kind: 'location',
            fields: place,
            marks: more.hidden ? {} : marksForAll('location', place, 'public'),
            confidential: more.hidden ?? false,
          },
        ],
        { source: 'staff' },
      );
      if (more.hidden)
        await sealPlace(tx, ctx, this.network.id, ids.place, { addresses: [{ address_1: hiddenStreet }] });
    });
    await this.event(ids.organization, 'listed', on);
    if (more.public) await this.event(ids.organization, 'published', on);
    await this.system((tx) => project(tx, ctx, [ids.organization]));
    return ids;
  }

  /** Gives a provider's service a person for those who vet, a price and an answer for everyone. */
  async describe({ service, organization }: Provider): Promise<void> {
    const ctx = await this.ctx();
    const rec = await this.record(service);
    const more: Fields = {
      contacts: [{ id: randomUUID(), name: keptInside }],
      cost_options: [{ id: randomUUID(), option: 'Old price' }],
      attributes: [{ id: randomUUID(), link_type: 'warm_transfer', label: 'warm_transfer', value: 'ask' }],
    };
    await this.system(async (tx) => {
      const marks = { ...rec.marks, cost_options: 'public', attributes: 'public' } as const;
      await saveRecords(
        tx,
        ctx,
        this.network.id,
        [{ id: service, kind: 'service', fields: { ...rec.fields, ...more }, marks }],
        {
          source: 'staff',
        },
      );
      await project(tx, ctx, [organization]);
    });
  }

  /** The day's work, at noon of that day. */
  async work(day: string): Promise<void> {
    this.t.setClock(`${day}T18:00:00Z`);
    await upkeepDay.run(await this.ctx(), {});
  }

  /** Drafts a campaign and begins it. */
  async campaign(more: Partial<Parameters<typeof draftCampaign>[1]> = {}): Promise<string> {
    const ctx = await this.ctx(this.editor);
    const id = await draftCampaign(ctx, {
      name: 'Spring check',
      continuous: false,
      listings: 'all',
      asks: 'all',
      answerBy: more.continuous ? null : '2026-04-01',
      letter: { en: 'Own words.', es: 'Palabras propias.' },
      ...more,
    });
    await startCampaign(ctx, { id });
    return id;
  }

  letters = () =>
    this.system(
      async (tx) =>
        (
          await sql<{
            id: string;
            kind: string;
            address: string;
            subject: string;
            body: string;
            created_at: Date;
            failed_at: Date | null;
          }>`select id, kind, address, subject, body, created_at, failed_at from app.mail
            where network_id = ${this.network.id} and kind like 'directory.upkeep.%' order by created_at, address`.execute(
            tx,
          )
        ).rows,
    );

  requests = (organization?: string) =>
    this.system((tx) => requestsOf(tx, this.network.id, organization ? { organization } : {}));

  /** The path of the newest letter's link to that address. */
  async link(address: string): Promise<string> {
    const own = (await this.letters()).filter((one) => one.address === address);
    const path = /http:\/\/localhost(\/\S+)/.exec(own.at(-1)?.body ?? '')?.[1];
    if (!path) throw new Error(`No letter with a link went to ${address}.`);
    return path;
  }

  kinds = async (organization: string): Promise<string[]> =>
    (
      await this.system((tx) =>
        directory(tx)
          .selectFrom('app.directory_event')
          .select('kind')
          .where('organization_id', '=', organization)
          .orderBy('seq')
          .execute(),
      )
    ).map(({ kind }) => kind);

  record = async (id: string) => {
    const [found] = await this.system((tx) => recordsById(tx, this.network.id, [id]));
    return found!;
  };
}
