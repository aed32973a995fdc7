/** A UUID that follows from a name (RFC 9562, version 5): whoever makes it again from the same name gets the same one. */
import { createHash } from 'node:crypto';

/** `space` is a UUID; names are unique within it. */
export function namedUuid(space: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(space.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** As the standard has them: a version from 1 to 8 and its variant. */
const uuid = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;
export const isUuid = (text: string): boolean => uuid.test(text);
