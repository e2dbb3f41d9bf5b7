import type { Texts } from './texts.ts';

export const DE: Texts = {
  language: 'de',
  title: 'Ihre Angaben',
  intro: (organization) => `So kann ${organization} Sie erreichen. Ändern Sie, was nicht stimmt, und speichern Sie es.`,
  sections: { name: 'Name', contact: 'Kontakt', address: 'Adresse' },
  labels: {
    givenName: 'Vorname',
    familyName: 'Nachname',
    email: 'E-Mail-Adresse',
    phone: 'Telefonnummer',
    line1: 'Straße und Hausnummer',
    line2: 'Adresszusatz (freiwillig)',
    city: 'Ort',
    state: 'Bundesstaat oder Region',
    postalCode: 'Postleitzahl',
    country: 'Land',
  },
  hints: {
    phone: 'Mit Ländervorwahl, etwa +1 202 555 0123.',
    state: 'In den USA die zwei Buchstaben des Staates, etwa IL.',
  },
  confirmed: 'Bestätigt. Eine neue Angabe muss wieder bestätigt werden.',
  noCountry: 'Keine Angabe',
  problems: {
    required: 'Das darf nicht leer sein.',
    tooLong: 'Das ist zu lang.',
    characters: 'Das enthält Zeichen, die nicht gespeichert werden können.',
    email: 'Geben Sie eine E-Mail-Adresse wie name@example.com ein.',
    emailTaken: 'Diese E-Mail-Adresse gehört zu einem anderen Konto.',
    phone: 'Geben Sie eine Telefonnummer mit Ländervorwahl ein, etwa +1 202 555 0123.',
    phoneTaken: 'Diese Telefonnummer gehört zu einem anderen Konto.',
    state: 'Geben Sie die zwei Buchstaben eines US-Staates ein, etwa IL, oder wählen Sie ein anderes Land.',
    country: 'Wählen Sie ein Land aus der Liste.',
  },
  save: 'Speichern',
  saved: 'Ihre Angaben wurden gespeichert.',
  unchanged: 'Es gab nichts zu ändern.',
  errorPrefix: 'Fehler: ',
  problemsFound: 'Es wurde noch nichts gespeichert. Bitte prüfen Sie:',
  conflict: {
    title: 'Ihre Angaben wurden inzwischen geändert',
    text: 'Ihre Eingaben wurden noch nicht gespeichert. Wo sie abweichen, sehen Sie unten, was jetzt gespeichert ist. Berichtigen Sie Ihre Eingaben, wenn nötig, und speichern Sie noch einmal.',
  },
  stored: 'Jetzt gespeichert:',
  nothingStored: 'nichts',
  end: {
    text: 'Wenn andere dieses Gerät auch benutzen, beenden Sie hier Ihren Besuch.',
    button: 'Beenden',
  },
  opening: { title: 'Einen Moment', text: 'Weiter zu Ihren Angaben' },
  notices: {
    linkUsed: {
      title: 'Dieser Link wurde schon benutzt',
      text: 'Ein Link öffnet Ihre Angaben ein Mal. Gehen Sie dorthin zurück, wo Sie ihn gefunden haben, und fordern Sie einen neuen an.',
    },
    linkInvalid: {
      title: 'Dieser Link funktioniert nicht',
      text: 'Links gelten zehn Minuten. Gehen Sie dorthin zurück, wo Sie ihn gefunden haben, und fordern Sie einen neuen an.',
    },
    noVisit: {
      title: 'Bitte öffnen Sie Ihre Angaben noch einmal',
      text: 'Ihr Besuch ist zu Ende. Gehen Sie dorthin zurück, wo Sie den Link gefunden haben, und fordern Sie einen neuen an.',
    },
    formInvalid: {
      title: 'Es wurde nichts gespeichert',
      text: 'Das Formular kam nicht von dieser Seite. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.',
    },
    ended: { title: 'Beendet', text: 'Sie können diese Seite jetzt schließen.' },
    malformed: {
      title: 'Es wurde nichts gespeichert',
      text: 'Die Anfrage war nicht lesbar. Gehen Sie zurück und versuchen Sie es noch einmal.',
    },
    notFound: { title: 'Diese Seite gibt es nicht', text: 'Benutzen Sie den Link, den Sie bekommen haben.' },
    notAllowed: { title: 'Das geht hier nicht', text: 'Benutzen Sie den Link, den Sie bekommen haben.' },
    tooLarge: {
      title: 'Es wurde nichts gespeichert',
      text: 'Das war zu viel Text. Gehen Sie zurück und kürzen Sie ihn.',
    },
    busy: {
      title: 'Versuchen Sie es gleich noch einmal',
      text: 'Im Moment ist zu viel zu tun. Es wurde nichts gespeichert.',
    },
    failed: { title: 'Etwas ist schiefgegangen', text: 'Es lag nicht an Ihnen. Versuchen Sie es später noch einmal.' },
  },
};
