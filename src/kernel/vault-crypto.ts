/**
 * The vault's primitives, over Node's own OpenSSL: AES-256-GCM with a random 96-bit nonce, HMAC-SHA-256, HKDF-SHA-256, and the one way in
 * which a list of words becomes bytes. Tested with the published vectors (vault.test.ts).
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

export const keyLength = 32;
export const nonceLength = 12;
export const tagLength = 16;

/** A sealed value that does not open: changed bytes, another context, or another key. Says nothing about which. */
export class SealBroken extends Error {
  constructor() {
    super('A sealed value did not open: it was changed, moved, or sealed under another key.');
  }
}

/** AES-256-GCM. Returns ciphertext followed by the 16-byte tag. A nonce must never be used twice under one key. */
export function gcmEncrypt(key: Buffer, nonce: Buffer, plaintext: Buffer, additional: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  cipher.setAAD(additional);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The inverse of gcmEncrypt. Throws SealBroken. */
export function gcmDecrypt(key: Buffer, nonce: Buffer, sealed: Buffer, additional: Buffer): Buffer {
  if (sealed.length < tagLength) throw new SealBroken();
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  decipher.setAAD(additional);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagLength)), decipher.final()]);
  } catch {
    throw new SealBroken();
  }
}

/** HMAC-SHA-256, 32 bytes. */
export const hmac = (key: Buffer, data: Buffer): Buffer => createHmac('sha256', key).update(data).digest();

/** HKDF-SHA-256 without salt unless given: a key of its own for each purpose. */
export const derive = (
  key: Buffer,
  info: Buffer | string,
  length = keyLength,
  salt: Buffer = Buffer.alloc(0),
): Buffer => Buffer.from(hkdfSync('sha256', key, salt, info, length));

/** Words as bytes, each preceded by its length, so that no two different lists give the same bytes. */
export function joined(...words: (string | number)[]): Buffer {
  return Buffer.concat(
    words.flatMap((word) => {
      const bytes = Buffer.from(String(word), 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** nonce ‖ ciphertext ‖ tag under a fresh random nonce. */
export function wrapBytes(key: Buffer, plaintext: Buffer, additional: Buffer): Buffer {
  const nonce = randomBytes(nonceLength);
  return Buffer.concat([nonce, gcmEncrypt(key, nonce, plaintext, additional)]);
}

/** The inverse of wrapBytes. Throws SealBroken. */
export function unwrapBytes(key: Buffer, wrapped: Buffer, additional: Buffer): Buffer {
  if (wrapped.length < nonceLength + tagLength) throw new SealBroken();
  return gcmDecrypt(key, wrapped.subarray(0, nonceLength), wrapped.subarray(nonceLength), additional);
}
