/** How much of what people type, in their own words and misspelt, finds what they mean; a share and not a time. */
import { directoryToFindIn, findAll, shares } from '../test/support/finding.ts';
import { benchApp } from './support.ts';

export async function directoryFinding(databaseUrl: string | null, services: number): Promise<void> {
  const app = await benchApp(databaseUrl);
  const all = await findAll(app, await directoryToFindIn(app, services));
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  const { of, found, right } = shares(all);
  console.log(`\nWhat people type, among ${services} services and the demonstration's`);
  console.log(
    `  ${of} questions: ${share(found)} find what was meant in the first ten; ${share(right)} of all that is shown there is it`,
  );
  await app.db.close();
}
