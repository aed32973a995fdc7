import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { expect, test } from 'vitest';
import * as U from './index.ts';
import { plainUi } from './plain.ts';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

function elements(html: string): Element[] {
  const found: Element[] = [];
  const walk = (node: Node) => {
    if ('tagName' in node) found.push(node);
    if ('childNodes' in node) node.childNodes.forEach(walk);
  };
  walk(parse(html));
  return found;
}
const attr = (element: Element, name: string) => element.attrs.find((a) => a.name === name)?.value;

/** Every component on one page, with `s` in every place where words go. */
function everything(s: string, locale: U.Locale = 'en', kind: U.LayoutProps['kind'] = 'public') {
  const item = { href: `/x?q=${encodeURIComponent(s)}`, label: s, current: true };
  const ui = plainUi({
    locale,
    csrf: s,
    network: { slug: 'harbor', name: s, accent: '#8a1c4a', isDemo: true },
    person: { name: s },
    nav: [item],
    staffNav: [item],
    footerNav: [item],
    query: { q: s, sort: s },
    origin: 'https://waymark.test',
  });
  const errors = {
    one: s,
    lines: s,
    'both.en': s,
    both: s,
    pick: s,
    day: s,
    file: s,
    radio: s,
    check: s,
    agree: s,
    '': s,
  };
  const options = [
    { value: s, label: s, hint: s },
    { value: 'b', label: s },
  ];
  const shared = { ui, label: s, hint: s, errors };
  return (
    <U.Layout ui={ui} kind={kind} title={s} description={s} crumbs={[{ label: s, href: '/' }, { label: s }]}>
      <U.PageHeader title={s} eyebrow={s} lead={s} actions={<U.LinkButton href="/go">{s}</U.LinkButton>} />
      <U.ErrorSummary ui={ui} errors={errors} />
      <U.Alert kind="success" title={s}>
        {s}
      </U.Alert>
      <U.Form ui={ui} action="/send" unsaved files label={s}>
        <U.Hidden name="h" value={s} />
        <U.TextField {...shared} name="one" value={s} />
        <U.TextArea {...shared} name="lines" value={s} />
        <U.BilingualField {...shared} name="both" value={{ en: s, es: s }} />
        <U.BilingualField {...shared} name="long" lines={3} value={null} optional />
        <U.Select {...shared} name="pick" options={options} value={s} blank={s} />
        <U.Radios {...shared} name="radio" options={options} value={s} />
        <U.Checkboxes {...shared} name="check" options={options} values={[s]} row />
        <U.Checkbox {...shared} name="agree" checked />
        <U.DateField {...shared} name="day" value={s} />
        <U.FileField {...shared} name="file" accept={s} />
        <U.FieldGroup legend={s}>{s}</U.FieldGroup>
        <U.Actions>
          <U.Submit value={s}>{s}</U.Submit>
          <U.Button kind="danger">{s}</U.Button>
        </U.Actions>
      </U.Form>
      <U.Table
        ui={ui}
        caption={s}
        narrow="scroll"
        columns={[
          { key: 'a', label: s, cell: () => s, sortable: true },
          { key: 'b', label: s, cell: () => s, numeric: true },
        ]}
        rows={[s]}
        sort={{ by: 'a', dir: 'asc' }}
      />
      <U.Table ui={ui} caption={s} columns={[]} rows={[]} empty={s} />
      <U.Pager ui={ui} total={900} size={10} page={45} />
      <U.Figure value={s} label={s} sentence={s} note={s} />
      <U.StackedBar
        ui={ui}
        id="bar"
        label={s}
        segments={[
          { status: 'done', count: 1, label: s },
          { status: 'excluded', count: 1, label: s },
        ]}
      />
      <U.SmallBar ui={ui} percent={40} text={s} />
      <U.StatusTag ui={ui} status="done" label={s} />
      <U.Timeline ui={ui} moments={[{ when: '2019-04-25', title: s, by: s, body: s }]} />
      <U.SummaryList facts={[{ term: s, value: s, action: { href: '/', label: s } }]} />
      <U.Tabs label={s} tabs={[{ href: '/', label: s, current: true }]} />
      <U.Steps ui={ui} steps={[s, s]} current={1} />
      <U.Details summary={s}>{s}</U.Details>
      <U.Section title={s}>{s}</U.Section>
      <U.Diff ui={ui} before={`${s} a`} after={`${s} b`} />
      <U.CopyLine ui={ui} id="line" label={s} value={s} />
      <U.Progress ui={ui} label={s} done={2} total={5} />
      <U.Tag>{s}</U.Tag>
      <U.Empty>{s}</U.Empty>
      <U.DateText ui={ui} date={s} />
      <U.NumberText ui={ui} value={1234.5} />
      <U.LineChart ui={ui} id="lc" title={s} target={3} format={() => s} points={[{ day: '2020-01-01', value: 1 }]} />
      <U.StepAreaChart
        ui={ui}
        id="sc"
        title={s}
        until="2021-01-01"
        steps={[{ day: '2020-01-01', counts: { done: 2, active: 1 } }]}
      />
    </U.Layout>
  );
}

const evil = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>';
const kinds = ['public', 'survivor', 'staff', 'bare'] as const;

test.each(kinds)('no words can break out of the page (%s)', async (kind) => {
  const all = elements(await U.renderPage(everything(evil, 'en', kind)));
  for (const script of all.filter((element) => element.tagName === 'script'))
    expect(attr(script, 'src')).toMatch(/^\/assets\//);
  expect(all.filter((element) => element.tagName === 'img')).toEqual([]);
  expect(all.flatMap((element) => element.attrs.map((a) => a.name)).filter((name) => name.startsWith('on'))).toEqual(
    [],
  );
});

test.each(['en', 'es'] as const)(
  'every label, description, error link and name leads to something on the page (%s)',
  async (locale) => {
    const all = elements(await U.renderPage(everything('Words', locale)));
    const ids = all.map((element) => attr(element, 'id')).filter((id) => id !== undefined);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const wanted = all.flatMap((element) =>
      ['for', 'aria-describedby', 'aria-labelledby'].flatMap((name) => attr(element, name)?.split(' ') ?? []),
    );
    const anchors = all.map((element) => attr(element, 'href')).filter((href) => href?.startsWith('#'));
    expect(anchors.length).toBeGreaterThan(10);
    expect([...wanted, ...anchors.map((href) => href!.slice(1))].filter((id) => !ids.includes(id))).toEqual([]);
  },
);

test('every control has a label', async () => {
  const all = elements(await U.renderPage(everything('Words')));
  const labelled = new Set(all.filter((element) => element.tagName === 'label').map((element) => attr(element, 'for')));
  const controls = all.filter(
    (element) => ['input', 'select', 'textarea'].includes(element.tagName) && attr(element, 'type') !== 'hidden',
  );
  expect(controls.length).toBeGreaterThan(12);
  expect(
    controls.filter((element) => !labelled.has(attr(element, 'id'))).map((element) => attr(element, 'name')),
  ).toEqual([]);
});

test('a form that posts carries the session’s token, one that asks does not', () => {
  const ui = plainUi({ csrf: 'token-1', query: { lang: 'es' } });
  const fields = (method: 'post' | 'get') =>
    elements(String(<U.Form ui={ui} action="/x" method={method} />))
      .filter((element) => element.tagName === 'input')
      .map((element) => [attr(element, 'name'), attr(element, 'value')]);
  expect(fields('post')).toEqual([['_csrf', 'token-1']]);
  expect(fields('get')).toEqual([['lang', 'es']]);
});

test('a survivor’s page tells nothing in its head and always carries the exit', async () => {
  const html = await U.renderPage(
    <U.Layout ui={plainUi()} kind="survivor" title="Information" description="Shelters and lines">
      <p>x</p>
    </U.Layout>,
  );
  const head = html.slice(0, html.indexOf('</head>'));
  expect(head).toContain('<title>Information</title>');
  expect(head).toContain('<meta name="referrer" content="no-referrer"/>');
  expect(head).not.toMatch(/Shelters|Harbor|og:|canonical/);
  expect(html).toContain('<a href="/leave" data-exit=""');
});

test('public pages name themselves in every language and carry the exit; staff pages and embeds stay out of search', async () => {
  const of = (kind: U.LayoutProps['kind']) => U.renderPage(<U.Layout ui={plainUi()} kind={kind} title="Plans" />);
  const open = await of('public');
  expect(open).toMatch(/^<!doctype html><html lang="en">/);
  expect(open).toContain('hreflang="es"');
  expect(open).toContain('data-exit');
  for (const kind of ['staff', 'bare'] as const) {
    const html = await of(kind);
    expect(html).toContain('<meta name="robots" content="noindex"/>');
    expect(html).not.toContain('data-exit');
  }
});

test('a demo is marked on every kind of page', async () => {
  for (const kind of kinds) {
    expect(await U.renderPage(<U.Layout ui={plainUi()} kind={kind} title="T" />)).toContain('This is a demo.');
  }
});

test('a sorted column says so and its link turns the order round, back on the first page, keeping the filters', () => {
  const ui = plainUi({ path: '/list', query: { status: 'done', sort: 'name', dir: 'asc', page: '3' } });
  const columns = [{ key: 'name', label: 'Name', cell: (row: string) => row, sortable: true }];
  const html = String(
    <U.Table ui={ui} caption="List" columns={columns} rows={['a']} sort={{ by: 'name', dir: 'asc' }} />,
  );
  expect(html).toContain('aria-sort="ascending"');
  expect(html).toContain('href="/list?status=done&amp;sort=name&amp;dir=desc"');
});

test('sort and page come from the address only when they make sense', () => {
  const fallback = { by: 'name', dir: 'asc' } as const;
  expect(U.sortFrom({ sort: 'due', dir: 'desc' }, ['due'], fallback)).toEqual({ by: 'due', dir: 'desc' });
  expect(U.sortFrom({ sort: 'password' }, ['due'], fallback)).toEqual(fallback);
  expect(U.pageFrom({ page: '2' }, 30, 20)).toBe(2);
  expect(U.pageFrom({ page: '99' }, 30, 20)).toBe(2);
  expect(U.pageFrom({ page: '-1' }, 30, 20)).toBe(1);
  expect(U.pageFrom({ page: '1e9' }, 0, 20)).toBe(1);
});

test('days and numbers are in the reader’s words', () => {
  expect(U.formatDay('en', '2019-04-25')).toBe('April 25, 2019');
  expect(U.formatDay('es', '2019-04-25')).toBe('25 de abril de 2019');
  expect(U.formatDay('en', 'soon')).toBe('soon');
  expect(U.formatNumber('es', 1234.5)).toBe('1,234.5');
  expect(U.formatPercent('en', 65)).toBe('65%');
  expect(U.formatMoney('en', 1200)).toBe('$1,200');
  expect(String(<U.DateText ui={{ locale: 'es' }} date="2020-06-15" />)).toBe(
    '<time datetime="2020-06-15">15 de junio de 2020</time>',
  );
});

test('rows of a table keep their order, their ids and their labels, and what is in them is escaped', () => {
  const rows = [
    { id: 'a"b', name: '<b>', n: 1 },
    { id: 'c', name: 'Second', n: 20 },
  ];
  const html = String(
    <U.Table
      ui={plainUi()}
      caption="List"
      rowId={(row) => row.id}
      columns={[
        { key: 'n', label: 'Number "n"', cell: (row) => row.n, numeric: true },
        { key: 'name', label: 'Name', cell: (row) => <a href="/x">{row.name}</a>, heading: true },
        { key: 'do', label: 'Actions', cell: (row) => row.name, quiet: true },
      ]}
      rows={rows}
    />,
  );
  expect(html.slice(html.indexOf('<tbody'), html.indexOf('</table'))).toBe(
    '<tbody role="rowgroup">' +
      '<tr role="row" id="a&quot;b"><td role="cell" class="wm-right" data-label="Number &quot;n&quot;">1</td>' +
      '<th scope="row" role="rowheader"><a href="/x">&lt;b&gt;</a></th><td role="cell">&lt;b&gt;</td></tr>' +
      '<tr role="row" id="c"><td role="cell" class="wm-right" data-label="Number &quot;n&quot;">20</td>' +
      '<th scope="row" role="rowheader"><a href="/x">Second</a></th><td role="cell">Second</td></tr></tbody>',
  );
});

test('the list of what to enter says which question is meant', async () => {
  const labels = (name: string) => ({ name: 'Name', cost: 'What does it cost?' })[name];
  const errors = { name: 'Enter this.', cost: 'Choose at least one.', '': 'This was sent already.' };
  const words = String(<U.ErrorSummary ui={plainUi()} errors={errors} labels={labels} />).replaceAll(/<[^>]+>/g, '|');
  expect(words).toContain('|Name: Enter this.|');
  expect(words).toContain('|What does it cost? Choose at least one.|');
  expect(words).toContain('|This was sent already.|');
});

test('the list of what to enter takes the words at each field from the page, and leads only to fields that are there', () => {
  const ui = plainUi();
  const errors = { cost: 'Choose at least one.', 'title.en': 'Enter this.', gone: 'It was taken back.' };
  const page = String(
    <U.Form ui={ui} action="/send">
      <U.ErrorSummary ui={ui} errors={errors} />
      <U.BilingualField ui={ui} name="title" label={'Title "A" & more'} errors={errors} />
      <U.Checkboxes
        ui={ui}
        name="cost"
        label="What does it cost?"
        options={[{ value: 'a', label: 'Free' }]}
        errors={errors}
      />
    </U.Form>,
  );
  const html = U.withFieldNames(page);
  expect(html).toContain('<a href="#f-cost">What does it cost? Choose at least one.</a>');
  expect(html).toMatch(/<a href="#f-title-en">Title &quot;A&quot; &amp; more \([^)]+\): Enter this\.<\/a>/);
  expect(html).toContain('<li>It was taken back.</li>');
  expect(html).not.toContain('data-named');
});
