import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Dice } from '../../src/reports/history/dice.js';

export interface NodeSinkSetup {
  key: string;
  cert: string;
  /** Median of a log-normal time from a request's end to its answer; 0: at once. */
  answerAfterMs: number;
}

/** Of the time's logarithm: one in a hundred takes four times as long as the median. */
const SIGMA = 0.6;

/** Answers 201 to whatever has arrived whole. */
process.once('message', ({ answerAfterMs, ...certificates }: NodeSinkSetup) => {
  const dice = new Dice(80);
  const server = createSecureServer({
    ...certificates,
    allowHTTP1: true,
    settings: { maxConcurrentStreams: 128 },
  });
  server.on('request', (request, response) => {
    request.resume();
    const answer = () => response.writeHead(201).end();
    request.on('end', () => {
      if (answerAfterMs === 0) answer();
      else setTimeout(answer, dice.about(answerAfterMs, SIGMA));
    });
    request.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
});
