/**
 * What one audience may read of an organisation, as HSDS 3.1 documents. Pure: records and standing in, documents out. Everything that is shown outside
 * the vetting pages (page, search, API, export, feed, mail) is made from these documents and from nothing else, so what is left out here is nowhere.
 *
 * A hidden place gives no document and no link: its service says only its service areas and that the place is confidential. Whoever runs one shows the shape
 * of an area to the public and to partners only after a second look (areas/held.ts).
 */
import { type Audience, type Fields, type Holding, type Kind, type Rec, visibleFields } from '#modules/organisations';
import { runsHiddenPlace, withoutUnseenShapes } from './areas/held.ts';
import type { Standing } from './listing.ts';

export interface Document {
  kind: Kind;
  id: string;
  organizationId: string;
  name: string;
  /** HSDS names; links as ids, child lists inside. `confidential_place: true` on a service that is offered at a hidden place. */
  body: Fields;
}

/** Service states that nobody is sent to. */
const gone = new Set(['inactive', 'defunct']);

/**
 * The documents of one organisation for one audience, or none when it is not shown to them. `checked`: the newest day on which somebody made sure of each
 * field of a service; told as HSDS's `assured_date`, because whoever sends somebody there must know how old it is, and only of fields that are shown:
 * that a hidden one was looked at is hidden too. `ownerShown`: whether another organisation, at
 * whose place a service is offered, is shown; where it is not (or nobody says so), the link is left out like the place, or its id would tell that there is one. `looked`: second
 * looks at shapes (areas/looks.ts).
 */
export function documents(
  holding: Holding,
  standing: Pick<Standing, 'listed' | 'public'>,
  audience: Audience,
  checked: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map(),
  ownerShown: (organizationId: string) => boolean = () => false,
  looked: ReadonlySet<string> = new Set(),
): Document[] {
  if (!shownTo(standing, audience)) return [];
  const guarded = (audience === 'public' || audience === 'partner') && runsHiddenPlace(holding);
  const seen = (rec: Rec) => {
    const body = visibleFields(rec.kind, rec.fields, rec.marks, audience);
    return guarded ? withoutUnseenShapes(rec.id, body, looked) : body;
  };
  const owner = seen(holding.organization);
  if (owner.name === undefined) return [];
  const out: Document[] = [];
  const add = (rec: Rec, body: Fields, name: string) =>
    out.push({
      kind: rec.kind,
      id: rec.id,
      organizationId: holding.organization.id,
      name,
      body: { id: rec.id, ...body },
    });

  // HSDS asks for a description of an organisation; where none is shown its name stands in.
  add(holding.organization, { description: owner.name, ...owner, ...withoutStrayParent(owner) }, owner.name as string);
  const programs = new Set<string>();
  for (const program of holding.programs) {
    const body = seen(program);
    if (body.name === undefined) continue;
    programs.add(program.id);
    add(program, { description: body.name, ...body }, body.name as string);
  }
  const hidden = new Set(holding.locations.filter((place) => place.confidential).map((place) => place.id));
  const places = new Map<string, Fields>();
  for (const place of holding.locations) {
    const own = place.organizationId === holding.organization.id;
    if (place.confidential || (!own && !ownerShown(place.organizationId))) continue;
    const body = seen(place);
    // A place of which nothing may be seen but its links is no place to this audience.
    const says = Object.keys(body).filter((name) => name !== 'organization_id');
    if (body.location_type === undefined || says.length < 2) continue;
    places.set(place.id, body);
    if (own) add(place, body, String(body.name ?? ''));
  }
  const services = new Map<string, Fields>();
  for (const service of holding.services) {
    const body = seen(service);
    if (body.name === undefined || gone.has(String(service.fields.status))) continue;
    body.status ??= service.fields.status;
    for (const [field, day] of Object.entries(checked.get(service.id) ?? {}))
      if ((field === '*' || field in body) && day > String(body.assured_date ?? '')) body.assured_date = day;
    if (body.program_id && !programs.has(String(body.program_id))) delete body.program_id;
    const links = holding.links.filter((link) => link.fields.service_id === service.id);
    if (links.some((link) => hidden.has(String(link.fields.location_id)))) body.confidential_place = true;
    services.set(service.id, body);
    add(service, body, body.name as string);
  }
  for (const link of holding.links) {
    const service = services.get(String(link.fields.service_id));
    if (!service || !places.has(String(link.fields.location_id))) continue;
    add(link, seen(link), service.name as string);
  }
  return out;
}

/** Whether a listing that stands like this is shown to an audience at all. */
export const shownTo = (standing: Pick<Standing, 'listed' | 'public'>, audience: Audience): boolean =>
  audience === 'public' ? standing.public : audience === 'vetting' || standing.listed;

/** Whether a parent organisation is shown is not known here, so it is never named. */
const withoutStrayParent = (owner: Fields): Fields =>
  owner.parent_organization_id ? { parent_organization_id: undefined } : {};
