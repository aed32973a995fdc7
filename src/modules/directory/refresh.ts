/**
 * What makes every document anew: the start of a day, because a listing may begin or end with it, and new words of the network, because services are
 * found by them. Rows that come out the same stay as they were.
 */
import { type Ctx, type Job, type Subscriber, tenantOf } from '#kernel';
import { project } from './project.ts';

const refresh = (ctx: Ctx): Promise<void> => ctx.app.db.run(tenantOf(ctx), (tx) => project(tx, ctx, null));

export const dayBegins: Job = { name: 'directory.day', run: refresh };
export const wordsChanged: Subscriber = { event: 'directory.words', name: 'directory.refresh', run: refresh };
