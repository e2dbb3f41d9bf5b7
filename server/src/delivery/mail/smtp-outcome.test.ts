import { describe, expect, it } from 'vitest';
import { outcomeOfFailure } from './smtp-outcome.ts';

function failure(command: string, response: string) {
  return { code: 'EENVELOPE', command, response, responseCode: Number(response.slice(0, 3)) };
}

describe('what a mail server answers', () => {
  it.each([
    ['RCPT TO', '550 5.1.1 No such user', 'refused', undefined],
    ['RCPT TO', '552 5.2.2 Mailbox full', 'refused', undefined],
    ['DATA', '554 5.7.1 Spam', 'refused', undefined],
    ['RCPT TO', '450 4.2.1 Greylisted', 'failed', false],
    ['DATA', '451 4.3.0 Try again', 'failed', false],
    ['RCPT TO', '421 4.3.2 Closing', 'failed', true],
    ['RCPT TO', '503 5.5.1 Bad sequence', 'failed', true],
    ['RCPT TO', '530 5.7.0 Authenticate first', 'failed', true],
    ['MAIL FROM', '550 5.7.1 Not from you', 'failed', true],
    ['AUTH PLAIN', '535 5.7.8 Wrong password', 'failed', true],
    ['CONN', '554 No service', 'failed', true],
  ])('%s: %s is %s', (command, response, type, isDown) => {
    const outcome = outcomeOfFailure(failure(command, response), []);
    expect(outcome).toEqual({ type, answer: `${command}: ${response}`, ...(isDown !== undefined && { isDown }) });
  });

  it.each([
    [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED' }, 'no answer (ECONNREFUSED)'],
    [{ code: 'ETIMEDOUT' }, 'no answer (ETIMEDOUT)'],
    [{ code: 'EDNS' }, 'no answer (EDNS)'],
    [{ code: 'ETLS' }, 'no answer (ETLS)'],
    [new Error('Connection pool was closed'), 'no answer (unknown)'],
    [null, 'no answer (unknown)'],
  ])('nothing, as in %j, means that it is down', (error, answer) => {
    expect(outcomeOfFailure(error, [])).toEqual({ type: 'failed', answer, isDown: true });
  });

  it('nothing because the mail itself is unfit is never tried again', () => {
    expect(outcomeOfFailure({ code: 'EENVELOPE' }, [])).toEqual({ type: 'refused', answer: 'not sent: EENVELOPE' });
  });

  it.each(['RCPT TO', 'DATA', 'MAIL FROM'])('garbled, at %s, is no word about the mail', (command) => {
    const garbled = { code: 'EENVELOPE', command, response: 'x\u0000y' };
    const answer = 'no answer that makes sense (EENVELOPE)';
    expect(outcomeOfFailure(garbled, [])).toEqual({ type: 'failed', answer, isDown: true });
  });

  it('is kept without control characters, which not every database takes', () => {
    const { answer } = outcomeOfFailure(failure('DATA', '550 no\u0000pe\u001b[2J \u0007\ud800!'), []) as {
      answer: string;
    };
    expect(answer).toBe('DATA: 550 no pe [2J !');
  });

  it.each([
    ['550 <"sam sample"@acme.test>: sam  sample is unknown', ['sam sample'], '550 ... ... is unknown'],
    ['550 <"a\\"b c"@acme.test> is unknown', ['"a\\"b c"', 'a"b c'], '550 ... is unknown'],
    ['550 SamSample is unknown', ['samsample'], '550 ... is unknown'],
    ['550 no known user "no"', ['no'], '550 ... known user ...'],
    ['550 a+b(c is unknown', ['a+b(c'], '550 ... is unknown'],
  ])('%s is kept without %j', (response, contents, kept) => {
    expect(outcomeOfFailure(failure('RCPT TO', response), contents)).toEqual({
      type: 'refused',
      answer: `RCPT TO: ${kept}`,
    });
  });

  it('is kept without addresses, links and codes, in one short line', () => {
    const response = `550 5.1.1 <sam@acme.test>: your\r\n550 code-A1B2C3. https://a.test/ is refused ${'x'.repeat(500)}`;
    const { answer } = outcomeOfFailure(failure('DATA', response), ['A1B2C3']) as { answer: string };
    expect(answer).toMatch(/^DATA: 550 5\.1\.1 \.\.\. your 550 \.\.\. \.\.\. is refused x+$/);
    expect(answer).toHaveLength(200);
  });
});
