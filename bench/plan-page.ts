/**
 * The public plan page: requests per second beside a bare Hono route that returns the same bytes, then its cost without any cache at 64, 640, 5,000
 * and 20,000 tactics, and what travels to a reader.
 */
import { brotliDecompressSync } from 'node:zlib';
import { Hono } from 'hono';
import { webApp } from '../src/app.ts';
import { findAsset } from '../src/kernel/assets.ts';
import { dropPages } from '../src/kernel/page-cache.ts';
import { type Bench, benchApp, benchNetwork, fillPlan, listen, load, ms, publishAll, times } from './support.ts';

const sizes = [64, 640, 5_000, 20_000];

export async function planPage(databaseUrl: string | null, name: string): Promise<void> {
  const app = await benchApp(databaseUrl);
  const bench: Bench = await benchNetwork(app);
  for (const size of sizes) {
    await fillPlan(bench, `p${size}`, size);
    await publishAll(bench, `p${size}`);
  }
  const web = webApp(app);
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await web.fetch(new Request(`http://127.0.0.1${path}`, { headers }));
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  };

  console.log(`\nPublic plan page, ${name}`);
  const path = '/bench/plans/p64';
  const bytes = await get(path);
  const bare = new Hono().get('/', (c) =>
    c.body(bytes as unknown as ArrayBuffer, 200, { 'content-type': 'text/html; charset=utf-8' }),
  );
  const [ours, theirs] = [await listen(web.fetch), await listen(bare.fetch)];
  let [own, other] = [0, 0];
  let p99 = 0;
  for (let round = 0; round < 3; round++) {
    const a = await load(ours.url + path, 8, 4);
    const b = await load(theirs.url, 8, 4);
    if (a.non2xx > 0) throw new Error(`${a.non2xx} answers were not 200`);
    // The first round warms both up.
    if (round === 0) continue;
    own += a.perSecond;
    other += b.perSecond;
    p99 = Math.max(p99, a.p99);
  }
  console.log(
    `  64 tactics, warm, 8 connections: ${(own / 2).toFixed(0)} requests/s, bare route with the same ${bytes.length} bytes ${(other / 2).toFixed(0)}: ratio ${(own / other).toFixed(2)} (target ≥ 0.40), p99 ${ms(p99)} (target ≤ 15 ms)`,
  );
  await ours.close();
  await theirs.close();

  let perLeaf = 0;
  for (const size of sizes) {
    const address = `/bench/plans/p${size}`;
    const runs = size > 10_000 ? 12 : 30;
    const cold = await times(runs, 3, () => {
      dropPages();
      return get(address);
    });
    const squeezed = await times(runs, 2, () => {
      dropPages();
      return get(address, { 'accept-encoding': 'gzip' });
    });
    const each = (cold.p50 / size) * 1000;
    perLeaf ||= each;
    console.log(
      `  ${String(size).padStart(6)} tactics, no cache: p50 ${ms(cold.p50)}, p95 ${ms(cold.p95)}, compressed too p95 ${ms(squeezed.p95)}; ${each.toFixed(1)} µs a tactic (${(each / perLeaf).toFixed(2)} of the cost at 64)${size === 5_000 ? ' (target p95 ≤ 100 ms)' : ''}`,
    );
  }

  const page = await get(path, { 'accept-encoding': 'br' });
  const css = findAsset('site.css')!;
  const scripts = [
    ...brotliDecompressSync(page)
      .toString('utf8')
      .matchAll(/src="\/assets\/([\w.-]+)/g),
  ].map((m) => findAsset(m[1]!)?.brotli.length ?? 0);
  const optional = scripts.reduce((sum, n) => sum + n, 0);
  console.log(
    `  what travels: page ${(page.length / 1024).toFixed(1)} kB + style ${(css.brotli.length / 1024).toFixed(1)} kB + optional scripts ${(optional / 1024).toFixed(1)} kB = ${((page.length + css.brotli.length + optional) / 1024).toFixed(1)} kB compressed (target ≤ 60 kB; 0 kB of script is needed)`,
  );
  await app.db.close();
}
