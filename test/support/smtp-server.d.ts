/** The part of smtp-server that the tests use; the package brings no types. */
declare module 'smtp-server' {
  import type { Server, Socket } from 'node:net';
  import type { Readable } from 'node:stream';

  type Done = (error?: (Error & { responseCode?: number }) | null) => void;
  interface Session {
    id: string;
  }
  interface Address {
    address: string;
  }
  export class SMTPServer {
    server: Server;
    connections: Set<{ _socket: Socket }>;
    constructor(options: {
      authOptional?: boolean;
      disabledCommands?: string[];
      logger?: boolean;
      onRcptTo?: (address: Address, session: Session, done: Done) => void;
      onData?: (stream: Readable, session: Session, done: Done) => void;
    });
    listen(port: number, host: string, ready: () => void): void;
    close(done: () => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
  }
}
