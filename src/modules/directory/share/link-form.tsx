/**
 * Giving out a link. What the person said is safe now comes first and decides the rest: a text message, an email, a link in a talk that is open anyway,
 * or nothing in writing, and then the list is read out. What is written says nothing; nobody's number or address is kept.
 */
import type { Req } from '#kernel';
import { textAddress } from '#modules/site';
import {
  Alert,
  CodeSquare,
  CopyLine,
  Form,
  formatInstant,
  Radios,
  Section,
  Select,
  Submit,
  TextField,
  type Ui,
} from '#ui';
import { deskOf } from '../pages/staff/who.ts';
import type { ShareList } from './entries.ts';
import { dayChoices, neutralLetter, type openSharesOf, ways } from './links.ts';
import { ShareEntries } from './list.tsx';

export const base = (req: Req): string => `${deskOf(req.ctx)}/share`;

export interface Shown {
  errors?: Record<string, string>;
  typed?: Record<string, string>;
  /** A link that was just made: shown once, stored nowhere. */
  made?: { url: string; way: string; to: string; locale: 'en' | 'es' };
  /** Nothing may be written: the list to be read out. */
  aloud?: ShareList;
}

export function LinkForm({ req, shown }: { req: Req; shown: Shown }) {
  const { ui } = req;
  const typed = shown.typed ?? {};
  const { errors } = shown;
  return (
    <Section title={ui.t('directory.share.link')} id="link">
      <Form ui={ui} action={ui.href(`${base(req)}/links`)}>
        <Radios
          ui={ui}
          name="way"
          label={ui.t('directory.share.way')}
          hint={ui.t('directory.share.wayHint')}
          value={typed.way}
          errors={errors}
          options={[...ways, 'none' as const].map((value) => ({ value, label: ui.t(`directory.share.way.${value}`) }))}
        />
        <TextField
          ui={ui}
          name="to"
          label={ui.t('directory.share.to')}
          hint={ui.t('directory.share.toHint')}
          optional
          value={typed.to}
          errors={errors}
          autocomplete="off"
          spellcheck={false}
          maxlength={254}
        />
        <Radios
          ui={ui}
          name="audience"
          label={ui.t('directory.share.audience')}
          value={typed.audience ?? 'public'}
          errors={errors}
          options={(['public', 'partner'] as const).map((value) => ({
            value,
            label: ui.t(`directory.share.audience.${value}`),
          }))}
        />
        <div class="wm-filters wm-section">
          <Select
            ui={ui}
            name="days"
            filter
            label={ui.t('directory.share.days')}
            value={typed.days ?? '7'}
            errors={errors}
            options={dayChoices.map((days) => ({
              value: String(days),
              label: ui.t('directory.share.daysFor', { days }),
            }))}
          />
          <Select
            ui={ui}
            name="locale"
            filter
            label={ui.t('directory.share.locale')}
            value={typed.locale ?? ui.locale}
            errors={errors}
            options={ui.languages.map((value) => ({ value, label: ui.t(`ui.language.${value}`) }))}
          />
        </div>
        <div class="wm-actions">
          <Submit>{ui.t('directory.share.make')}</Submit>
        </div>
        <p class="wm-soft wm-small">{ui.t('directory.share.forgotten')}</p>
      </Form>
    </Section>
  );
}

export function Made({ ui, made }: { ui: Ui; made: NonNullable<Shown['made']> }) {
  const { url, way, to, locale } = made;
  if (way === 'mail') return <Alert kind="success">{ui.t('directory.share.sent')}</Alert>;
  const { text } = neutralLetter(locale, url);
  const message = text.replace('\n', ' ');
  return (
    <Alert kind="success" title={ui.t('directory.share.made')}>
      {way === 'text' ? (
        <>
          <p>{ui.t('directory.share.textHow')}</p>
          <CodeSquare
            text={`SMSTO:${to.replaceAll(/[^\d+]/g, '')}:${message}`}
            label={ui.t('directory.share.textSquare')}
          />
          <p>
            <a href={textAddress(to, text)}>{ui.t('directory.share.openText')}</a>
          </p>
          <CopyLine ui={ui} id="share-text" label={ui.t('directory.share.words')} value={message} />
          <p>{ui.t('directory.share.erase')}</p>
        </>
      ) : (
        <>
          <CopyLine ui={ui} id="share-link" label={ui.t('directory.share.address')} value={url} />
          <p>{ui.t('directory.share.linkHow')}</p>
          <CodeSquare text={url} label={ui.t('directory.share.linkSquare')} />
        </>
      )}
      <p>{ui.t('directory.share.once')}</p>
    </Alert>
  );
}

/** Nothing may be written: what to say, with the numbers large enough to read out. */
export const Aloud = ({ ui, list }: { ui: Ui; list: ShareList }) => (
  <Section title={ui.t('directory.share.aloud')} id="aloud">
    <p>{ui.t('directory.share.aloudLead')}</p>
    <ShareEntries ui={ui} list={list} />
  </Section>
);

export function OpenLinks({ req, shares }: { req: Req; shares: Awaited<ReturnType<typeof openSharesOf>> }) {
  const { ui } = req;
  if (shares.length === 0) return null;
  return (
    <Section title={ui.t('directory.share.open')} id="open">
      <ul class="wm-plain-list">
        {shares.map((one) => (
          <li>
            <Form ui={ui} action={ui.href(`${base(req)}/links/${one.id}/revocation`)} class="wm-row wm-between">
              <span>
                {ui.t('directory.share.openLine', {
                  count: one.count,
                  made: formatInstant(ui.locale, one.created, ui.timeZone),
                  ends: formatInstant(ui.locale, one.expires, ui.timeZone),
                })}
              </span>
              <button class="wm-linkbutton" type="submit">
                {ui.t('directory.share.revoke')}
              </button>
            </Form>
          </li>
        ))}
      </ul>
    </Section>
  );
}
