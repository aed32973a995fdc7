/**
 * The list as a PDF: letter paper, one column, numbers large enough to read in a hurry. Its title and its properties say nothing. Tagged, so that a
 * screen reader finds the language, the headings and the lists; the font comes along, so that names in Vietnamese, Russian or Greek are drawn.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import type { Ui } from '#ui';
import { lineWords } from '../pages/lines.tsx';
import type { Entry, ShareList } from './entries.ts';
import { printable, printableName } from './printable.ts';

const faces = { plain: '400Regular/NotoSans_400Regular.ttf', bold: '700Bold/NotoSans_700Bold.ttf' };
const held = new Map<string, Buffer>();

/** Read once; a file holds only the letters that it uses. */
function faceOf(name: keyof typeof faces): Buffer {
  const known = held.get(name);
  if (known) return known;
  const face = readFileSync(createRequire(import.meta.url).resolve(`@expo-google-fonts/noto-sans/${faces[name]}`));
  held.set(name, face);
  return face;
}

type Document = InstanceType<typeof PDFDocument>;
type Part = ReturnType<Document['struct']>;

/** What pdfkit holds of a font and its types do not say. */
interface Face {
  font: { hasGlyphForCodePoint(codePoint: number): boolean };
  layoutRun(text: string, features?: Record<string, boolean>): unknown;
}
const faceIn = (doc: Document): Face => (doc as unknown as { _font: Face })._font;
/** Both faces have the same letters. */
const lettersOf = (doc: Document) => (codePoint: number) => faceIn(doc).font.hasGlyphForCodePoint(codePoint);

/** The font would take some letters apart to set their marks by themselves; whoever copies or listens to the text would lose these. */
function keepWhole(face: Face): void {
  const run = face.layoutRun.bind(face);
  face.layoutRun = (text) => run(text, { ccmp: false });
}

export function sharePdf(ui: Pick<Ui, 't' | 'locale'>, list: ShareList, now: Date): Promise<Buffer> {
  const title = ui.t('directory.share.paper');
  const doc = new PDFDocument({
    size: 'LETTER',
    margin: 56,
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    lang: ui.locale,
    // Readers show these; a name of a program or a network there would tell.
    info: { Title: title, Producer: title, Creator: title, CreationDate: now },
  });
  const parts: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    doc.on('data', (part: Buffer) => parts.push(part));
    doc.on('end', () => resolve(Buffer.concat(parts)));
    doc.on('error', reject);
  });
  for (const name of ['plain', 'bold'] as const) {
    doc.registerFont(name, faceOf(name)).font(name);
    keepWhole(faceIn(doc));
  }
  const whole = doc.struct('Document');
  doc.addStructure(whole);
  draw(doc, whole, 'H1', 'bold', 18, title);
  doc.moveDown(0.6);
  for (const entry of list.entries) drawEntry(doc, ui, whole, entry);
  if (doc.y > 620) doc.addPage();
  draw(doc, whole, 'H2', 'bold', 13, ui.t('directory.share.help'));
  drawList(doc, whole, 11, list.help.map(lineWords));
  whole.end();
  doc.end();
  return done;
}

/** Draws a text as a part of the document; returns whether letters were lost. */
function draw(doc: Document, into: Part, as: string, face: keyof typeof faces, size: number, text: string): boolean {
  const shown = printable(text, lettersOf(doc));
  const tagged = { structParent: into, structType: as } as object;
  if (shown.text !== '') doc.font(face).fontSize(size).text(shown.text, tagged);
  return shown.lost;
}

/** Lines under each other, which a screen reader counts. */
function drawList(doc: Document, into: Part, size: number, lines: readonly string[]): boolean {
  if (lines.length === 0) return false;
  const all = doc.struct('L');
  into.add(all);
  let lost = false;
  for (const line of lines) {
    const item = doc.struct('LI');
    all.add(item);
    lost = draw(doc, item, 'LBody', 'plain', size, line) || lost;
    item.end();
  }
  all.end();
  return lost;
}

function drawEntry(doc: Document, ui: Pick<Ui, 't'>, whole: Part, entry: Entry): void {
  // A service and its number stay on one sheet.
  if (doc.y > 640) doc.addPage();
  const section = doc.struct('Sect');
  whole.add(section);
  const name = printableName([entry.name.text, entry.english], lettersOf(doc));
  // Words that are not in the language of the list say so to a screen reader.
  const head = doc.struct('H2', entry.name.lang ? { lang: entry.name.lang } : {});
  section.add(head);
  draw(doc, head, 'Span', 'bold', 13, name.text || ui.t('directory.share.unnamed'));
  head.end();
  const owner = draw(doc, section, 'P', 'plain', 11, entry.organization);
  for (const phone of entry.phones) draw(doc, section, 'P', 'bold', 14, phone.text);
  const lines = drawList(doc, section, 10.5, entry.lines);
  if (name.lost || owner || lines) draw(doc, section, 'P', 'plain', 10.5, ui.t('directory.share.letters'));
  section.end();
  doc.moveDown(0.9);
}
