import { describe, expect, it } from 'vitest';
import { parseFields } from '../api/shared/fields.ts';
import { EMPTY_USER } from '../core/user/user.ts';
import { FIELD_NAMES, type FieldName, judge, readForm, type Values, valuesOf } from './form.ts';

const STORED = valuesOf({
  ...EMPTY_USER,
  profile: { ...EMPTY_USER.profile, givenName: 'Jo', familyName: 'Doe' },
  email: { ...EMPTY_USER.email, value: 'jo@x.test' },
  phone: { ...EMPTY_USER.phone, value: '+12015550100' },
  address: { line1: '1 Main St', line2: null, city: 'Springfield', state: 'IL', country: null, postalCode: '62701' },
});

const judged = (changes: Partial<Values>, stored: Values = STORED) => judge({ ...stored, ...changes }, stored);
const commandOf = (changes: Partial<Values>, stored?: Values) => {
  const { type: _type, ...command } = (judged(changes, stored) as { command: { type: string } }).command;
  return command;
};

describe('what a form asks for', () => {
  it('given what is stored, it is nothing', () => {
    expect(commandOf({})).toEqual({});
    expect(commandOf({ givenName: ' Jo ', line2: '  ' })).toEqual({});
  });

  it.each<[Partial<Values>, object]>([
    [{ givenName: ' Joan ' }, { profile: { givenName: 'Joan' } }],
    [{ email: 'Joan@X.test' }, { email: { value: 'Joan@X.test' } }],
    [{ phone: '+44 20 7946 0018' }, { phone: { value: '+442079460018' } }],
    [{ phone: '(312) 555-0199' }, { phone: { value: '+13125550199' } }],
    [{ phone: '1 312.555.0199' }, { phone: { value: '+13125550199' } }],
    [{ line1: '', state: '' }, { address: { line1: null, state: null } }],
    [{ state: 'ny' }, { address: { state: 'NY' } }],
    [{ country: 'DE', state: 'Bayern' }, { address: { country: 'DE', state: 'Bayern' } }],
    [{ country: 'US' }, { address: { country: 'US' } }],
  ])('given %j, it is %j', (changes, command) => {
    expect(commandOf(changes)).toEqual(command);
  });

  it.each<[Partial<Values>, Partial<Record<FieldName, string>>]>([
    [{ givenName: '' }, { givenName: 'required' }],
    [
      { email: '', phone: ' ' },
      { email: 'required', phone: 'required' },
    ],
    [{ familyName: 'x'.repeat(101) }, { familyName: 'tooLong' }],
    [{ line1: 'a\tb' }, { line1: 'characters' }],
    [{ email: 'a@b' }, { email: 'email' }],
    [{ phone: '0170 1234567' }, { phone: 'phone' }],
    [{ phone: '312 555 019' }, { phone: 'phone' }],
    [{ phone: '+' }, { phone: 'phone' }],
    [{ state: 'Illinois' }, { state: 'state' }],
    [{ country: 'de' }, { country: 'country' }],
    [{ country: 'XX', state: 'Illinois' }, { country: 'country' }],
  ])('given %j, it is refused with %j', (changes, problems) => {
    expect(judged(changes)).toEqual({ problems });
  });

  it('given 100 characters of two units each, it is not too long', () => {
    expect(commandOf({ givenName: '𝒥'.repeat(100) })).toEqual({ profile: { givenName: '𝒥'.repeat(100) } });
  });

  it('given a region abroad, it is judged anew when the country becomes another', () => {
    const abroad = { ...STORED, state: 'Bayern', country: 'DE' };
    expect(commandOf({ city: 'München' }, abroad)).toEqual({ address: { city: 'München' } });
    expect(judged({ country: 'US' }, abroad)).toEqual({ problems: { state: 'state' } });
    expect(judged({ country: '' }, abroad)).toEqual({ problems: { state: 'state' } });
  });

  it('given nothing stored, empty fields stay so', () => {
    const nothing = valuesOf(EMPTY_USER);
    expect(Object.values(nothing)).toEqual(FIELD_NAMES.map(() => ''));
    expect(commandOf({ city: 'Paris' }, nothing)).toEqual({ address: { city: 'Paris' } });
  });

  it('given what this page would refuse, it stays when it is left alone', () => {
    const odd = { ...STORED, email: 'Jo <jo@x>', phone: 'x', country: 'Narnia', state: 'Far', line1: 'x'.repeat(300) };
    expect(commandOf({ givenName: 'Joan' }, odd)).toEqual({ profile: { givenName: 'Joan' } });
  });
});

describe('the form as it is sent', () => {
  const read = (text: string) => readForm(parseFields(text, 'malformed_body'), STORED);

  it('keeps what is not sent, and takes line breaks out as an input does', () => {
    const { values, version, token } = read('version=7&token=t&city=New%0D%0AYork');
    expect([values, version, token]).toEqual([{ ...STORED, city: 'NewYork' }, 7, 't']);
  });

  it.each(['token=t', 'version=', 'version=-1', 'version=1e3', 'version=1&version=1', 'version=1&city=a&city=b'])(
    'is malformed as %s',
    (text) => {
      expect(() => read(text)).toThrow(expect.objectContaining({ fault: 'malformed_body' }));
    },
  );
});
