/**
 * Streams one XML part of an Office file. A document type declaration is refused: Office writes none, and it is the door to entity tricks.
 */
import sax from 'sax';
import { UnreadableFile } from './file-faults.ts';

export interface XmlEvents {
  /** Name without its prefix (`w:p` → `p`) and attributes under their full names. */
  open(name: string, attributes: Record<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Calls back for each tag and text. Throws UnreadableFile when the part is not well-formed. */
export function streamXml(bytes: Uint8Array, events: XmlEvents): void {
  const reader = sax.parser(true, { trim: false, normalize: false, position: false });
  reader.onopentag = (tag) => events.open(local(tag.name), tag.attributes);
  reader.onclosetag = (name) => events.close?.(local(name));
  reader.ontext = (text) => events.text?.(text);
  reader.oncdata = (text) => events.text?.(text);
  reader.ondoctype = () => {
    throw new UnreadableFile('damaged');
  };
  reader.onerror = () => {
    throw new UnreadableFile('damaged');
  };
  const decoder = new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : bytes[0] === 0xfe ? 'utf-16be' : 'utf-8');
  const chunk = 1 << 16;
  for (let at = 0; at < bytes.length; at += chunk) {
    reader.write(decoder.decode(bytes.subarray(at, at + chunk), { stream: at + chunk < bytes.length }));
  }
  reader.close();
}

/** The named attributes whatever their prefix: `attribute(tag, 'val')` finds `w:val`. */
export function attribute(attributes: Record<string, string>, name: string): string | undefined {
  if (attributes[name] !== undefined) return attributes[name];
  for (const key in attributes) if (local(key) === name) return attributes[key];
  return undefined;
}
