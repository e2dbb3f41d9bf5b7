import { ACME } from '../support/setup.ts';
import type { Tessera, TestResponse } from '../support/tessera.ts';

const STATUS_ACTS = ['lock', 'unlock', 'suspend', 'unsuspend', 'deactivate', 'activate'] as const;

/** What the administrator of a brand does to a user, in an order in which each of them finds something to do. */
export const BRAND_ACTS = [...STATUS_ACTS, 'set-type', 'assign-role', 'revoke-role', 'apply-referral'] as const;
export type BrandAct = (typeof BRAND_ACTS)[number];

const USERS = '/api/v1/users';

/** Plays what only JFramework's API knows, as Acme's administrator. */
export class BrandAdministrator {
  readonly #tessera: Tessera;
  #headers: Readonly<Record<string, string>> | null = null;

  constructor(tessera: Tessera) {
    this.#tessera = tessera;
  }

  /** @param other whose referral code is applied; not everybody has one */
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
      default:
        return send('POST', act);
    }
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
