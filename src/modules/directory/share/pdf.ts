/** The list as a PDF: letter paper, one column, numbers large enough to read in a hurry. Its title and its properties say nothing. */
import PDFDocument from 'pdfkit';
import type { Ui } from '#ui';
import type { ShareList } from './entries.ts';

/** The fonts every reader has know the letters of western Europe; others lose their marks rather than turn into signs. */
function printable(text: string): string {
  const plain = [...text.replaceAll('‘', "'").replaceAll(/[\u2007\u2009\u202f\u00a0]/g, ' ')].map((letter) => {
    if (/[\u0020-\u007e\u00a1-\u00ff–—’“”…•]/.test(letter)) return letter;
    const bare = letter.normalize('NFD').replaceAll(/\p{M}/gu, '');
    return /^[\u0020-\u007e]+$/.test(bare) ? bare : '';
  });
  return plain.join('');
}

export function sharePdf(ui: Pick<Ui, 't' | 'locale'>, list: ShareList, now: Date): Promise<Buffer> {
  const title = ui.t('directory.share.paper');
  const doc = new PDFDocument({
    size: 'LETTER',
    margin: 56,
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
  doc.font('Helvetica-Bold').fontSize(18).text(printable(title)).moveDown(0.8);
  for (const entry of list.entries) {
    // A service and its number stay on one sheet.
    if (doc.y > 640) doc.addPage();
    doc.font('Helvetica-Bold').fontSize(13).text(printable(entry.name.text));
    doc.font('Helvetica').fontSize(11).text(printable(entry.organization));
    for (const phone of entry.phones) doc.font('Helvetica-Bold').fontSize(14).text(printable(phone));
    doc.font('Helvetica').fontSize(10.5);
    for (const line of entry.lines) doc.text(printable(line));
    doc.moveDown(0.9);
  }
  if (doc.y > 620) doc.addPage();
  doc
    .font('Helvetica-Bold')
    .fontSize(13)
    .text(printable(ui.t('directory.share.help')));
  doc.font('Helvetica').fontSize(11);
  for (const line of list.help) doc.text(printable(line));
  doc.end();
  return done;
}
