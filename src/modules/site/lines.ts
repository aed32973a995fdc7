/**
 * Help lines: the network's own, and the two national lines that stand in where a network has listed none yet or is only a demo, so that no
 * page about help is ever without a number that is answered.
 */
import type { HelpLine, Network } from '#kernel';

/** Answered day and night across the United States. Sources: humantraffickinghotline.org, thehotline.org. */
export const nationalLines: readonly HelpLine[] = [
  {
    key: 'national-trafficking',
    name: { en: 'National Human Trafficking Hotline', es: 'Línea Nacional contra la Trata de Personas' },
    phone: '1-888-373-7888',
    sms: '233733',
    chatUrl: 'https://humantraffickinghotline.org/chat',
    hours: { en: 'Day and night, every day', es: 'De día y de noche, todos los días' },
    languages: { en: 'English, Spanish and more than 200 others', es: 'Español, inglés y más de 200 otros' },
    for: {
      en: 'Anyone made to work or to have sex for someone else’s gain, and people who worry about them',
      es: 'Quien tiene que trabajar o tener sexo en beneficio de otra persona, y quien se preocupa por alguien así',
    },
  },
  {
    key: 'national-domestic-violence',
    name: { en: 'National Domestic Violence Hotline', es: 'Línea Nacional contra la Violencia Doméstica' },
    phone: '1-800-799-7233',
    sms: '88788',
    smsWord: 'START',
    chatUrl: 'https://www.thehotline.org',
    hours: { en: 'Day and night, every day', es: 'De día y de noche, todos los días' },
    languages: { en: 'English, Spanish and more than 200 others', es: 'Español, inglés y más de 200 otros' },
    for: {
      en: 'Anyone hurt, threatened or controlled by a partner or at home',
      es: 'Quien sufre daño, amenazas o control por parte de su pareja o en su casa',
    },
  },
];

/** The lines to show for a network, and whether they are the national ones because it has none of its own. */
export function linesOf(network: Pick<Network, 'lines'>): { lines: readonly HelpLine[]; national: boolean } {
  return network.lines.length > 0
    ? { lines: network.lines, national: false }
    : { lines: nationalLines, national: true };
}

const digits = (number: string | undefined): string => (number ?? '').replace(/\D/g, '');

/** Whether a line only is the emergency number, which pages about help already show first. */
export const isEmergency = (line: HelpLine): boolean => digits(line.phone) === '911';

/** `tel:` address of a number as people write it; a leading + is kept. */
export const callAddress = (phone: string): string => `tel:${phone.trim().startsWith('+') ? '+' : ''}${digits(phone)}`;

/** `sms:` address, with the word to send already written. Source: RFC 5724. */
export const textAddress = (number: string, word?: string): string =>
  `sms:${number.trim().startsWith('+') ? '+' : ''}${digits(number)}${word ? `?body=${encodeURIComponent(word)}` : ''}`;

const answered = new Set(['911', '988', '18883737888', '233733', '18007997233', '88788']);

/** Whether every way to call or text in the list is a national one that is really answered: then a demo needs no warning about its numbers. */
export const allAnswered = (lines: readonly HelpLine[]): boolean =>
  lines.every((line) => [line.phone, line.sms].every((number) => !number || answered.has(number.replace(/\D/g, ''))));
