import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, docx, errorsOf, outlineOf, paragraph, readText, warningsOf, xlsx, zipOf } from './fixtures.ts';
import { readPlan } from './read.ts';

const today = { today: '2026-01-01' };
const header = ['Number', 'Title', 'Status', 'Due date', 'Depends on'];
const csv = (...rows: string[][]): string => [header, ...rows].map((row) => row.join(',')).join('\n');

test('errors of a spreadsheet are named by their cells, in csv and xlsx', async () => {
  const plan = await readText(csv(['1', 'Begin'], ['1.1', '#REF!'], ['1.2', 'Plan', '#N/A']), { filename: 'a.csv' });
  expect(plan.problems.filter((p) => p.message.includes('holds the error'))).toMatchObject([
    { line: 3, cell: 'B3', message: 'Cell B3 holds the error #REF!. Repair it in the spreadsheet.', severity: 'error' },
    { line: 4, cell: 'C4', severity: 'error' },
  ]);
  const book = await readPlan(
    xlsx([
      { name: 'S', rows: [header, ['1', 'Begin'], ['1.1', { raw: 't="e"><f>X!A1</f><v>#REF!</v>' }], ['1.2', 'Plan']] },
    ]),
    today,
  );
  expect(book.problems[0]).toMatchObject({ cell: 'B3', severity: 'error' });
});

test('impossible days stop, doubtful ones warn, each with its cell', async () => {
  const plan = await readText(
    csv(
      ['1', 'Begin'],
      ['1.1', 'A', '', '2019-02-30'],
      ['1.2', 'B', '', '03/04/2019'],
      ['1.3', 'C', '', 'soon'],
      ['1.4', 'D', '', 'June 2020'],
    ),
    { filename: 'a.csv' },
  );
  expect(errorsOf(plan)).toEqual([
    'Cell D3: there is no such day as 2019-02-30.',
    'Cell D5: “soon” is not a day. Write it like 2019-04-25.',
  ]);
  expect(warningsOf(plan)).toEqual([
    'Cell D4: 03/04/2019 can be two days. It was read as 2019-03-04 (year, month, day).',
    'Cell D6: “June 2020” is not one day. It was read as its last day, 2020-06-30.',
  ]);
  const spanish = await readText(csv(['1', 'Begin'], ['1.1', 'A', '', '03/04/2019'], ['1.2', 'B', '', '25/04/2019']), {
    filename: 'a.csv',
  });
  expect(spanish.rows[1]?.due).toBe('2019-04-03');
  const line = await readText('Last updated: February 30, 2019\nGoal 1: A\nAction 1.1: B');
  expect(errorsOf(line)).toEqual(['Line 1: there is no such day as February 30, 2019.']);
});

test('a circle of dependencies is shown, and one that leads nowhere is named', async () => {
  const circle = await readText(
    csv(['1', 'Begin'], ['1.1', 'A', '', '', '1.3'], ['1.2', 'B', '', '', '1.1'], ['1.3', 'C', '', '', '1.2']),
    { filename: 'a.csv' },
  );
  expect(errorsOf(circle)).toEqual(['Cell B3: items wait for each other in a circle: 1.1 → 1.3 → 1.2 → 1.1.']);
  const nowhere = await readText(csv(['1', 'Begin'], ['1.1', 'A', '', '', '9.9']), { filename: 'a.csv' });
  expect(errorsOf(nowhere).join()).toContain('waits for 9.9, which is not in the file');
  const long = [
    header,
    ['1', 'Begin', '', '', ''],
    ...Array.from({ length: 8_000 }, (_, i) => [`1.${i + 1}`, `T${i}`, '', '', `1.${((i + 1) % 8_000) + 1}`]),
  ];
  expect(errorsOf(await readText(long.map((row) => row.join(',')).join('\n'), { filename: 'a.csv' })).join()).toContain(
    'in a circle',
  );
});

test('a number that a spreadsheet shortened is a duplicate, with the hint that explains it', async () => {
  const plan = await readPlan(
    xlsx([{ name: 'S', rows: [header, [1, 'Begin'], [1.1, 'First'], [1.1, 'Tenth']] }]),
    today,
  );
  expect(errorsOf(plan)).toEqual([expect.stringContaining('spreadsheets turn 1.10 into 1.1')]);
});

test('a formula in a cell stays text and is said; nothing runs', async () => {
  const plan = await readText(
    csv(['1', 'Begin'], ['1.1', '=cmd|"/c calc"!A1'], ['1.2', '- a bullet'], ['1.3', "'=kept"]),
    { filename: 'a.csv' },
  );
  expect(plan.rows.slice(1).map((row) => row.title.en)).toEqual(['=cmd|"/c calc"!A1', '- a bullet', '=kept']);
  expect(warningsOf(plan).filter((message) => message.includes('formula'))).toHaveLength(1);
});

test('a row of our own format that is too deep has no parent', async () => {
  const plan = await readText('Depth,Title,Number,Status history\n0,A,1,\n2,B,1.1.1,\n', { filename: 'a.csv' });
  expect(errorsOf(plan).join()).toContain('no ');
  expect(plan.problems.find((p) => p.severity === 'error')).toMatchObject({ line: 3, cell: 'B3' });
});

test('history, milestones, amounts and permanent numbers that cannot be read are named by their cells', async () => {
  const plan = await readText(
    'Ref,Depth,Title,Status history,Milestones,Funding needed\nx,0,A,2019-02-30 Completed,Hire | | due soon,lots\n1,0,B,2019-01-01 Completed,,"$1,200.50"\n1,0,C,,,"1.200,50 €"\n',
    { filename: 'a.csv' },
  );
  expect(
    plan.problems
      .filter((p) => p.severity === 'error')
      .map((p) => p.cell)
      .sort(),
  ).toEqual(['A2', 'C4', 'D2', 'E2', 'F2']);
  expect(plan.rows.map((row) => row.fundingNeeded)).toEqual([undefined, 1200.5, 1200.5]);
});

const scopeFile = (...cells: string[]): string =>
  `Ref,Depth,Title,Status history,Joined and left\n${cells.map((cell, i) => `${i + 1},0,Item ${i + 1},,"${cell}"`).join('\n')}\n`;

test('how an item joined or left that cannot be read is named by its cell, each fault in its own words', async () => {
  const plan = await readText(
    scopeFile(
      '2025-02-10 Vanished into 2',
      '2025-02-30 Added',
      'soon Split into 1',
      '2025-02-10 Split into 1.2',
      '2025-02-10 Merged into 6, 77',
      '2025-02-10 Merged',
      '2025-02-10 added\n2025-03-01 dividido en 1 y 2 | por qué',
    ),
    { filename: 'a.csv' },
  );
  expect(plan.problems.map(({ line, cell, severity, message }) => [line, cell, severity, message])).toEqual([
    [2, 'E2', 'error', expect.stringContaining('“Vanished” is no way to join or leave')],
    [3, 'E3', 'error', 'Cell E3: there is no such day as 2025-02-30.'],
    [4, 'E4', 'error', expect.stringContaining('“soon Split into 1” cannot be read')],
    [5, 'E5', 'error', expect.stringContaining('“2025-02-10 Split into 1.2” cannot be read')],
    [6, 'C6', 'error', 'Cell C6: it went into 77, but no item in the file has that permanent number.'],
    [7, 'E7', 'warning', expect.stringContaining('does not say which items')],
  ]);
  expect(plan.rows[6]!.scope).toEqual([
    { on: '2025-02-10', kind: 'added' },
    { on: '2025-03-01', kind: 'split', into: [1, 2], reason: { en: 'por qué' } },
  ]);
});

test('json: a scope fact of an unknown kind or day, or into nothing, is named by its item', async () => {
  const file = (scope: unknown) =>
    JSON.stringify({
      format: 'waymark-plan/1',
      title: { en: 'A' },
      levels: [{ one: { en: 'Goal' }, many: { en: 'Goals' } }],
      rows: [
        { ref: 1, depth: 0, number: '1', title: { en: 'One' }, leaf: true, history: [] },
        { ref: 2, depth: 0, number: '2', title: { en: 'Two' }, leaf: true, history: [], scope: [scope] },
      ],
    });
  for (const [scope, said] of [
    [{ on: '2025-02-10', kind: 'vanished' }, 'Item 2: “scope.0.kind” is missing or wrong.'],
    [{ on: '2025-02-30', kind: 'added' }, 'Item 2: “scope.0.on” is missing or wrong.'],
    [
      { on: '2025-02-10', kind: 'merged', into: [9] },
      'Line 2: it went into 9, but no item in the file has that permanent number.',
    ],
  ] as const)
    expect(errorsOf(await readText(file(scope)))).toContain(said);
  const good = await readText(file({ on: '2025-02-10', kind: 'merged', into: [1] }));
  expect(good.problems).toEqual([]);
  expect(good.rows[1]!.scope).toEqual([{ on: '2025-02-10', kind: 'merged', into: [1] }]);
});

test('a file from elsewhere says with a column of days when items joined', async () => {
  const plan = await readText('Number,Title,Date added\n1,Begin,\n1.1,Train hotel staff,2025-02-10\n', {
    filename: 'a.csv',
  });
  expect(plan.rows.map((row) => row.scope)).toEqual([undefined, [{ on: '2025-02-10', kind: 'added' }]]);
});

test('files that cannot hold a plan end in one sentence that says what to do', async () => {
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(), 'empty'],
    [bytesOf('  \n '), 'empty'],
    [bytesOf('%PDF-1.7 …'), 'PDF'],
    [bytesOf('{\\rtf1 …'), 'RTF'],
    [new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'old Office'],
    [
      new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, ...new Uint8Array(Buffer.from('EncryptedPackage', 'utf16le'))]),
      'password',
    ],
    [new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10]), 'picture'],
    [new Uint8Array([0x1f, 0x8b, 8, 0]), 'packed'],
    [Uint8Array.from({ length: 4_000 }, (_, i) => (i * 7919) % 31), 'not a text'],
    [zipOf({ 'a.txt': 'hello' }), 'packed'],
    [zipOf({ mimetype: 'application/vnd.oasis.opendocument.text' }), 'Office file cannot be read'],
    [docx(paragraph({ text: 'Goal 1: A' }), { 'word/vbaProject.bin': 'x' }), 'macros'],
    [docx('<w:p>'), 'damaged'],
    [zipOf({ 'word/document.xml': '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>' }), 'damaged'],
    [docx(paragraph({ text: 'Goal 1: A' })).slice(0, 300), 'damaged'],
    [bytesOf('{"format": "waymark-plan/1", "title": '), 'damaged'],
    [bytesOf('{"format": "other"}'), 'not a plan'],
    [docx(paragraph({ text: 'Only a letter.' })), 'No plan was found'],
    [
      xlsx([
        {
          name: 'S',
          rows: [
            ['a', 'b'],
            ['c', 'd'],
          ],
        },
      ]),
      'No plan was found',
    ],
  ];
  for (const [bytes, words] of cases) {
    const plan = await readPlan(bytes, today);
    expect(errorsOf(plan), words).toEqual([expect.stringContaining(words)]);
    expect(plan.rows, words).toEqual([]);
  }
});

test('a file above the limit is not looked at', async () => {
  const plan = await readPlan(new Uint8Array(20_000_001), today);
  expect(errorsOf(plan)).toEqual(['The file has 21 MB. The limit is 20 MB.']);
});

const bigXml = `<x>${' '.repeat(30_000_000)}</x>`;

test('zip bombs stop early: by what they declare, by what they become, by how many parts they have', async () => {
  const declared = zipOf({ 'word/document.xml': bigXml });
  expect(errorsOf(await readPlan(declared, today))).toEqual([expect.stringContaining('unpacks to far more')]);

  // A header that lies: 30 MB that claim to be 500 bytes.
  const lying = zipOf({ 'word/document.xml': bigXml });
  const view = new DataView(lying.buffer, lying.byteOffset);
  for (let at = 0; at + 4 < lying.length; at++) {
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 500, true);
  }
  expect(deflateRawSync(bigXml).length).toBeLessThan(100_000);
  expect(errorsOf(await readPlan(lying, today))).toEqual([expect.stringContaining('unpacks to far more')]);

  const many = zipOf(Object.fromEntries(Array.from({ length: 2_100 }, (_, i) => [`${i}`, ''])));
  expect(errorsOf(await readPlan(many, today))).toEqual([expect.stringContaining('more than 2,000 parts')]);

  const noise = Uint8Array.from({ length: 50_000 }, (_, i) => (i * i * 31) & 255);
  const large = await readPlan(zipOf({ 'word/document.xml': noise, b: noise }), {
    ...today,
    limits: { unpacked: 60_000 },
  });
  expect(errorsOf(large)).toEqual([expect.stringContaining('unpacks to more than')]);
});

test('a file that was changed after it was packed is called damaged', async () => {
  const bytes = docx(paragraph({ text: 'Goal 1: A' }));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at + 4 < bytes.length; at++)
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 16, 1, true);
  expect(errorsOf(await readPlan(bytes, today))).toEqual([expect.stringContaining('damaged')]);
});

test('pages built to exhaust a reader are refused while they are read', async () => {
  const deep = await readText(`<html><body>${'<div>'.repeat(200_000)}Goal 1: A`);
  expect(errorsOf(deep)).toEqual([expect.stringContaining('nested more than')]);
  const wide = await readText(`<html><body>${'<b>'.repeat(300)}${'<p>x'.repeat(500_000)}`);
  expect(errorsOf(wide)).toEqual([expect.stringContaining('too many parts')]);
  const names = Array.from({ length: 300_000 }, (_, i) => `a${i}`).join(' ');
  for (const page of [`<p ${names}>x</p><p></p>`, `<p ${names.replaceAll(' ', '="<b>" ')}></p><b></b>`]) {
    expect(errorsOf(await readText(`<html>${page}`))).toEqual([expect.stringContaining('too many parts')]);
  }
  const script = `<script>if (a <b ${names}) x = "</p>";</script>`;
  expect(outlineOf(await readText(`<html>${script}<p>Goal 1: A</p><p>Action 1.1: B</p>`))).toEqual([
    '1 A +',
    '  1.1 B',
  ]);
  expect(errorsOf(await readText('Goal 1: A\n'.repeat(400_000)))).toEqual([
    expect.stringContaining('more than 300,000 lines'),
  ]);
});

test('a line of a megabyte is named, NUL is taken out, and the rest is read', async () => {
  const plan = await readText(
    `Goal 1: Begin\nAction 1.1: Look ar\0ound (Done)\nAction 1.2: Plan (To do)\n${'x'.repeat(1_048_576)}\n`,
  );
  expect(outlineOf(plan)).toEqual(['1 Begin +', '  1.1 Look around [done]', '  1.2 Plan [notBegun]']);
  expect(plan.problems).toMatchObject([
    { line: 2, severity: 'warning' },
    { line: 4, severity: 'error', message: 'Line 4 has 1,048,576 characters. The limit is 200,000.' },
  ]);
  expect(
    errorsOf(await readText(csv(['1', 'Begin'], ['1.1', 'y'.repeat(1_000_000)]), { filename: 'a.csv' })).join(),
  ).toContain('characters');
});

test('a quotation mark that is never closed is named by the line where it begins', async () => {
  const plan = await readText('Number,Title\n1,Begin\n1.1,"Look\n1.2,Plan\n', { filename: 'a.csv' });
  expect(plan.problems.find((p) => p.severity === 'error')).toMatchObject({
    line: 3,
    message: 'Line 3: a quotation mark is not closed.',
  });
});

test('more items than the limit are refused with a sentence', async () => {
  const text = `Goal 1: A\n${Array.from({ length: 30 }, (_, i) => `Action 1.${i + 1}: B`).join('\n')}`;
  expect(errorsOf(await readText(text, { limits: { rows: 20 } }))).toEqual([
    expect.stringContaining('more than 20 rows'),
  ]);
});

test('a hundred sentences of one kind are enough', async () => {
  const rows = Array.from({ length: 300 }, (_, i) => [`1.${i + 1}`, 'A', '', '2019-02-30']);
  const plan = await readText(csv(['1', 'Begin'], ...rows), { filename: 'a.csv' });
  expect(errorsOf(plan)).toHaveLength(101);
  expect(errorsOf(plan).at(-1)).toBe('200 more problems like these are not listed.');
});

test('sentences come in Spanish when they are asked for', async () => {
  const plan = await readText(csv(['1', 'Begin'], ['1.1', 'A', '', '2019-02-30']), { filename: 'a.csv', locale: 'es' });
  expect(errorsOf(plan)).toEqual(['Celda D3: el día 2019-02-30 no existe.']);
});

test('no bytes whatever make the reader throw', async () => {
  const pieces = fc.constantFrom(
    'Goal 1: ',
    'Action 1.1 – ',
    '\n',
    '\t',
    ',',
    '"',
    '<table><tr><td>',
    '<li>',
    '</ul>',
    '(Completed)',
    '#REF!',
    '1.2.3 ',
    'PK\u0003\u0004',
    '{"',
    'Title,Depth,Status history\n',
    '2019-02-30',
    '\uFEFF',
    '|',
    '\\',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }).map((parts) => bytesOf(parts.join(''))),
      ),
      fc.constantFrom('', 'a.csv', 'a.html'),
      async (bytes, filename) => {
        const plan = await readPlan(bytes, { filename, ...today });
        for (const problem of plan.problems) {
          expect(problem.message).not.toMatch(/undefined|\{|NaN/);
          expect(problem.line).toBeGreaterThanOrEqual(0);
        }
      },
    ),
    { numRuns: 400 },
  );
  const whole = xlsx([{ name: 'S', rows: [header, ['1', 'Begin'], ['1.1', 'A']] }]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 5 }),
      async (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        expect((await readPlan(bytes, today)).problems).toBeInstanceOf(Array);
      },
    ),
    { numRuns: 200 },
  );
});
