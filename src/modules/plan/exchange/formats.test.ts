import { expect, test } from 'vitest';
import {
  bytesOf,
  docx,
  errorsOf,
  numberingXml,
  outlineOf,
  paragraph,
  readText,
  warningsOf,
  wordTable,
  xlsx,
} from './fixtures.ts';
import { readPlan } from './read.ts';

const today = { today: '2026-01-01' };
const goals = ['1 Begin +', '  1.1 Look around [done]', '  1.2 Plan [notBegun]'];

test('a web page gives its items, and nothing of its scripts, styles, forms or menus', async () => {
  const plan =
    await readText(`<!doctype html><html><head><title>Our plan</title><style>h2{}</style><script>var x = "Goal 9: stolen";</script></head>
<body><nav><ul><li>Goal 8: a menu</li></ul></nav>
<h2 onclick="alert(1)">Goal 1: Begin</h2><!-- Goal 7: hidden -->
<ul><li>Action 1.1: Look <b>around</b> <span>(Completed)</span></li>
<li>Action 1.2: Plan<script>document.write('Action 1.3: bad')</script> – Not started</li></ul>
<form><textarea>Goal 6: typed</textarea></form></body></html>`);
  expect(outlineOf(plan)).toEqual(goals);
  expect(plan.title).toBe('Our plan');
  expect(plan.rows.map((row) => row.line)).toEqual([3, 4, 5]);
  expect(JSON.stringify(plan)).not.toMatch(/script|stolen|alert|menu|typed|hidden/);
});

test('lines broken with <br> and words split by markup are joined', async () => {
  const plan = await readText(
    '<div><p>Goal 1: Begin<br>Action 1.1: Look<br>around (Done)</p><p>Action 1.2: P<em>la</em>n (To do)</p></div><p>x</p>',
  );
  expect(outlineOf(plan)).toEqual(goals);
});

test('ordered lists inside each other are numbered as a reader would number them', async () => {
  const plan = await readText(
    '<ol><li>Begin<ol><li>Look around</li><li>Plan</li></ol></li><li>Go on<ol><li>Rest</li></ol></li></ol>',
  );
  expect(outlineOf(plan)).toEqual(['1 Begin +', '  1.1 Look around', '  1.2 Plan', '2 Go on +', '  2.1 Rest']);
});

test('a list under headings is a plan when its entries carry statuses', async () => {
  const plan = await readText(
    '<h1>City plan</h1><h2>Safety</h2><ul><li>Open a shelter – Completed</li><li>Train police – In progress</li></ul><h2>Work</h2><ul><li>Find jobs (Upcoming)</li></ul>',
  );
  expect(outlineOf(plan)).toEqual(
    [' Safety +', '   Open a shelter [done]', '   Train police [active]', ' Work +', '   Find jobs [notBegun]'].map(
      (line) => line,
    ),
  );
});

test('a table of a web page with spanned cells gives one item a row', async () => {
  const plan =
    await readText(`<table><tr><th>Goal</th><th>Action</th><th>Status</th><th>Lead agency</th><th>Due date</th></tr>
<tr><td rowspan="2">1. Begin</td><td>1.1 Look around</td><td>Completed</td><td>Health</td><td>2020-01-31</td></tr>
<tr><td>1.2 Plan</td><td>Not Started</td><td></td><td>June 15, 2021</td></tr></table>`);
  expect(outlineOf(plan)).toEqual(goals);
  expect(plan.rows[1]).toMatchObject({ lead: 'Health', due: '2020-01-31' });
  expect(plan.rows[2]?.due).toBe('2021-06-15');
});

test('a Word file gives headings, lists, tables and the numbers that Word shows but does not store', async () => {
  const numbered = docx(
    [
      paragraph({ text: 'City plan', style: 'Titel' }),
      paragraph({ text: 'Begin', list: [3, 0] }),
      paragraph({ text: 'Look around (Completed)', list: [3, 1] }),
      paragraph({ text: 'Plan (Not started)', list: [3, 1] }),
      paragraph({ text: 'Go on', list: [3, 0] }),
      paragraph({ text: 'Rest', list: [3, 1] }),
    ].join(''),
    { 'word/numbering.xml': numberingXml([['Goal %1:'], ['Action %1.%2']]) },
  );
  const plan = await readPlan(numbered, today);
  expect(outlineOf(plan)).toEqual([...goals, '2 Go on +', '  2.1 Rest']);
  expect(plan.title).toBe('City plan');
  const table = await readPlan(
    docx(
      wordTable([
        ['No.', 'Action', 'Status'],
        ['1', 'Look', 'Done'],
        ['2', 'Plan', 'To do'],
      ]),
    ),
    today,
  );
  expect(table.rows.map((row) => [row.number, row.title.en, row.history[0]?.status])).toEqual([
    ['1', 'Look', 'done'],
    ['2', 'Plan', 'notBegun'],
  ]);
});

test('struck out, hidden and repeated words of a Word file are left out', async () => {
  const body = `${paragraph({ text: 'Goal 1: Begin' })}<w:p><w:r><w:t>Action 1.1: Look around</w:t></w:r><w:del><w:r><w:delText> twice</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t> secret</w:t></w:r><w:r><w:t> (Done)</w:t></w:r></w:p>${paragraph({ text: 'Action 1.2: Plan (To do)' })}`;
  expect(outlineOf(await readPlan(docx(body), today))).toEqual(goals);
});

test('a spreadsheet with one column a level is read, days and all', async () => {
  const plan = await readPlan(
    xlsx([
      { name: 'Notes', rows: [['Nothing here']] },
      {
        name: 'Work',
        rows: [
          ['Our city', ''],
          ['Goal', 'Action #', 'Action', 'Status', 'Due date'],
          ['1. Begin', '1.1', 'Look around', 'Completed', { raw: 's="1"><v>43580</v>' }],
          ['', '1.2', 'Plan', 'Not Yet Begun', '4/26/2019'],
        ],
      },
    ]),
    { ...today, asOf: '2019-05-01' },
  );
  expect(outlineOf(plan)).toEqual(goals);
  expect(plan.rows[1]).toMatchObject({ due: '2019-04-25', history: [{ on: '2019-05-01', status: 'done' }], line: 3 });
  expect(plan.rows[2]?.due).toBe('2019-04-26');
  expect(errorsOf(plan)).toEqual([]);
});

test('a csv with Spanish headers, semicolons and a level column is read', async () => {
  const plan = await readText(
    'Nivel;Número;Título;Estado;Responsable\nMeta;1;Empezar;;\nAcción;1.1;Mirar;Completada;Salud\nAcción;1.2;Planear;No iniciada;',
    { filename: 'plan.csv' },
  );
  expect(plan.levels).toEqual([
    { name: 'Meta', count: 1 },
    { name: 'Acción', count: 2 },
  ]);
  expect(plan.rows.slice(1).map((row) => row.history[0]?.status)).toEqual(['done', 'notBegun']);
  expect(plan.rows[1]?.lead).toBe('Salud');
});

test('a table pasted from a spreadsheet is read as a table', async () => {
  const plan = await readText(
    'Number\tTitle\tStatus\n1\tBegin\t\n1.1\tLook around\tCompleted\n1.2\tPlan\tNot started\n',
  );
  expect(outlineOf(plan)).toEqual(goals);
});

test('the kind of file is told by its content, whatever its name says', async () => {
  const page =
    '<html><body><p>Goal 1: Begin</p><p>Action 1.1: Look around (Done)</p><p>Action 1.2: Plan (To do)</p></body></html>';
  expect(outlineOf(await readText(page, { filename: 'plan.csv' }))).toEqual(goals);
  const sheet = xlsx([
    {
      name: 'A',
      rows: [
        ['Number', 'Title', 'Status'],
        ['1', 'Begin', ''],
        ['1.1', 'Look around', 'Done'],
        ['1.2', 'Plan', 'To do'],
      ],
    },
  ]);
  expect(outlineOf(await readPlan(sheet, { ...today, filename: 'plan.txt', mediaType: 'text/plain' }))).toEqual(goals);
});

test('dependencies given by printed numbers are kept until the items have permanent ones', async () => {
  const plan = await readText('Number,Title,Depends on\n1,Begin,\n1.1,Look,\n1.2,Plan,1.1\n', { filename: 'a.csv' });
  expect(plan.rows[2]?.waitsFor).toEqual(['1.1']);
  const withRefs = await readText('Ref,Number,Title,Depends on\n5,1,Begin,\n6,1.1,Look,\n7,1.2,Plan,1.1\n', {
    filename: 'a.csv',
  });
  expect(withRefs.rows[2]).toMatchObject({ ref: 7, dependsOn: [6] });
});

test('text in UTF-16 and in Windows letters is read, the latter with the first line that it touches', async () => {
  const wide = new Uint8Array([
    0xff,
    0xfe,
    ...new Uint8Array(Buffer.from('Meta 1: Año\nAcción 1.1: Sí\nAcción 1.2: No', 'utf16le')),
  ]);
  expect((await readPlan(wide, today)).rows.map((row) => row.title.en)).toEqual(['Año', 'Sí', 'No']);
  const windows = new Uint8Array(Buffer.from('Goal 1: Begin\nAction 1.1: Caf\u00e9\nAction 1.2: B', 'latin1'));
  const plan = await readPlan(windows, today);
  expect(plan.rows[1]?.title.en).toBe('Café');
  expect(plan.problems).toEqual([expect.objectContaining({ line: 2, severity: 'warning' })]);
  expect(warningsOf(await readPlan(bytesOf('Goal 1: A\nAction 1.1: B\nAction 1.2: Café'), today))).toEqual([]);
});
