/**
 * Loads one of the few small scripts. Each one only improves a page that already works; each is safe to load twice, so every component that
 * wants one simply asks for it.
 */
import type { ClientScript } from './client/entries.ts';
import type { Ui } from './ui.ts';

export function Script({ ui, name }: { ui: Pick<Ui, 'asset' | 'nonce'>; name: ClientScript }) {
  return <script src={ui.asset(`${name}.js`)} defer nonce={ui.nonce ?? undefined}></script>;
}
