/**
 * What those who keep the directory open every day, with 4,000 providers: the overview, the likely duplicates and the board of upkeep, each as the
 * first answer after what is read in behind a start, as every later one, and as the first after somebody changed a record.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { webApp } from '../src/app.ts';
import type { App } from '../src/kernel/context.ts';
import { startSession } from '../src/kernel/identity/session.ts';
import { systemCtx } from '../src/kernel/system.ts';
import { warmUp } from '../src/kernel/warm.ts';
import { modules } from '../src/modules.ts';
import { addChecks, marksForAll, recordsById, saveRecords } from '#modules/organisations';
import { organizations } from './directory-data.ts';
import { benchApp, benchNetwork, ms, times } from './support.ts';

const providers = 4_000;
/** A page that a person waits for. */
const allowed = 150;
const runs = 20;

const pages: [string, string][] = [
  ['overview', '/bench/staff/directory'],
  ['overview, narrowed and sorted', '/bench/staff/directory?standing=public&missing=phone&sort=checked&dir=desc'],
  ['likely duplicates', '/bench/staff/directory/duplicates'],
  ['board of upkeep', '/bench/staff/directory/upkeep'],
  ['board of upkeep, one class', '/bench/staff/directory/upkeep?show=due&class=hours'],
];

export async function directoryDesk(databaseUrl: string | null, name: string): Promise<void> {
  const app = await benchApp(databaseUrl);
  const { networkId, one } = await benchNetwork(app);
  const personId = one.actor.kind === 'person' ? one.actor.personId : '';
  await app.db.run({ scope: 'system' }, (tx) =>
    tx
      .insertInto('app.role_grant')
      .values({
        person_id: personId,
        network_id: networkId,
        role: 'directory_editor',
        granted_by: null,
        ended_by: null,
      })
      .execute(),
  );
  const started = performance.now();
  const records = await fill(app, networkId);
  console.log(
    `\nThe desk of those who keep the directory, ${name}: ${providers} providers, ${records} records, written in ${ms(performance.now() - started)}`,
  );
  const reading = performance.now();
  await warmUp(app, modules, new AbortController().signal);
  console.log(`  read in behind the start in ${ms(performance.now() - reading)}, while nobody waits`);
  const cookie = await signIn(app, personId);
  const web = webApp(app);
  const open = async (path: string) => {
    const answer = await web.fetch(new Request(`http://localhost${path}`, { headers: { cookie } }));
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    return (await answer.text()).length;
  };
  // The house around the pages: a page of the same frame that reads nothing of the directory.
  const plain = await times(runs, 3, () => open('/account'));
  for (const [what, path] of pages) {
    const cold = await times(1, 0, () => open(path));
    const warm = await times(runs, 1, () => open(path));
    const changed = await times(5, 0, async () => {
      await touch(app, networkId);
      return open(path);
    });
    const touched = await times(5, 0, () => touch(app, networkId));
    const after = Math.max(0, changed.p50 - touched.p50);
    console.log(
      `  ${what}: p95 ${ms(warm.p95)} (${(warm.p95 / allowed).toFixed(2)} of the ${allowed} ms allowed, ${(warm.p50 / plain.p50).toFixed(1)} times a page that reads nothing), after a change ${ms(after)}, first ${ms(cold.max)}`,
    );
  }
  await app.db.close();
}

async function signIn(app: App, personId: string): Promise<string> {
  const token = await app.db.run({ scope: 'system' }, (tx) => startSession(tx, app, personId, 'passkey', 'bench'));
  return `waymark=${token}`;
}

/** Somebody corrects a record. */
async function touch(app: App, networkId: string): Promise<void> {
  const ctx = await systemCtx(app, 'bench', networkId, 'bench');
  await app.db.run({ networkId, scope: 'system' }, async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select id from app.record where network_id = ${networkId} and kind = 'service' order by random() limit 1`.execute(
      tx,
    );
    const [rec] = await recordsById(tx, networkId, [rows[0]!.id]);
    const fields = { ...rec!.fields, alert: `Changed ${randomUUID()}` };
    await saveRecords(tx, ctx, networkId, [{ id: rec!.id, kind: rec!.kind, fields }], { source: 'staff' });
  });
}

/** Four services to a provider; most are listed, half of them public; a third has a second version, a fifth was made sure of since. */
async function fill(app: App, networkId: string): Promise<number> {
  const ctx = await systemCtx(app, 'bench', networkId, 'bench');
  const all = [...organizations(providers * 4)];
  let count = 0;
  for (let i = 0; i < all.length; i += 100) {
    const part = all.slice(i, i + 100);
    count += part.flat().length;
    await app.db.run({ networkId, scope: 'system' }, async (tx) => {
      const toSave = part.flat().map(({ id, kind, body: { id: _, ...fields } }) => ({
        id,
        kind,
        fields,
        marks: marksForAll(kind, fields, 'partner'),
      }));
      await saveRecords(tx, ctx, networkId, toSave, { source: 'import' });
      const again = toSave.filter((one, n) => n % 3 === 0 && one.kind === 'service');
      await saveRecords(
        tx,
        ctx,
        networkId,
        again.map((one) => ({ ...one, fields: { ...one.fields, wait_time: 'A week' } })),
        { source: 'staff' },
      );
      await addChecks(
        tx,
        ctx,
        networkId,
        toSave
          .filter((_, n) => n % 5 === 0)
          .map((one) => ({ recordId: one.id, field: '*', on: '2026-03-01', how: 'phone' as const })),
      );
      const listed = part.filter((_, n) => n % 10 !== 0).map((documents) => documents[0]!.id);
      for (const [kind, ids] of [
        ['proposed', listed],
        ['listed', listed],
        ['published', listed.filter((_, n) => n % 2 === 0)],
      ] as const)
        await sql`insert into app.directory_event (network_id, organization_id, on_day, kind)
          select ${networkId}, id, '2026-01-01', ${kind} from unnest(${ids}::uuid[]) id`.execute(tx);
    });
  }
  for (const table of ['app.record', 'app.record_version', 'app.record_check', 'app.directory_event'])
    await sql`analyze ${sql.raw(table)}`.execute(app.db.owner);
  return count;
}
