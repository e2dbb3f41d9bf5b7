import type { Wording } from '../wording.ts';

export const GERMAN: Wording = {
  locale: 'de',
  greeting: (name) => (name === null ? 'Guten Tag,' : `Guten Tag ${name},`),
  codes: {
    verify_email: {
      subject: (sender) => `${sender}: E-Mail-Adresse bestätigen`,
      body: (sender) => `Bitte bestätigen Sie, dass diese E-Mail-Adresse zu Ihrem Konto bei ${sender} gehört.`,
      action: 'E-Mail-Adresse bestätigen',
      short: 'Code zur Bestätigung Ihrer E-Mail-Adresse',
    },
    verify_phone: {
      subject: (sender) => `${sender}: Telefonnummer bestätigen`,
      body: (sender) => `Bitte bestätigen Sie, dass diese Telefonnummer zu Ihrem Konto bei ${sender} gehört.`,
      action: 'Telefonnummer bestätigen',
      short: 'Code zur Bestätigung Ihrer Telefonnummer',
    },
    reset_password: {
      subject: (sender) => `${sender}: neues Passwort wählen`,
      body: (sender) =>
        `Für Ihr Konto bei ${sender} wurde ein neues Passwort angefordert. Sie können es jetzt selbst wählen.`,
      action: 'Neues Passwort wählen',
      short: 'um ein neues Passwort zu wählen',
    },
    invite_user: {
      subject: (sender) => `${sender}: Sie sind eingeladen`,
      body: (sender) =>
        `Sie sind zu ${sender} eingeladen. Nehmen Sie die Einladung an, um Ihre Anmeldung einzurichten.`,
      action: 'Einladung annehmen',
      short: 'Code Ihrer Einladung',
    },
    register_passkey: {
      subject: (sender) => `${sender}: Passkey einrichten`,
      body: (sender) => `Sie können für Ihr Konto bei ${sender} einen Passkey einrichten.`,
      action: 'Passkey einrichten',
      short: 'Code zum Einrichten eines Passkeys',
    },
    sign_in_code: {
      subject: (sender) => `${sender}: Ihr Code zur Anmeldung`,
      body: (sender) =>
        `Mit diesem Code melden Sie sich bei ${sender} an. Geben Sie ihn dort ein, wo Sie ihn angefordert haben, und sagen Sie ihn niemandem.`,
      action: 'Anmelden',
      short: 'Code zur Anmeldung',
    },
    sign_in_link: {
      subject: (sender) => `${sender}: Anmeldung`,
      body: (sender) => `Mit diesem Link melden Sie sich bei ${sender} an. Er gilt einmal.`,
      action: 'Anmelden',
      short: 'zur Anmeldung',
    },
  },
  notices: {
    user_activated: {
      subject: (sender) => `${sender}: Ihr Konto ist aktiv`,
      body: (sender) => `Ihr Konto bei ${sender} wurde aktiviert. Sie können sich anmelden.`,
    },
    user_deactivated: {
      subject: (sender) => `${sender}: Ihr Konto ist nicht mehr aktiv`,
      body: (sender) => `Ihr Konto bei ${sender} wurde deaktiviert. Sie können sich nicht anmelden.`,
    },
    user_locked: {
      subject: (sender) => `${sender}: Ihr Konto ist gesperrt`,
      body: (sender) =>
        `Ihr Konto bei ${sender} wurde gesperrt. Sie können sich nicht anmelden, bis es wieder freigegeben ist.`,
    },
    user_suspended: {
      subject: (sender) => `${sender}: Ihr Konto ist ausgesetzt`,
      body: (sender) => `Ihr Konto bei ${sender} wurde ausgesetzt. Sie können sich nicht anmelden.`,
    },
  },
  code: 'Code:',
  invitation: 'Einladung:',
  until: (time) => `Gültig bis ${time}.`,
  unexpected: 'Wenn Sie diese Nachricht nicht erwartet haben, ignorieren Sie sie: Dann ändert sich nichts.',
  questions: (sender) => `Bei Fragen wenden Sie sich bitte an ${sender}.`,
};
