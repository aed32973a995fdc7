import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { errorsOf, outlineOf, readText, warningsOf } from './fixtures.ts';
import { readPlan } from './read.ts';

const page = `A made-up city works on its plan.

  • Completed
  • In Progress
  • Not Yet Begun
Progress
Completed2 Tactics
In Progress1 Tactic
No Longer Needed1 Tactic
The city has completed 67% of the plan, excluding those tactics no longer needed.

Last updated: April 25th, 2019

Objective 1: Build the team

Strategy 1.1: Hire people
  • Tactic 1.1.1 – Write the job posts with care, in two languages, and
    show them to survivors first.
  • Tactic 1.1.2 – Open an office.
Objective 2: Tell people
Strategy 2.1: Print posters
  • Tactic 2.1.1 – Draw them.
  • Tactic 2.1.2 – Hang them.`;

test('a pasted page gives its levels, its items and its printed totals', async () => {
  const plan = await readText(page);
  expect(plan.levels).toEqual([
    { name: 'Objective', count: 2 },
    { name: 'Strategy', count: 2 },
    { name: 'Tactic', count: 4 },
  ]);
  expect(outlineOf(plan)).toEqual([
    '1 Build the team +',
    '  1.1 Hire people +',
    '    1.1.1 Write the job posts with care, in two languages, and show them to survivors first.',
    '    1.1.2 Open an office.',
    '2 Tell people +',
    '  2.1 Print posters +',
    '    2.1.1 Draw them.',
    '    2.1.2 Hang them.',
  ]);
  expect(plan.published).toEqual({ asOf: '2019-04-25', done: 2, active: 1, notBegun: 0, excluded: 1, percent: 67 });
  expect(plan.problems).toEqual([]);
  expect(plan.rows[2]?.line).toBe(17);
});

test('printed totals that do not add up to the items are said with their numbers', async () => {
  const plan = await readText(page.replace('Completed2', 'Completed5'));
  expect(warningsOf(plan).join()).toContain('add up to 7, but 4 items were found');
  expect(warningsOf(plan).join()).toContain('prints 67%, but 5 of 6 is 83%');
});

test('totals are read from a sentence, from two columns and from lines of their own', async () => {
  const body = 'Goal 1: A\nAction 1.1: B\nAction 1.2: C\nAction 1.3: D\n';
  for (const totals of [
    '1 completed, 1 in progress and 1 not started.',
    'Completed\t1\nIn progress\t1\nNot started\t1',
    'Completed\n1\nIn progress\n1\nNot started\n1',
    '1\nCompleted\n1\nIn progress\n1\nNot started',
    'Completed: 1 (33%)\nIn progress: 1 (33%)\nNot started: 1 (33%)',
    '1 action completed\n1 action in progress\n1 action not started',
  ]) {
    const plan = await readText(`${totals}\n\n${body}`, { asOf: '2020-06-15' });
    expect(plan.published, totals).toMatchObject({ asOf: '2020-06-15', done: 1, active: 1, notBegun: 1, excluded: 0 });
    expect(errorsOf(plan), totals).toEqual([]);
  }
});

test('totals without any day stop the import until a day is given', async () => {
  const text = 'Completed 1\nIn progress 1\n\nGoal 1: A\nAction 1.1: B\nAction 1.2: C';
  const plan = await readText(text, { today: undefined });
  expect(plan.published).toBeNull();
  expect(errorsOf(plan).join()).toContain('totals but no day');
  expect(errorsOf(await readText(text, { asOf: '2020-01-01' }))).toEqual([]);
});

test('a year after a status word is no count', async () => {
  const plan = await readText('Completed 2019\nIn progress 2020\n\nGoal 1: A\nAction 1.1: B\nAction 1.2: C');
  expect(plan.published).toBeNull();
});

test.each([
  [
    'Pathway 1: Safe homes\nGoal 1.1: Rent\nAction 1.1.1: Pay it\nAction 1.1.2: Ask first',
    ['Pathway', 'Goal', 'Action'],
  ],
  [
    'Pillar I: Partner\nStrategy 1: Build skill\nStrategy 2: Meet\nPillar II: Prevent\nStrategy 3: Teach',
    ['Pillar', 'Strategy'],
  ],
  [
    'GOAL ONE: Begin\nObjective A. Learn\nObjective B. Teach\nGOAL TWO: Go on\nObjective A. Rest',
    ['Goal', 'Objective'],
  ],
  ['Workstream 1: Data\nAction 1.1: Count\nWorkstream 2: People\nAction 2.1: Ask', ['Workstream', 'Action']],
  ['# Goal 1\nBegin well\n## Action 1.1\nWrite\n## Action 1.2\nRead', ['Goal', 'Action']],
  ['1. Goal: Begin\n1.1 Strategy: Look\n1.1.1 Tactic: Read\n1.1.2 Tactic: Ask', ['Goal', 'Strategy', 'Tactic']],
])('other words for levels are understood: %#', async (text, levels) => {
  const plan = await readText(text);
  expect(plan.levels.map((level) => level.name)).toEqual(levels);
  expect(errorsOf(plan)).toEqual([]);
  expect(outlineOf(plan)).toMatchSnapshot();
});

test('Spanish level and status words are understood, and the words go in both languages', async () => {
  const plan = await readText(
    'Última actualización: 25 de abril de 2019\nObjetivo 1: Formar al equipo\nEstrategia 1.1: Contratar\nTáctica 1.1.1 – Publicar la oferta (Completada)\nTáctica 1.1.2 – Entrevistar – En curso\nTáctica 1.1.3 – Firmar [Ya no es necesario]',
  );
  expect(plan.levels.map((level) => level.name)).toEqual(['Objetivo', 'Estrategia', 'Táctica']);
  expect(plan.levelNames[0]).toEqual({
    one: { en: 'Objective', es: 'Objetivo' },
    many: { en: 'Objectives', es: 'Objetivos' },
  });
  expect(plan.rows.filter((row) => row.leaf).map((row) => row.history)).toEqual([
    [{ on: '2019-04-25', status: 'done' }],
    [{ on: '2019-04-25', status: 'active' }],
    [{ on: '2019-04-25', status: 'excluded' }],
  ]);
  expect(plan.rows[0]?.title).toEqual({ en: 'Formar al equipo', es: 'Formar al equipo' });
  expect(warningsOf(plan).join()).toContain('in Spanish');
});

test('a plan numbered without any words gets its levels from the numbers', async () => {
  const plan = await readText(
    '1. Begin\n1.1 Look around\n1.1.1 Read the reports\n1.1.2 Ask people\n1.2 Plan\n1.2.1 Write it\n1.10 Rest\n1.10.1 Sleep',
  );
  expect(plan.levels).toEqual([
    { name: 'Level 1', count: 1 },
    { name: 'Level 2', count: 3 },
    { name: 'Level 3', count: 4 },
  ]);
  expect(outlineOf(plan)[6]).toBe('  1.10 Rest +');
  const named = await readText('1. Begin\n1.1 Look around\n1.2 Plan', { levelNames: ['Aim', 'Step'] });
  expect(named.levels.map((level) => level.name)).toEqual(['Aim', 'Step']);
});

test('statuses are found at the end, in brackets, after a dash or a tab, and on a line of their own', async () => {
  const plan = await readText(`Goal 1: Begin
Action 1.1: One (Completed)
Action 1.2: Two [In Progress]
Action 1.3: Three – Not Yet Begun
Action 1.4: Four\tOn-going
Action 1.5: Five. Status: No Longer Needed
Action 1.6: Six
Completed
Action 1.7: Make sure that the training is complete`);
  expect(plan.rows.slice(1).map((row) => [row.title.en, row.history[0]?.status])).toEqual([
    ['One', 'done'],
    ['Two', 'active'],
    ['Three', 'notBegun'],
    ['Four', 'ongoing'],
    ['Five', 'excluded'],
    ['Six', 'done'],
    ['Make sure that the training is complete', undefined],
  ]);
  expect(plan.statusWords.find(({ word }) => word === 'Completed')).toEqual({
    word: 'Completed',
    class: 'done',
    count: 2,
  });
});

test('a bare status word at the end counts only when most items have one', async () => {
  const most = await readText('Goal 1: Begin\nAction 1.1: Hire people Completed\nAction 1.2: Train them In Progress');
  expect(most.rows.slice(1).map((row) => row.history[0]?.status)).toEqual(['done', 'active']);
  const one = await readText(
    'Goal 1: Begin\nAction 1.1: Count what is Completed\nAction 1.2: Train\nAction 1.3: Teach\nAction 1.4: Rest',
  );
  expect(one.rows[1]?.title.en).toBe('Count what is Completed');
});

test('a word that plans use in different ways is left for a person, and a given meaning wins', async () => {
  const text = 'Goal 1: Begin\nAction 1.1: One (Monitoring)\nAction 1.2: Two (Completed)';
  const plan = await readText(text);
  expect(plan.rows[1]).toMatchObject({ title: { en: 'One' }, history: [] });
  expect(plan.statusWords[0]).toEqual({ word: 'Monitoring', class: null, count: 1 });
  expect(warningsOf(plan).join()).toContain('choose what “Monitoring” means');
  const mapped = await readText(text, { statusMap: { monitoring: 'ongoing', Completed: 'excluded' } });
  expect(mapped.rows.slice(1).map((row) => row.history[0]?.status)).toEqual(['ongoing', 'excluded']);
});

test('an item whose parent is missing is named, and one that stands in the wrong place goes to its parent', async () => {
  const missing = await readText('Objective 1: A\nStrategy 1.1: B\nTactic 1.1.1 – C\nTactic 1.2.1 – D');
  expect(errorsOf(missing)).toEqual(['Line 4: “1.2.1 D” has no Strategy 1.2 above it.']);
  const moved = await readText('Objective 1: A\nStrategy 1.1: B\nStrategy 1.2: C\nTactic 1.1.1 – D\nTactic 1.2.1 – E');
  expect(outlineOf(moved)).toEqual(['1 A +', '  1.1 B +', '    1.1.1 D', '  1.2 C +', '    1.2.1 E']);
  expect(errorsOf(moved)).toEqual([]);
});

test('a number used twice is named with both lines; the same item twice is counted once', async () => {
  const twice = await readText('Objective 1: A\nTactic 1.1 – B\nTactic 1.1 – C');
  expect(errorsOf(twice)).toEqual(['Line 3: Tactic 1.1 is used twice. It was used first on line 2.']);
  const contents = await readText('Goal 1: A\nGoal 2: B\n\nGoal 1: A\nAction 1.1: C\nGoal 2: B\nAction 2.1: D');
  expect(errorsOf(contents)).toEqual([]);
  expect(outlineOf(contents)).toEqual(['1 A +', '  1.1 C', '2 B +', '  2.1 D']);
  const again = await readText('Goal 1: A\nAction 1: C\nAction 2: D\nGoal 2: B\nAction 1: C\nAction 2: E');
  expect(errorsOf(again)).toEqual([]);
  expect(outlineOf(again)).toEqual(['1 A +', '  1 C', '  2 D', '2 B +', '  1 C', '  2 E']);
  const repeated = await readText('Goal 1: A\nAction 1.1: C\nAction 1.1: C\nGoal 2: B\nAction 2.1: D');
  expect(outlineOf(repeated)).toEqual(['1 A +', '  1.1 C', '2 B +', '  2.1 D']);
  expect(warningsOf(repeated).join()).toContain('stands in the file twice');
});

test('paragraphs below an item describe it, and the footer of the page does not', async () => {
  const plan = await readText(
    'Goal 1: A\n\nWhy we do this.\n\nAction 1.1: B\n\nAction 1.2: C\n\nPrivacy notice of the site',
  );
  expect(plan.rows[0]?.description).toEqual({ en: 'Why we do this.' });
  expect(plan.rows[2]?.description).toBeUndefined();
});

test('prose is no plan, with or without lists', async () => {
  for (const text of [
    'Goal 1 was met in 2019 and goal 2 is near. About 2.5 million people live here.',
    'What we do\n\n- Help people\n- Answer calls\n- Keep data safe',
    '1. Call us\n2. Wait\n3. Talk',
    'Hello',
  ]) {
    const plan = await readText(text);
    expect(errorsOf(plan).join(), text).toContain('No plan was found here');
  }
});

const shared = process.env.WAYMARK_SHARED ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const phase2 = `${shared}/seeds/000_9e6cc38383cb18cd.txt`;
const prose = `${shared}/seeds/001_cc9f2792f01b801f.txt`;

test.skipIf(!existsSync(phase2))(
  'the published page of phase 2 gives 6, 13 and 64, all unknown, and its totals',
  async () => {
    const plan = await readPlan(readFileSync(phase2));
    expect(plan.levels).toEqual([
      { name: 'Objective', count: 6 },
      { name: 'Strategy', count: 13 },
      { name: 'Tactic', count: 64 },
    ]);
    expect(plan.rows.filter((row) => row.leaf)).toHaveLength(64);
    expect(plan.rows.every((row) => row.history.length === 0 && row.title.en.length > 5 && !row.description)).toBe(
      true,
    );
    expect(plan.published).toEqual({ asOf: '2019-04-25', done: 41, active: 14, notBegun: 8, excluded: 1, percent: 65 });
    expect(plan.problems).toEqual([]);
  },
);

test.skipIf(!existsSync(prose))('the page about the office is prose and not a plan', async () => {
  const plan = await readPlan(readFileSync(prose));
  expect(plan.rows).toEqual([]);
  expect(errorsOf(plan)).toHaveLength(1);
});
