/** The answers of an application, sealed for the deployment: opened only in a transaction of the system. */
import type { App, Tx } from '#kernel';
import type { Answers } from './apply/questions.ts';

const place = (id: string) => ({ table: 'app.directory_application', column: 'sealed', row: id });

export const sealAnswers = (tx: Tx, app: App, id: string, answers: Answers): Promise<Buffer> =>
  app.services.vault.seal(tx, 'deployment', place(id), JSON.stringify(answers));

/** No answers where they were taken out. */
export const openAnswers = async (tx: Tx, app: App, row: { id: string; sealed: Buffer | null }): Promise<Answers> =>
  row.sealed
    ? (JSON.parse(await app.services.vault.openText(tx, 'deployment', place(row.id), row.sealed)) as Answers)
    : {};
