import { ACME } from '../support/setup.ts';
import type { Tessera, TestResponse } from '../support/tessera.ts';
import { type BelongingAct, playBelonging } from './belonging-acts.ts';

const STATUS_ACTS = ['lock', 'unlock', 'suspend', 'unsuspend', 'deactivate', 'activate'] as const;

/** What the administrator of a brand does to a user, in an order in which each of them finds something to do. */
export const BRAND_ACTS = [
  ...STATUS_ACTS,
  'set-type',
  'assign-role',
  'revoke-role',
  'apply-referral',
  'consume-quota',
] as const;
export type BrandAct = (typeof BRAND_ACTS)[number];

const USERS = '/api/v1/users';

/** Plays what only JFramework's API knows, as Acme's administrator. */
export class BrandAdministrator {
  readonly #tessera: Tessera;
  #headers: Readonly<Record<string, string>> | null = null;

  constructor(tessera: Tessera) {
    this.#tessera = tessera;
  }

  /** @param other whose referral code is applied, and whose quota is used; not everybody has one */
  async play(act: BrandAct, id: string, other: string): Promise<TestResponse> {
    const headers = await this.#signedIn();
    const send = (method: string, path: string) => this.#tessera.send(method, `${USERS}/${id}/${path}`, { headers });
    switch (act) {
      case 'set-type':
        return send('PUT', 'type/Partner');
      case 'assign-role':
        return send('POST', `roles?roleIds=${await this.#roleId()}`);
      case 'revoke-role':
        return send('DELETE', `roles?roleIds=${await this.#roleId()}`);
      case 'apply-referral': {
        const { referralCode } = (await this.#tessera.user(other)).membership;
        return send('POST', `referrals/apply?referralCode=${referralCode ?? 'nobody'}`);
      }
      case 'consume-quota': {
        const body = { featureCode: 'SEATS', userId: other };
        return this.#tessera.send('POST', '/api/v1/quota-usages/consume', { headers, body });
      }
      default:
        return send('POST', act);
    }
  }

  /** What the administrator does about the belongings of a user, or the user itself about its sign-ins. */
  async playBelonging(act: BelongingAct, id: string): Promise<TestResponse[]> {
    const headers = await this.#signedIn();
    return playBelonging(this.#tessera, act, id, (method, path, body) =>
      this.#tessera.send(method, path, { headers, ...(body && { body }) }),
    );
  }

  async #signedIn(): Promise<Readonly<Record<string, string>>> {
    if (this.#headers !== null) return this.#headers;
    const brand = { 'brand-url': ACME.brandUrl };
    const body = { username: 'acme.admin', password: ACME.adminPassword };
    const { json } = await this.#tessera.send('POST', `${USERS}/auth`, { headers: brand, body });
    this.#headers = { ...brand, 'auth-key': json.data.authKey };
    return this.#headers;
  }

  async #roleId(): Promise<string> {
    const { organizations } = await this.#tessera.store.configuration();
    const acme = JSON.parse(organizations.find(({ id }) => id === ACME.id)?.settings ?? '{}');
    return acme.roles.find(({ code }: { code: string }) => code === 'ADMIN').id;
  }
}
