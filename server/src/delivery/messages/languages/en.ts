import type { Wording } from '../wording.ts';

export const ENGLISH: Wording = {
  locale: 'en-GB',
  greeting: (name) => (name === null ? 'Hello,' : `Hello ${name},`),
  codes: {
    verify_email: {
      subject: (sender) => `${sender}: verify your e-mail address`,
      body: (sender) => `Please confirm that this e-mail address belongs to your account at ${sender}.`,
      action: 'Verify the e-mail address',
      short: 'code to verify your e-mail address',
    },
    verify_phone: {
      subject: (sender) => `${sender}: verify your phone number`,
      body: (sender) => `Please confirm that this phone number belongs to your account at ${sender}.`,
      action: 'Verify the phone number',
      short: 'code to verify your phone number',
    },
    reset_password: {
      subject: (sender) => `${sender}: choose a new password`,
      body: (sender) => `A new password was asked for your account at ${sender}. You can choose it now.`,
      action: 'Choose a new password',
      short: 'to choose a new password',
    },
    invite_user: {
      subject: (sender) => `${sender}: you are invited`,
      body: (sender) => `You are invited to ${sender}. Accept the invitation to set up how you sign in.`,
      action: 'Accept the invitation',
      short: 'code of your invitation',
    },
    register_passkey: {
      subject: (sender) => `${sender}: register a passkey`,
      body: (sender) => `You can register a passkey for your account at ${sender}.`,
      action: 'Register a passkey',
      short: 'code to register a passkey',
    },
    sign_in_code: {
      subject: (sender) => `${sender}: your sign-in code`,
      body: (sender) =>
        `With this code you sign in at ${sender}. Enter it where you asked for it, and tell it to nobody.`,
      action: 'Sign in',
      short: 'code to sign in',
    },
    sign_in_link: {
      subject: (sender) => `${sender}: sign in`,
      body: (sender) => `With this link you sign in at ${sender}. It works once.`,
      action: 'Sign in',
      short: 'to sign in',
    },
  },
  notices: {
    user_activated: {
      subject: (sender) => `${sender}: your account is active`,
      body: (sender) => `Your account at ${sender} has been activated. You can sign in.`,
    },
    user_deactivated: {
      subject: (sender) => `${sender}: your account is no longer active`,
      body: (sender) => `Your account at ${sender} has been deactivated. You cannot sign in.`,
    },
    user_locked: {
      subject: (sender) => `${sender}: your account is locked`,
      body: (sender) => `Your account at ${sender} has been locked. You cannot sign in until it is unlocked.`,
    },
    user_suspended: {
      subject: (sender) => `${sender}: your account is suspended`,
      body: (sender) => `Your account at ${sender} has been suspended. You cannot sign in.`,
    },
  },
  code: 'Code:',
  invitation: 'Invitation:',
  until: (time) => `Good until ${time}.`,
  unexpected: 'If you did not expect this message, ignore it: nothing changes then.',
  questions: (sender) => `If you have questions, please ask ${sender}.`,
};
