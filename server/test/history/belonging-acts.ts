import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { latestToken } from '../dialects/jframework/mails.ts';
import { ACME } from '../support/setup.ts';
import type { Tessera, TestResponse } from '../support/tessera.ts';

/** What is done about the sign-ins and belongings of a user, in an order in which each finds something to do. */
export const BELONGING_ACTS = [
  'wrong-sign-in-code',
  'sign-in-code',
  'sign-in-at-device',
  'link-device',
  'change-device',
  'remove-device',
  'save-setting',
  'remove-setting',
] as const;
export type BelongingAct = (typeof BELONGING_ACTS)[number];

const USERS = '/api/v1/users';
const PASSWORDLESS = `${USERS}/auth/passwordless`;
const BRAND = { 'brand-url': ACME.brandUrl };

type Send = (method: string, path: string, body?: object) => Promise<TestResponse>;

/** @param send calls as the brand's administrator */
export async function playBelonging(
  tessera: Tessera,
  act: BelongingAct,
  id: string,
  send: Send,
): Promise<TestResponse[]> {
  const { apps } = await tessera.user(id);
  const device = `${USERS}/${id}/devices/${apps.devices[0]?.id ?? 'none'}`;
  switch (act) {
    case 'sign-in-code':
    case 'wrong-sign-in-code':
      return signInByCode(tessera, id, act === 'sign-in-code');
    case 'sign-in-at-device':
      return signInByCode(tessera, id, true, { 'x-device-code': 'of everybody', 'x-device-token': 'push' });
    case 'link-device': {
      const known = { type: 'Web', code: `device of ${id}`, name: 'n', osDevice: 'o', appVersionNumber: '1' };
      const made = await send('POST', '/api/v1/devices', known);
      if (made.status !== 201) return [made];
      return [made, await send('POST', `${USERS}/${id}/devices/${made.json.data.id}`, { tags: 'linked' })];
    }
    case 'change-device':
      return [await send('PUT', device, { tags: 'changed', status: 'Offline' })];
    case 'remove-device':
      return [await send('DELETE', device)];
    case 'save-setting': {
      const setting = { groupCode: 'g', code: 'c', name: 'n', value: 'v' };
      return [await send('POST', `${USERS}/${id}/configurations`, setting)];
    }
    case 'remove-setting':
      return [await send('DELETE', `${USERS}/${id}/configurations/${apps.settings[0]?.id ?? 'none'}`)];
  }
}

async function signInByCode(tessera: Tessera, id: string, isRight: boolean, more = {}): Promise<TestResponse[]> {
  const emailAddress = (await tessera.user(id)).email.value;
  const headers = { ...BRAND, ...more };
  const asked = await tessera.send('POST', `${PASSWORDLESS}/email/generate-otp`, { headers, body: { emailAddress } });
  if (asked.status !== 200) return [asked];
  // Under a key from outside nobody here can read what was sent.
  const isReadable = isRight && existsSync(join(tessera.dataDir, 'instance.key'));
  const otp = isReadable ? await latestToken(tessera, id) : 'wrong';
  const body = { token: asked.json.data, otp };
  return [asked, await tessera.send('POST', `${PASSWORDLESS}/email/verify-otp`, { headers, body })];
}
