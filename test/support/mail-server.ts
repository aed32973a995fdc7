/** A real mail server on loopback for a test; it can be told to refuse, or to hang up in the middle of a letter. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type Mood =
  | 'takes'
  | 'refuses the address'
  | 'is busy'
  | 'hangs up in the middle'
  | 'takes it and hangs up before saying so';

export interface MailServer {
  url: string;
  mood: Mood;
  /** Every letter that was taken, as it travelled. */
  received: string[];
  /** Called when a letter has arrived whole and is not yet acknowledged. */
  onLetter: () => void;
  close(): Promise<void>;
}

const refusal = (code: number, words: string) => Object.assign(new Error(words), { responseCode: code });

export async function mailServer(): Promise<MailServer> {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (address, _session, done) => {
      if (made.mood === 'refuses the address') done(refusal(550, `<${address.address}> is unknown here`));
      else if (made.mood === 'is busy') done(refusal(451, `come back later, <${address.address}>`));
      else done();
    },
    onData: (stream, _session, done) => {
      if (made.mood === 'hangs up in the middle') {
        stream.resume();
        hangUp();
        return;
      }
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (part: string) => {
        text += part;
      });
      stream.on('end', () => {
        made.received.push(text);
        made.onLetter();
        if (made.mood === 'takes it and hangs up before saying so') hangUp();
        else done();
      });
    },
  });
  const hangUp = () => {
    for (const connection of smtp.connections) connection._socket.destroy();
  };
  smtp.on('error', () => {});
  await new Promise<void>((ready) => smtp.listen(0, '127.0.0.1', ready));
  const made: MailServer = {
    url: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    mood: 'takes',
    received: [],
    onLetter: () => {},
    close: () => new Promise((done) => smtp.close(done)),
  };
  return made;
}
