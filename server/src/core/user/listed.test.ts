import { describe, expect, it } from 'vitest';
import { touchesCredentials, touchesLists } from './listed.ts';

describe('changes that lists see', () => {
  it('are those of a field by which users are found or put in order', () => {
    expect(touchesLists({ 'profile.nickName': {} })).toBe(true);
    expect(touchesLists({ 'profile.bio': {}, state: {} })).toBe(true);
    expect(touchesLists({ 'profile.bio': {}, 'extra.customField1': {}, 'credentials.sessions': {} })).toBe(false);
    expect(touchesLists({})).toBe(false);
  });

  it('are those of keys and tokens, for the lists of these', () => {
    expect(touchesCredentials({ 'credentials.keys': {} })).toBe(true);
    expect(touchesCredentials({ 'credentials.tokens': {} })).toBe(true);
    expect(touchesCredentials({ 'credentials.secret': {}, 'credentials.sessions': {}, username: {} })).toBe(false);
  });
});
