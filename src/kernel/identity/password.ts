/**
 * Passwords: Argon2id with the OWASP minimum (19 MiB, two passes, one lane), at most two computations at a time so that a burst of sign-ins
 * cannot take the memory of the machine, and a check that a new one is hard to guess.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

const floor = { memory: 19_456, passes: 2, parallelism: 1 };
const tagLength = 32;
export const shortestPassword = 12;
export const longestPassword = 200;

let running = 0;
let computed = 0;
const waiting: (() => void)[] = [];

/** How many hashes this process has computed; the test of equal work for every answer counts them. */
export const hashesComputed = (): number => computed;

async function derive(password: string, nonce: Buffer, cost: typeof floor): Promise<Buffer> {
  // The slot is handed over directly, so nobody who comes later can take it in between.
  if (running >= 2) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  computed++;
  try {
    return await new Promise<Buffer>((resolve, reject) =>
      argon2(
        'argon2id',
        { message: Buffer.from(password.normalize('NFKC')), nonce, tagLength, ...cost },
        (error, tag) => (error ? reject(error) : resolve(tag)),
      ),
    );
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

const plain = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** The text to store: algorithm, cost, salt and hash. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive(password, nonce, floor);
  return `$argon2id$v=19$m=${floor.memory},t=${floor.passes},p=${floor.parallelism}$${plain(nonce)}$${plain(tag)}`;
}

const form = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/**
 * True when the password belongs to the stored text. Without a stored text (nobody has this address, or the person has no password) the same
 * work is done for nothing, so that the time of an answer tells nobody who has an account.
 */
export async function checkPassword(password: string, stored: string | null): Promise<boolean> {
  const parts = form.exec(stored ?? '');
  if (!parts) {
    await derive(password.slice(0, longestPassword), Buffer.alloc(16), floor);
    return false;
  }
  const cost = { memory: Number(parts[1]), passes: Number(parts[2]), parallelism: Number(parts[3]) };
  const expected = Buffer.from(parts[5]!, 'base64');
  const tag = await derive(password.slice(0, longestPassword), Buffer.from(parts[4]!, 'base64'), cost);
  return tag.length === expected.length && timingSafeEqual(tag, expected);
}

type Judge = (password: string, about: string[]) => { score: number; warning: string | null };
let judge: Promise<Judge> | null = null;

/** The word lists are read when the first password is chosen, not at every start. */
async function loadJudge(): Promise<Judge> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  const factory = new ZxcvbnFactory({ graphs: adjacencyGraphs, dictionary });
  return (password, about) => {
    const { score, feedback } = factory.check(password, about);
    return { score, warning: feedback.warning };
  };
}

const reasons: Record<string, string> = {
  userInputs: 'identity.password.aboutYou',
  simpleRepeat: 'identity.password.repeats',
  extendedRepeat: 'identity.password.repeats',
  sequences: 'identity.password.repeats',
  straightRow: 'identity.password.keyboard',
  keyPattern: 'identity.password.keyboard',
  dates: 'identity.password.dates',
  recentYears: 'identity.password.dates',
};

/**
 * Null when the password is good, else the key of the sentence that says what to choose instead. `about` is what others know of the person
 * (name, address, the network's name).
 */
export async function weakness(password: string, about: string[]): Promise<string | null> {
  if ([...password].length < shortestPassword) return 'identity.password.short';
  if (password.length > longestPassword) return 'identity.password.long';
  const { score, warning } = (await (judge ??= loadJudge()))(
    password,
    about.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2),
  );
  if (score >= 3) return null;
  return reasons[warning ?? ''] ?? 'identity.password.common';
}
