/** What of ws is used (https://github.com/websockets/ws/blob/8.23.0/doc/ws.md); it comes without types. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events';
  import type { Agent, IncomingMessage } from 'node:http';
  import type { Server } from 'node:https';

  export default class WebSocket extends EventEmitter<{
    open: [];
    upgrade: [answer: IncomingMessage];
    'unexpected-response': [request: unknown, answer: IncomingMessage];
    message: [data: Buffer, isBinary: boolean];
    close: [];
    error: [error: Error];
  }> {
    constructor(
      url: string,
      protocol: string,
      options: {
        readonly agent: Agent;
        readonly headers: Readonly<Record<string, string | string[]>>;
        readonly closeTimeout: number;
        readonly perMessageDeflate: boolean;
      },
    );
    send(data: Uint8Array, done?: (error?: Error) => void): void;
    pause(): void;
    resume(): void;
    close(): void;
    terminate(): void;
  }

  export class WebSocketServer extends EventEmitter<{
    connection: [socket: WebSocket, request: IncomingMessage];
  }> {
    constructor(options: {
      readonly server: Server;
      readonly handleProtocols: (protocols: ReadonlySet<string>) => string | false;
      readonly verifyClient: (
        asked: { readonly req: IncomingMessage },
        answer: (isWelcome: boolean, status?: number, text?: string) => void,
      ) => void;
    });
  }
}
