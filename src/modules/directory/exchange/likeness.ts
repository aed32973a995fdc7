/**
 * Records of a file that may be ones the network has, or that the file has twice: by name, telephone number and address together. They are proposed to a
 * person; an import never merges. Addresses of hidden places are not looked at on either side.
 */
import { LikenessIndex, likeness } from '#engines/likeness';
import type { Fields, Holding, Rec } from '#modules/organisations';
import type { Change } from './compare.ts';
import type { Likeness } from './summary.ts';

interface Card {
  id: string;
  kind: Likeness['kind'];
  name: string;
  folded: string;
  phones: Set<string>;
  addresses: Set<string>;
  inFile: boolean;
  isNew: boolean;
}

const mostProposed = 500;
const kinds = ['organization', 'location', 'service'] as const;

const fold = (text: unknown): string =>
  String(text ?? '')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\b(inc|llc|the|of|corp|co|el|la|los|las|de)\b|[^a-z0-9]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
const digits = (fields: Fields): string[] =>
  ((fields.phones as { number: string }[] | undefined) ?? [])
    .map((one) => one.number.replace(/\D/g, '').slice(-10))
    .filter((one) => one.length === 10);
const streets = (fields: Fields): string[] =>
  ((fields.addresses as { address_1: string; postal_code: string }[] | undefined) ?? []).map((one) =>
    fold(`${one.address_1} ${one.postal_code.slice(0, 5)}`),
  );

/** Pairs, most alike first. `held` is what the network has. */
export function alike(changes: readonly Change[], held: Iterable<Holding>): Likeness[] {
  const work = comparing(changes, held);
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
  }
}

/** The same with a pause for others every few milliseconds of work: some ten seconds of it for tens of thousands of records. */
export async function alikeInTurns(changes: readonly Change[], pause: () => Promise<unknown>): Promise<Likeness[]> {
  const work = comparing(changes, []);
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
    await pause();
  }
}

/** Compares, and stops for a moment after each few cards. */
function* comparing(changes: readonly Change[], held: Iterable<Holding>): Generator<void, Likeness[]> {
  const cards = new Map<string, Card>();
  const links: { service: string; location: string }[] = [];
  const add = (rec: Pick<Rec, 'id' | 'kind' | 'fields'>, inFile: boolean, isNew: boolean, hidden: boolean) => {
    const { id, kind, fields } = rec;
    if (kind === 'service_at_location')
      links.push({ service: String(fields.service_id), location: String(fields.location_id) });
    if (kind === 'program' || kind === 'service_at_location' || cards.has(id)) return;
    cards.set(id, {
      id,
      kind,
      name: hidden ? '' : String(fields.name ?? ''),
      folded: hidden ? '' : fold(fields.name),
      phones: new Set(hidden ? [] : digits(fields)),
      addresses: new Set(hidden ? [] : streets(fields)),
      inFile,
      isNew,
    });
  };
  for (const { found, what, fields, hidden } of changes)
    add({ id: found.id, kind: found.kind, fields }, true, what === 'new', hidden);
  const owners = new Map<string, string>();
  for (const { found } of changes)
    if (typeof found.fields.organization_id === 'string') owners.set(found.id, found.fields.organization_id);
  for (const holding of held)
    for (const rec of [holding.organization, ...holding.services, ...holding.locations, ...holding.links]) {
      add(rec, false, false, rec.confidential);
      if (rec.kind !== 'organization') owners.set(rec.id, rec.organizationId);
    }
  // An organisation, and a service, are where their places are and answer where those answer.
  const lend = (from: Card | undefined, to: Card | undefined) => {
    for (const one of from?.phones ?? []) to?.phones.add(one);
    for (const one of from?.addresses ?? []) to?.addresses.add(one);
  };
  for (const { service, location } of links) lend(cards.get(location), cards.get(service));
  for (const [id, owner] of owners) lend(cards.get(id), cards.get(owner));
  const out: Likeness[] = [];
  for (const kind of kinds) {
    const some = [...cards.values()].filter((card) => card.kind === kind);
    out.push(...(yield* alikeOf(some, owners)));
  }
  return out.sort((a, b) => b.score - a.score).slice(0, mostProposed);
}

const turn = 20;

function* alikeOf(cards: Card[], owners: ReadonlyMap<string, string>): Generator<void, Likeness[]> {
  const index = new LikenessIndex(cards.map((card, id) => ({ id, text: card.folded })));
  const by = (of: (card: Card) => Set<string>) => {
    const out = new Map<string, number[]>();
    for (const [i, card] of cards.entries())
      for (const one of of(card)) {
        const list = out.get(one);
        if (!list) out.set(one, [i]);
        else if (list.length < 20) list.push(i);
      }
    return out;
  };
  const [phones, addresses] = [by((card) => card.phones), by((card) => card.addresses)];
  const out: Likeness[] = [];
  const seen = new Set<string>();
  for (const [i, card] of cards.entries()) {
    if (i % turn === turn - 1) yield;
    if (!card.isNew || card.folded === '') continue;
    const near = [
      ...index.nearest(card.folded, (id) => id !== i).map((one) => one.id),
      ...[...card.phones].flatMap((one) => phones.get(one) ?? []),
      ...[...card.addresses].flatMap((one) => addresses.get(one) ?? []),
    ];
    for (const j of new Set(near)) {
      const other = cards[j]!;
      const pair = [card.id, other.id].sort().join(' ');
      if (j === i || other.folded === '' || seen.has(pair)) continue;
      seen.add(pair);
      const found = pairOf(card, other, owners);
      if (found) out.push(found);
    }
  }
  return out;
}

function pairOf(card: Card, other: Card, owners: ReadonlyMap<string, string>): Likeness | null {
  const name = likeness(card.folded, other.folded);
  const phone = [...card.phones].some((one) => other.phones.has(one));
  const address = [...card.addresses].some((one) => other.addresses.has(one));
  const sameOwner = card.kind !== 'organization' && owners.get(card.id) === owners.get(other.id);
  // Branches of one house share a number and often a name; two places at one address with one name do not.
  const enough = sameOwner
    ? name > 0.95 && address && (phone || card.kind === 'location')
    : (name >= 0.8 && (phone || address)) ||
      (card.kind === 'organization' && name >= 0.93) ||
      (phone && address && name >= 0.5);
  if (!enough) return null;
  return {
    kind: card.kind,
    id: card.id,
    name: card.name,
    other: { id: other.id, name: other.name, inFile: other.inFile },
    score: Math.round((name * 0.6 + (phone ? 0.2 : 0) + (address ? 0.2 : 0)) * 100) / 100,
    because: [
      ...(name >= 0.8 ? (['name'] as const) : []),
      ...(phone ? (['phone'] as const) : []),
      ...(address ? (['address'] as const) : []),
    ],
  };
}
