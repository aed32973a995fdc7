/**
 * Words around what somebody asks for, and words that mean the same in it. "I need help with my rent" asks for rent; "mi marido me golpea" and "my husband
 * hits me" say one thing. Used for understanding questions alone; what a record says is not changed by it.
 */

const list = (text: string): string[] => text.trim().split(/\s+/);

/** Say nothing beside other words. The databases' own lists know few contractions and none of the words people ask with. */
const little = new Set(
  list(`
  a an the of to for in on at by with from and or as if is are am was were be been being i you he she it we they me my mine myself your his her him our us
  their them this that these those do does did have has had having will would can could should may might just so very really too also there here some any
  im ive ill youre hes shes its were theyre theres who what which how when why then than about into out up
  need needs needed want wants wanna wanting looking look search searching help helps please pls get gets getting near nearby around today tonight now asap
  urgent urgently like know knew think feel feels feeling tell told say says said come comes coming make makes made making let lets find finding thing things way
  again anymore always still even much many lot good best because against last people
  el la los las lo un una unos unas de del al en con por para pa y e o u que se te le les nos mi mis tu tus su sus nuestro nuestra es son soy era esta estan
  estoy estar ser este eso esa ese hay ha han muy mas ya si como cuando pero porque yo ella ellos usted ustedes tengo tiene tenemos tener estaba voy va van
  necesito necesita necesitamos necesitar quiero quiere queremos quisiera busco busca buscamos ayuda ayudar ayudenme ayudeme ayudame favor cerca aqui hoy ahora
  urgente algo saber creo pienso siento dice dijo hace hacer hizo ver venir siempre otra otro vez todavia aun mucho mucha todo nada cosa bien mejor contra
  encontrar gente`),
);

/** Words in one line mean the same in a phrase of several words. The first stands for them. */
const alike = `
  no not dont wont cant cannot didnt doesnt isnt never nobody none without sin nunca nadie ningun
  place places somewhere anywhere where spot lugar sitio donde adonde
  stay staying sleep sleeping slept dormir quedarme quedarnos quedar pasar duermo dormimos
  go going went ir irme irnos
  partner husband wife spouse boyfriend girlfriend bf gf ex exhusband exboyfriend esposo esposa marido novio novia pareja exesposo exmarido exnovio expareja conyuge abuser agresor abusador
  hits hit hitting beats beat beating beaten punches punched slaps slapped hurts hurt hurting abuses abused pega pego pegaba pegado pegan golpea golpeo golpeaba golpeado golpean maltrata maltrato maltratan lastima lastimo lastiman
  threatens threaten threatened threatening threats amenaza amenazo amenazan amenazaba amenazas
  kill kills killing killed matar matarme mata matarnos
  fear afraid scared scares terrified frightened miedo asustada asustado temor
  boss employer supervisor manager jefe jefa patron patrona patrones empleador
  pay pays paid paying payed paga pagan pagar pago pagaron pagado pagarme
  passport pasaporte passports pasaportes
  takes took take taken taking keeps kept holds holding quita quito quitar quitaron quitarme retiene retienen
  documents document documentos documento papers papeles
  children child kids kid son sons daughter daughters hijo hija hijos hijas nino nina ninos ninas
  leave leaves leaving left escape escapes escaping dejar salir salirme dejo huir escapar separarme
  home house casa hogar
  forced force forces forcing obliga obligan obligo obligaron obligada obligado forzo forzaron forzada forzado
  work working works worked trabajo trabajar trabaja trabajos
  sex sexual sexo relaciones sexuales sexualmente
  phone cell cellphone celular telefono movil
  tracks track tracking tracked spies spying espia espian rastrea rastrean vigila vigilan revisa checks reads reading
  follows following followed sigue siguen persigue
  someone somebody anyone alguien persona
  talk talking speak hablar platicar desahogarme
  live living vivir vivo
  alone sola solo
  owe owes owed debt debo debe deuda
  baby bebe infant
  clothes clothing ropa
  free gratis gratuita gratuito gratuitos
  lawyer attorney lawyers abogado abogada abogados
  app apps application aplicacion aplicaciones
  women womens woman mujer mujeres
  ran run runaway escapo fui
  kicked threw thrown kick corrieron corrio echaron echo corre corren
  parents parent mom dad mother father mama papa padres madre padre padrastro madrastra stepdad
  teeth tooth diente dientes muela muelas
  duele dolor pain ache aches
  choked choke choking strangled strangle ahorco ahorca ahorcaron asfixia
  stop stopping quit quitting parar
  drinking drink drinks alcohol beber tomar tomando bebiendo
  drugs drug drogas droga
  rent renta alquiler rental
  order orden ordenes orders
  call calls calling llamar llamo llame
  number numero numeros
  ice migra inmigracion
  prostitution prostitucion prostituirme
  dog dogs cat cats pet pets perro perra perros gato gata gatos mascota mascotas
`;
const same = new Map(
  alike
    .trim()
    .split('\n')
    .flatMap((line) => list(line).map((word, _, [first]) => [fold(word), first!] as const)),
);

/** Two words in one. */
const both = new Map([['nowhere', ['no', 'place']]]);

/** For whom and when: beside a need that is named these say which service is best, and none is left out for lacking them. */
const aside = new Set(
  ['children', 'partner', 'women', 'parents', 'baby', 'family', 'familia', 'night', 'noche', 'yesterday', 'ayer'].map(
    fold,
  ),
);

export const isAside = (word: string): boolean =>
  standsFor(word).every((one) => aside.has(one) || aside.has(fold(one)));

export const isLittle = (word: string): boolean => little.has(word);

/** What a word stands for in a phrase: one or many of it are the same. */
export const standsFor = (word: string): readonly string[] => {
  const one = fold(word);
  return both.get(one) ?? [same.get(one) ?? one];
};

/** The words that are known here: none of them is a misspelling. */
export const knownHere = (): readonly string[] => [...little, ...list(alike), ...both.keys()];

/** Without the end that tells one from many: coats and coat, papeles and papel, phones and phone. */
export function fold(word: string): string {
  const one = word.length > 3 ? word.replace(/(?<!s)s$/, '') : word;
  return one.length > 3 ? one.replace(/e$/, '') : one;
}
