import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { accessLog, createLogger, type LogLevel } from './logger.ts';

function capture(level: LogLevel) {
  const lines: Record<string, unknown>[] = [];
  return { lines, logger: createLogger({ level }, { write: (line) => lines.push(JSON.parse(line)) }) };
}

describe('createLogger', () => {
  it('given an error with members a driver hung on it, when it is logged, then only the listed ones appear', () => {
    const { lines, logger } = capture('info');
    const cause = Object.assign(new Error('refused'), { code: '23505', detail: 'Key (email)=(a@b.test) exists' });
    logger.error({ requestId: 'r-1', err: new Error('write failed', { cause }) }, 'request failed');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'error',
      requestId: 'r-1',
      msg: 'request failed',
      err: { type: 'Error', message: 'write failed', cause: { code: '23505', message: 'refused' } },
    });
    expect(JSON.stringify(lines)).not.toContain('a@b.test');
  });

  it('given a thrown value that is no error, when it is logged, then the value does not appear', () => {
    const { lines, logger } = capture('info');
    logger.error({ err: { password: 'hunter2' } }, 'request failed');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines[0]).toMatchObject({ err: { type: 'object' } });
  });

  it('given errors that cause each other, when they are logged, then the line ends', () => {
    const { lines, logger } = capture('info');
    const error = new Error('loop');
    error.cause = error;
    logger.error({ err: error }, 'x');
    expect(lines).toHaveLength(1);
  });

  it('given a process that exits at once, when it has logged, then standard error has every line, whole', () => {
    const script = `
      const { createLogger, accessLog } = await import(${JSON.stringify(new URL('./logger.ts', import.meta.url).href)});
      const logger = createLogger({ level: 'info' });
      const access = accessLog(logger, { route: '/a' });
      for (let i = 0; i < 500; i++) { access('r-' + i, 'GET', 200, 1); logger.warn({ i }, 'w'); }
      process.exit(0);`;
    const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const lines = stderr
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    // A batch that was on its way at the exit may come after the rest.
    const seen = lines.map((line) => line.requestId ?? `w-${line.i}`).sort();
    expect(seen).toEqual(
      Array.from({ length: 500 }, (_, i) => [`r-${i}`, `w-${i}`])
        .flat()
        .sort(),
    );
    expect(stdout).toBe('');
  });
});

describe('accessLog', () => {
  it('given level info, when a request is answered, then its line is JSON like any other', () => {
    const { lines, logger } = capture('info');
    accessLog(logger, { dialect: 'toy', route: '/a/:id"\\' })('r-1', 'GET', 200, 1.23456);
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        dialect: 'toy',
        route: '/a/:id"\\',
        requestId: 'r-1',
        method: 'GET',
        status: 200,
        ms: 1.23,
        msg: 'request',
      },
    ]);
  });

  it('given level warn, when a request is answered, then nothing is written', () => {
    const { lines, logger } = capture('warn');
    accessLog(logger, { route: '/a' })('r-1', 'GET', 200, 1);
    expect(lines).toEqual([]);
  });
});
