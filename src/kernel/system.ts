/** The Ctx of the kernel's own work: no person, the network's language, everything allowed by policy and bound by the tenancy. */
import type { App, Ctx } from './context.ts';
import { translator } from './i18n.ts';

/** `networkId` null: work of the deployment. Throws when the network is gone, so that the work is tried again and then seen. */
export async function systemCtx(app: App, job: string, networkId: string | null, requestId: string): Promise<Ctx> {
  const network = networkId === null ? null : await app.networks.byId(networkId);
  if (networkId !== null && !network) throw new Error('The network of this work does not exist.');
  const locale = network?.defaultLocale ?? 'en';
  return { app, network, actor: { kind: 'system', job }, locale, t: translator(locale), requestId, purpose: '' };
}
