/** What stands on top of a form that was refused: each line says which field, leads to it, and the field says the same and is marked. */
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveRecord } from './records/actions.ts';
import { testApp, type TestApp, type TestPerson } from '../../../test/support/harness.ts';
import { type Provider, UpkeepNetwork } from '../../../test/support/upkeep-network.ts';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

let t: TestApp;
let net: UpkeepNetwork;
let keeper: TestPerson;
let advocate: TestPerson;
let casa: Provider;
let hidden: Provider;
let twin: string;

const day = '2026-03-02';
beforeAll(async () => {
  t = await testApp();
  net = await UpkeepNetwork.make(t, 'wrong', day);
  keeper = await t.person(net.network.id, ['directory_editor', 'directory_approver', 'directory_vetter']);
  advocate = await t.person(net.network.id, ['advocate']);
  casa = await net.provider('Casa Roja', '2026-01-10', { email: 'casa@example.org', public: true });
  hidden = await net.provider('Quiet House', '2026-01-10', { hidden: true });
  const ctx = await net.ctx(keeper);
  twin = (await saveRecord(ctx, { kind: 'organization', fields: { name: 'Casa Roja too' }, marks: {} })).id;
});
afterAll(() => t?.close());

const isElement = (node: Node): node is Element => 'tagName' in node;
const childrenOf = (node: Node): Node[] => ('childNodes' in node ? node.childNodes : []);
const all = (node: Node): Element[] => [...(isElement(node) ? [node] : []), ...childrenOf(node).flatMap(all)];
const attr = (one: Element, name: string) => one.attrs.find((found) => found.name === name)?.value;
const words = (node: Node): string =>
  ('value' in node ? node.value : childrenOf(node).map(words).join('')).replaceAll(/\s+/g, ' ');

/** What is amiss with the summary of a page: nothing, where each of its lines does what it should. */
function amiss(html: string): string[] {
  const elements = all(parse(html));
  const byId = (id: string) => elements.filter((one) => attr(one, 'id') === id);
  const [summary] = byId('errors');
  if (!summary) return ['no summary'];
  return all(summary)
    .filter((one) => one.tagName === 'li')
    .flatMap((line) => {
      const link = all(line).find((one) => one.tagName === 'a');
      if (!link) return [`no link: ${words(line)}`];
      const id = attr(link, 'href')!.slice(1);
      const [field, ...more] = byId(id);
      if (!field || more.length > 0) return [`${more.length > 0 ? 'several' : 'no'} fields: ${id}`];
      const around = elements.filter(
        (one) => one === field || (one.tagName === 'fieldset' && all(one).includes(field)),
      );
      const marked = [...around, ...all(field)].some((one) => attr(one, 'aria-invalid') === 'true');
      const described = around.flatMap((one) => (attr(one, 'aria-describedby') ?? '').split(' '));
      const message = described.includes(`${id}-error`) ? words(byId(`${id}-error`)[0]!).replace(/^.*?: /, '') : '';
      return [
        ...(marked ? [] : [`not marked: ${id}`]),
        ...(message && words(link).endsWith(message) ? [] : [`says something else: ${words(link)} | ${message}`]),
        ...(words(link).length > message.length ? [] : [`does not say which field: ${words(link)}`]),
      ];
    });
}

const records = '/wrong/staff/directory/records';
const refused = async (page: string, fields: Record<string, string>, as: TestPerson, action = page) => {
  const answer = await t.submit(action, fields, { as, page });
  expect(answer.status, action).toBe(422);
  return answer.text();
};

test('in the forms of the records', async () => {
  const service = `${records}/${casa.service}`;
  const provider = `/wrong/staff/directory/providers/${casa.organization}`;
  const forms: [string, Record<string, string>][] = [
    ['/wrong/staff/directory/new', {}],
    [`${provider}/new/service`, {}],
    [`${provider}/new/location`, {}],
    [`${provider}/new/hidden-place`, {}],
    [`${provider}/new/hidden-place`, { name: 'Blue door', latitude: 'north' }],
    [`${service}/edit/who`, { seq: '1', 'name.es': 'Camas', 'description.es': 'x' }],
    [`${service}/edit/whom`, { seq: '1', minimum_age: 'young' }],
    [`${records}/${casa.organization}/edit/reach`, { seq: '1', email: 'nowhere' }],
    ...['phones', 'contacts', 'schedules', 'languages', 'cost_options', 'service_areas', 'capacities'].map(
      (list): [string, Record<string, string>] => [`${service}/lists/${list}/new`, { seq: '1', 'days-shown': 'yes' }],
    ),
    [`${service}/lists/schedules/new`, { seq: '1', 'days-shown': 'yes', closed: 'yes' }],
    [`${service}/lists/schedules/new`, { seq: '1', 'days-shown': 'yes', byday: 'MO', opens_at: 'noon' }],
    [`${records}/${casa.place}/lists/addresses/new`, { seq: '1' }],
    [`${service}/hours`, { seq: '1', said: 'whenever we like' }],
    [`${service}/areas/new`, { seq: '1' }],
    [`${service}/areas/new`, { seq: '1', shape: 'no shape' }],
    [`${records}/${hidden.place}/place`, {}],
    ['/wrong/staff/directory/words/terms/new', {}],
    ['/wrong/staff/directory/words/places/new', { zip: '1' }],
    [`/wrong/staff/directory/duplicates/${casa.organization}/${twin}`, { step: 'look' }],
  ];
  for (const [page, fields] of forms) expect(amiss(await refused(page, fields, keeper)), page).toEqual([]);
  // The small forms of a record's own page.
  const check = { form: 'check', field: 'name', how: 'phone', on: 'soon' };
  expect(amiss(await refused(service, check, keeper, `${service}/checks`))).toEqual([]);
  const place = `${records}/${hidden.place}`;
  expect(amiss(await refused(place, { form: 'reveal', reason: '' }, keeper, `${place}/opening`))).toEqual([]);
});

test('in the forms of upkeep', async () => {
  const upkeep = '/wrong/staff/directory/upkeep';
  const forms: [string, Record<string, string>, string?][] = [
    [`${upkeep}/campaigns/new`, { way: 'once', listings: 'all', asks: 'all', remind: '1' }, `${upkeep}/campaigns`],
    [
      `${upkeep}/campaigns/new`,
      { name: 'x', way: 'once', listings: 'chosen', asks: 'all', answerBy: '2026-05-01' },
      `${upkeep}/campaigns`,
    ],
    [`${upkeep}/periods`, { contact: 'often' }],
    [
      `${upkeep}/checks?organization=${casa.organization}`,
      { organization: casa.organization, how: 'phone', on: 'soon' },
      `${upkeep}/checks`,
    ],
    [`${upkeep}/listings/${casa.organization}`, { email: 'x' }, `${upkeep}/listings/${casa.organization}/letters`],
  ];
  for (const [page, fields, action] of forms)
    expect(amiss(await refused(page, fields, keeper, action)), page).toEqual([]);
  const unmarked = { organization: casa.organization, how: 'phone', on: day };
  const nothing = await refused(
    `${upkeep}/checks?organization=${casa.organization}`,
    unmarked,
    keeper,
    `${upkeep}/checks`,
  );
  expect(nothing).toContain('href="#f-value"');
});

test('whoever goes on without choosing a provider is told so on the list, as something to put right', async () => {
  const board = '/wrong/staff/directory/upkeep/checks?show=all';
  const answer = await t.fetch(board, { as: keeper });
  expect(answer.status).toBe(422);
  const html = await answer.text();
  expect(html).toMatch(/role="alert"[^>]*id="errors"[\s\S]*href="#f-organization">[^<]*Choose one or more providers/);
  expect(html).toMatch(/<input type="checkbox" name="organization"[^>]* id="f-organization" aria-invalid="true"/);
  expect(html).not.toContain('wm-note--success');
  // The list is the one that was open.
  expect(html).toContain('name="show" value="all"');
});

test('in the forms behind a letter, and in those of an advocate', async () => {
  await net.campaign();
  await net.work(day);
  const letter = await net.link('casa@example.org');
  const { seq } = await net.record(casa.service);
  const wrong = { [`s.${casa.service}`]: String(seq), [`v.${casa.service}.minimum_age`]: 'young' };
  const answered = await t.submit(letter, wrong, { page: letter });
  expect(answered.status).toBe(422);
  expect(amiss(await answered.text())).toEqual([]);
  const desk = '/wrong/staff/services';
  const listed = await t.submit(`${desk}/share`, { add: casa.service }, { as: advocate, page: desk });
  expect(listed.status).toBe(303);
  expect(amiss(await refused(`${desk}/share`, {}, advocate, `${desk}/share/links`))).toEqual([]);
  const note = `${desk}/${casa.service}`;
  expect(amiss(await refused(note, { text: '' }, advocate, `${note}/notes`))).toEqual([]);
});
