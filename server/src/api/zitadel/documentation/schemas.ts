import { CredentialsCheckErrorSchema, ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb';
import { OrganizationService } from '@zitadel/proto/zitadel/org/v2/org_service_pb';
import { UserService } from '../protocol/user-service.ts';
import { MessageSchemas } from './message-schemas.ts';

/** Details of refusals. */
export const DETAILS = [ErrorDetailSchema, CredentialsCheckErrorSchema] as const;

let made: MessageSchemas | undefined;

/** The schemas of all messages, made when they are asked for first: only a document needs them. */
export function messageSchemas(): MessageSchemas {
  made ??= new MessageSchemas([UserService, OrganizationService], DETAILS);
  return made;
}
