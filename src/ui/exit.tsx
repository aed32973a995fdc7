/**
 * Quick exit: one press, and the page is gone. A real link, so it works without JavaScript; the script covers the page at once and answers
 * Shift ×3. Under the thumb on phones, always in the same corner on desks.
 */
import { paths, type Ui } from './ui.ts';

export const QuickExit = ({ ui }: { ui: Ui }) => (
  <div class="wm-exit" role="region" aria-label={ui.t('ui.exit.label')}>
    <a href={paths.leave} data-exit="" rel="nofollow noreferrer">
      {ui.t('ui.exit')}
      <span class="wm-exit__keys">{ui.t('ui.exit.keys')}</span>
    </a>
  </div>
);
