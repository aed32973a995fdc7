/**
 * Loads one of the few small scripts. Each one only improves a page that already works; each is safe to load twice, so every component that
 * wants one simply asks for it.
 */
import type { ClientScript } from './client/entries.ts';
import type { Ui } from './ui.ts';

/** `first`, in the head only: the page is not drawn before the script is there (quick exit must work from the first moment the page is seen). */
export function Script(props: { ui: Pick<Ui, 'asset' | 'nonce'>; name: ClientScript; first?: boolean }) {
  const { ui, name, first } = props;
  const blocking = first ? { blocking: 'render' as const } : {};
  return <script src={ui.asset(`${name}.js`)} defer nonce={ui.nonce ?? undefined} {...blocking}></script>;
}
