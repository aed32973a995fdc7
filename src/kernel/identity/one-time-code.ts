/**
 * One-time codes from an app on the person's phone (RFC 6238: SHA-1, six digits, 30 seconds, the form every app understands). The secret is
 * sealed by the vault; a code opens once, because the newest used step is remembered.
 */
import { Secret, TOTP } from 'otpauth';

const period = 30;
const digits = 6;

/** A fresh secret of 160 bits, in the letters and digits that people can type (base32). */
export const newCodeSecret = (): string => new Secret({ size: 20 }).base32;

/** Secret in groups of four, to be typed. */
export const spacedSecret = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

/** The address that a phone's app reads from the square. */
export const codeAddress = (secret: string, issuer: string, label: string): string =>
  new TOTP({ issuer, label, secret: Secret.fromBase32(secret), digits, period, algorithm: 'SHA1' }).toString();

/**
 * The time step a code belongs to, or null when it is wrong, too old, or not newer than `lastStep`. One step to each side is accepted, because
 * clocks differ and people type slowly.
 */
export function stepOfCode(secret: string, code: string, now: Date, lastStep: number): number | null {
  const token = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const timestamp = now.getTime();
  const delta = TOTP.validate({
    token,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits,
    period,
    timestamp,
    window: 1,
  });
  if (delta === null) return null;
  const step = TOTP.counter({ period, timestamp }) + delta;
  return step > lastStep ? step : null;
}
