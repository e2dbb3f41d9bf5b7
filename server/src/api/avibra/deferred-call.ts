import type { DeferredWork } from '../../app/ports/store.ts';
import type { CreateUser, UpdateUser } from '../../core/user/commands.ts';

/** An accepted call as it waits in the database. */
export interface DeferredCall {
  readonly clientId: string;
  readonly organizationId: string;
  readonly partnerName: string;
  readonly userid: string;
  /** Of the request that brought it, so that the history names it. */
  readonly requestId: string;
  readonly command: CreateUser | UpdateUser;
}
