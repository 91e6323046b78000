import { createLogger } from './logger.js';

const written = (log: (logger: ReturnType<typeof createLogger>) => void): string => {
  const lines: string[] = [];
  log(createLogger('trace', { write: (line: string) => void lines.push(line) }));
  return lines.join('');
};

it('keeps what is on the list and drops everything else', () => {
  const line = written((logger) =>
    logger.info(
      { reqId: 'r1', endpoint: 'CANARY', route: '/graphql', body: { token: 'CANARY' } },
      'request',
    ),
  );
  expect(JSON.parse(line)).toMatchObject({
    level: 'info',
    reqId: 'r1',
    route: '/graphql',
    msg: 'request',
  });
  expect(line).not.toContain('CANARY');
});

it('tells type, code and frames of an error, and never its message', () => {
  const error = Object.assign(new TypeError('CANARY in the message'), {
    code: '23505',
    detail: 'CANARY',
  });
  const line = written((logger) => logger.error({ err: error }, 'unexpected'));
  expect(JSON.parse(line)).toMatchObject({ type: 'TypeError', code: '23505' });
  expect(JSON.parse(line).frames.length).toBeGreaterThan(0);
  expect(line).not.toContain('CANARY');
});
