/** Opaque tokens: 256 random bits handed to one browser or one mailbox; only their hash is ever stored. */
import { createHash, randomBytes } from 'node:crypto';

export const newToken = (): string => randomBytes(32).toString('base64url');

/** SHA-256 is enough: a token has no less entropy than its hash. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();
