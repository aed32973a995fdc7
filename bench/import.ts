/** Importing and exporting a plan of 5,000 tactics: read, shown, confirmed, published, and written out again. */
import { exportPlan } from '../src/modules/plan/exporting.ts';
import { writePlan } from '../src/modules/plan/exchange/index.ts';
import { confirmImport, previewImport } from '../src/modules/plan/importing.ts';
import { benchApp, benchNetwork, generatedCsv, ms, publishAll } from './support.ts';

const leaves = 5_000;

export async function importing(databaseUrl: string | null, name: string): Promise<void> {
  const app = await benchApp(databaseUrl);
  const bench = await benchNetwork(app);
  const bytes = new TextEncoder().encode(generatedCsv(leaves));
  const clock = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const started = performance.now();
    const result = await work();
    return [result, performance.now() - started];
  };
  console.log(`\nImport and export of ${leaves} leaves, ${name}`);
  const [preview, shown] = await clock(() => previewImport(bench.one, { planSlug: 'big', filename: 'big.csv', bytes }));
  const errors = preview.problems.filter((p) => p.severity === 'error');
  if (!preview.ready) throw new Error(`The generated file was not accepted: ${errors[0]?.message}`);
  const [counts, written] = await clock(() => confirmImport(bench.one, { id: preview.id, basis: preview.basis }));
  const [, published] = await clock(() => publishAll(bench, 'big'));
  console.log(
    `  read and compared ${ms(shown)}, written ${ms(written)}: ${ms(shown + written)} in all for ${counts.added} items and ${counts.statuses} statuses (${((shown + written) / 10_000).toFixed(2)} of the 10 s allowed); published ${ms(published)}`,
  );
  const [again] = await clock(() => previewImport(bench.one, { planSlug: 'big', filename: 'big.csv', bytes }));
  console.log(`  the same file again would change ${again.nothing ? 'nothing' : 'SOMETHING'}`);
  for (const format of ['csv', 'xlsx', 'json'] as const) {
    const [file, took] = await clock(async () =>
      writePlan(await exportPlan(app, bench.networkId, 'big', 'published'), format),
    );
    console.log(
      `  export ${format}: ${ms(took)} for ${(file.length / 1024).toFixed(0)} kB (${(took / 5_000).toFixed(2)} of the 5 s allowed)`,
    );
  }
  await app.db.close();
}
