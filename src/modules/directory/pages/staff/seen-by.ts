/** Who else sees what an advocate sees: the widest audience whose document holds the same field or the same child of a list. */
import type { App } from '#kernel';
import type { Fields } from '#modules/organisations';
import { readService, type ServiceView } from '../read.ts';

export type SeenBy = (name: string, childId?: string) => 'public' | 'partner' | 'hotline';

const holds = (body: Fields | undefined, name: string, childId?: string): boolean => {
  const value = body?.[name];
  if (value === undefined) return false;
  return childId === undefined || (Array.isArray(value) && value.some((one: { id?: string }) => one.id === childId));
};

/** For a service as read by the hotline or a partner; two more reads. */
export async function seenBy(app: Pick<App, 'db'>, networkId: string, view: ServiceView): Promise<SeenBy> {
  const { id } = view.service;
  const open = (await readService(app, networkId, 'public', id))?.service.body;
  const partner = (await readService(app, networkId, 'partner', id))?.service.body;
  return (name, childId) =>
    holds(open, name, childId) ? 'public' : holds(partner, name, childId) ? 'partner' : 'hotline';
}
