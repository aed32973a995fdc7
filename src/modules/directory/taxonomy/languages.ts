/**
 * Languages a service may be given in: those that survivors in the United States speak, sign languages and the indigenous languages of Mexico and
 * Central America among them. Codes are of ISO 639: two letters where there are two, else three, as HSDS asks. Names come from the runtime's
 * own language data; where it has none, or a name nobody would look for, from the list below.
 */

/** A language by its code, named in English and Spanish, with other names people use. */
export type Language = { code: string; name: { en: string; es: string }; also: readonly string[] };

/** Known to the runtime in both languages. The most spoken in the United States come first. */
const known = (
  'en es zh yue vi ar fr ko ru ht pt hi de pl it ja ur gu te bn ta pa fa hmn he hy am ' +
  'ps prs ku ckb tr ti om so sw rw rn ln lg ny sn zu xh yo ig ha wo ff ak ee bm mg ne si my km lo th id ms ml kn mr ' +
  'rhg ii bo dz ug uk ro hu cs el ka az kk uz ky tk mn tg sq bs sr hr mk bg sk sl lt lv et fi sv no da nl is ga cy ' +
  'ca eu gl yi nv lkt dak cho chr cr oj mh pau chk sm to fj haw ch ilo ceb hil pam war bik quc gn qu ay zap'
).split(' ');

/** Named by hand: code, English, Spanish, then other names. */
const named: readonly (readonly [code: string, en: string, es: string, ...also: string[]])[] = [
  ['cmn', 'Mandarin Chinese', 'Chino mandarín', 'mandarin', 'mandarín', 'chinese (mandarin)', 'putonghua'],
  ['tl', 'Tagalog', 'Tagalo', 'filipino', 'pilipino'],
  ['tw', 'Twi', 'Twi', 'akan twi'],
  ['nan', 'Taiwanese', 'Taiwanés', 'hokkien', 'min nan'],
  ['ase', 'American Sign Language', 'Lengua de señas americana', 'asl', 'sign language', 'lengua de señas', 'señas'],
  ['mfs', 'Mexican Sign Language', 'Lengua de señas mexicana', 'lsm'],
  ['psr', 'Puerto Rican Sign Language', 'Lengua de señas puertorriqueña'],
  ['apc', 'Levantine Arabic', 'Árabe levantino', 'syrian arabic', 'lebanese arabic'],
  ['arz', 'Egyptian Arabic', 'Árabe egipcio'],
  ['ary', 'Moroccan Arabic', 'Árabe marroquí', 'darija'],
  ['aii', 'Assyrian', 'Asirio', 'neo-aramaic'],
  ['kri', 'Krio', 'Krio', 'sierra leone creole'],
  ['jam', 'Jamaican Patois', 'Criollo jamaiquino', 'jamaican creole', 'patois'],
  ['kar', 'Karen', 'Karen'],
  ['cnh', 'Hakha Chin', 'Chin hakha', 'chin'],
  ['ctd', 'Tedim Chin', 'Chin tedim', 'zomi'],
  ['mam', 'Mam', 'Mam'],
  ['kjb', 'Qʼanjobʼal', 'Q’anjob’al', 'kanjobal'],
  ['kek', 'Qʼeqchiʼ', 'Q’eqchi’', 'kekchi'],
  ['cak', 'Kaqchikel', 'Cakchiquel', 'kaqchikel'],
  ['yua', 'Yucatec Maya', 'Maya yucateco', 'maya'],
  ['tzh', 'Tzeltal', 'Tseltal'],
  ['tzo', 'Tzotzil', 'Tsotsil'],
  ['knj', 'Akateko', 'Acateco', 'akatek'],
  ['cac', 'Chuj', 'Chuj'],
  ['jac', 'Poptiʼ', 'Poptí', 'jakaltek'],
  ['ixl', 'Ixil', 'Ixil'],
  ['acr', 'Achi', 'Achí'],
  ['nah', 'Nahuatl', 'Náhuatl', 'aztec', 'mexicano'],
  ['mix', 'Mixtec', 'Mixteco', 'tu’un savi'],
  ['trc', 'Triqui', 'Triqui'],
  ['tsz', 'Purépecha', 'Purépecha', 'tarascan'],
  ['maz', 'Mazahua', 'Mazahua'],
  ['mau', 'Mazatec', 'Mazateco'],
  ['amu', 'Amuzgo', 'Amuzgo'],
  ['tlp', 'Totonac', 'Totonaco'],
  ['ote', 'Otomi', 'Otomí'],
  ['cab', 'Garifuna', 'Garífuna'],
  ['miq', 'Miskito', 'Miskito'],
];

/** Names in use beside the runtime's own. */
const also: Record<string, readonly string[]> = {
  es: ['castellano'],
  zh: ['chino'],
  yue: ['chinese (cantonese)', 'cantonese chinese'],
  ht: ['creole', 'kreyol', 'kreyòl'],
  fa: ['farsi'],
  prs: ['afghan persian', 'dari'],
  ps: ['pashtun', 'pushto'],
  my: ['myanmar'],
  pa: ['panjabi'],
  km: ['cambodian', 'camboyano'],
  quc: ['quiche', 'kiche'],
  ckb: ['sorani'],
  nv: ['diné'],
  lkt: ['sioux'],
  he: ['ivrit'],
  ti: ['tigrigna'],
  bn: ['bengali'],
  ny: ['chichewa', 'chewa'],
  lg: ['luganda'],
  ilo: ['ilocano', 'ilokano'],
  rn: ['kirundi'],
  nl: ['holandés'],
  dak: ['sioux dakota'],
};

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
let all: readonly Language[] | undefined;

/** All languages on offer, the most spoken first. */
export function languages(): readonly Language[] {
  if (all) return all;
  const en = new Intl.DisplayNames('en-US', { type: 'language' });
  const es = new Intl.DisplayNames('es-US', { type: 'language' });
  all = [
    ...known.map((code) => ({
      code,
      name: { en: capital(en.of(code)!), es: capital(es.of(code)!) },
      also: also[code] ?? [],
    })),
    ...named.map(([code, english, spanish, ...others]) => ({
      code,
      name: { en: english, es: spanish },
      also: others,
    })),
  ];
  return all;
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

let byName: ReadonlyMap<string, Language> | undefined;

/** The language meant by a code or a name in English or Spanish ("es", "Spanish", "español", "Chinese (Mandarin)"), or null. */
export function languageNamed(text: string): Language | null {
  if (!byName) {
    const found = new Map<string, Language>();
    for (const one of [...languages()].reverse()) {
      for (const name of [one.code, one.name.en, one.name.es, ...one.also]) found.set(plain(name), one);
    }
    byName = found;
  }
  return byName.get(plain(text)) ?? null;
}
