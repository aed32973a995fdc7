/** A line to copy: an address, a code, a line of HTML. Without JavaScript it is selected and copied by hand. */
import type { Child } from 'hono/jsx';
import { Script } from './script.tsx';
import type { Ui } from './ui.ts';

/** `id` must be unique on the page. */
export const CopyLine = ({ ui, id, label, value }: { ui: Ui; id: string; label: Child; value: string }) => (
  <div class="wm-copy">
    <div class="usa-form-group">
      <label class="usa-label" for={id}>
        {label}
      </label>
      <input class="usa-input" id={id} value={value} readonly spellcheck={false} autocomplete="off" />
    </div>
    <button class="usa-button usa-button--outline" type="button" data-copy={id} data-done={ui.t('ui.copied')} hidden>
      {ui.t('ui.copy')}
    </button>
    <span class="wm-soft" id={`${id}-told`} role="status"></span>
    <Script ui={ui} name="copy" />
  </div>
);
