/** A list of services on a screen or on paper. No product, no network, no word of what it is about beyond what the services call themselves. */
import { callAddress, textAddress } from '#modules/site';
import type { Ui } from '#ui';
import { Words } from '../pages/said.tsx';
import type { ShareList } from './entries.ts';

export function ShareEntries({ ui, list }: { ui: Pick<Ui, 't'>; list: ShareList }) {
  return (
    <>
      <ol class="wm-plain-list">
        {list.entries.map((entry) => (
          <li>
            <p class="wm-tight wm-strong">
              <Words of={entry.name} />
            </p>
            <p class="wm-tight">{entry.organization}</p>
            {entry.phones.map((phone) => (
              <p class="wm-tight">
                <a href={callAddress(phone.number)}>{phone.text}</a>
              </p>
            ))}
            {entry.lines.map((line) => (
              <p class="wm-tight wm-small">{line}</p>
            ))}
          </li>
        ))}
      </ol>
      <section class="wm-section">
        <h2>{ui.t('directory.share.help')}</h2>
        <ul class="wm-plain-list">
          {list.help.map((line) => (
            <li>
              {line.name}
              {line.phone && (
                <>
                  {' · '}
                  <a href={callAddress(line.phone)}>{line.phone}</a>
                </>
              )}
              {line.sms && (
                <>
                  {' · '}
                  <a href={textAddress(line.sms.number, line.sms.word)}>{line.sms.said}</a>
                </>
              )}
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
