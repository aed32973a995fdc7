/** How to reach a help line: whom it is for, then call, text or chat, each one press away. */
import { type HelpLine, type Locale, pick, type Translate } from '#kernel';
import { LinkButton } from '#ui';
import { callAddress, textAddress } from './lines.ts';

interface Reader {
  locale: Locale;
  t: Translate;
}

/** The three ways as buttons; calling is the main one. */
const Ways = ({ reader, line }: { reader: Reader; line: HelpLine }) => (
  <div class="wm-ways">
    {line.phone && (
      <LinkButton href={callAddress(line.phone)}>{reader.t('site.line.call', { number: line.phone })}</LinkButton>
    )}
    {line.sms && (
      <LinkButton kind="outline" href={textAddress(line.sms, line.smsWord)}>
        {line.smsWord
          ? reader.t('site.line.textWord', { word: line.smsWord, number: line.sms })
          : reader.t('site.line.text', { number: line.sms })}
      </LinkButton>
    )}
    {line.chatUrl && (
      <LinkButton kind="outline" href={line.chatUrl}>
        {reader.t('site.line.chat')}
      </LinkButton>
    )}
  </div>
);

/** One line in full, for the help page. */
export function LineCard({ reader, line, level = 3 }: { reader: Reader; line: HelpLine; level?: 2 | 3 }) {
  const { locale, t } = reader;
  const name = pick(line.name, locale);
  const forWhom = pick(line.for, locale);
  const hours = pick(line.hours, locale);
  const languages = pick(line.languages, locale);
  return (
    <article id={`line-${line.key}`}>
      {level === 2 ? <h2>{name}</h2> : <h3>{name}</h3>}
      {forWhom && <p>{forWhom}</p>}
      <Ways reader={reader} line={line} />
      {(hours || languages) && (
        <p class="wm-soft wm-small">
          {hours && <>{t('site.line.hours', { hours })}</>}
          {hours && languages && <br />}
          {languages && <>{t('site.line.languages', { languages })}</>}
        </p>
      )}
    </article>
  );
}

/** A line in two rows of text, for the home page: the number is a link and large enough for a thumb. */
export function LineBrief({ reader, line }: { reader: Reader; line: HelpLine }) {
  const { locale, t } = reader;
  return (
    <li>
      <strong>{pick(line.name, locale)}</strong>
      <div class="wm-ways wm-ways--brief">
        {line.phone && <a href={callAddress(line.phone)}>{t('site.line.call', { number: line.phone })}</a>}
        {line.sms && (
          <a href={textAddress(line.sms, line.smsWord)}>
            {line.smsWord
              ? t('site.line.textWord', { word: line.smsWord, number: line.sms })
              : t('site.line.text', { number: line.sms })}
          </a>
        )}
        {line.chatUrl && <a href={line.chatUrl}>{t('site.line.chat')}</a>}
      </div>
    </li>
  );
}
