/**
 * The wire between `pg` and the embedded PostgreSQL: what a socket is to a server. It hands on the bytes of the protocol and nothing else. What
 * `pg` writes in one breath (parse, bind, describe, execute, sync) is one call of the engine; one call for each piece costs several times that.
 */
import { Duplex } from 'node:stream';
import type { PGlite } from '@electric-sql/pglite';

/** Authentication is done, and the engine is ready for a query: there is nobody to tell apart on a wire inside one process. */
const welcome = Buffer.from([82, 0, 0, 0, 8, 0, 0, 0, 0, 90, 0, 0, 0, 5, 73]);

export class EmbeddedWire extends Duplex {
  readonly #engine: PGlite;
  #welcomed = false;

  constructor(engine: PGlite) {
    super();
    this.#engine = engine;
  }

  /** `pg` asks its stream to connect; there is nowhere to go. */
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  /** Settings of a socket, which a wire inside one process does not need. */
  setNoDelay = (): this => this;
  ref = (): this => this;
  unref = (): this => this;

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    void this.#pass(bytes, done);
  }

  override _writev(pieces: { chunk: Buffer }[], done: (error?: Error) => void): void {
    void this.#pass(Buffer.concat(pieces.map((piece) => piece.chunk)), done);
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  async #pass(bytes: Buffer, done: (error?: Error) => void): Promise<void> {
    // As from a socket, no answer comes before the one who asks has let go of the question.
    await Promise.resolve();
    try {
      if (this.#welcomed) {
        // Both the folder and the memory it may live in are written as it goes; there is nothing to bring over afterwards.
        await this.#engine.execProtocolRawStream(bytes, {
          syncToFs: false,
          onRawData: (answer) => this.push(Buffer.from(answer)),
        });
      } else {
        this.#welcomed = true;
        this.push(welcome);
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}
