import type { CreateUser } from '../server/src/core/user/commands.ts';

const GIVEN = `Aaliyah Adam Agnes Aisha Alba Alejandro Alice Amara Amelia Ana André Anika Anna Antoine Aria Arjun Astrid
Beatriz Benjamin Björn Camille Carlos Catalina Charlotte Chiara Chloë Clara Daniel Daria David Diego Elena Elias Elif
Emilia Emma Enzo Erik Eva Fatima Felix Fernando Finn Florian Freya Gabriel Giulia Grace Hamza Hannah Harper Hassan
Helena Hugo Ida Ines Ingrid Isaac Isabella Ivan Jack Jakob James Jana Jasmin Joanna Johan José Julia Kai Karin Katarina
Khadija Lara Laura Leila Leo Liam Lina Linh Louis Lucia Luka Magnus Maja Malik Manuel Marco María Marta Mateo Matilda
Maya Mei Mia Miguel Mila Mohammed Nadia Naomi Nathan Nia Nikolai Nina Noah Nora Oliver Olivia Omar Oscar Pablo Paula
Petra Priya Rafael Rania Rosa Samuel Sara Sebastian Sofia Søren Stefan Tariq Teresa Theo Thomas Tomás Valentina Vera
Victor Wei William Xavier Yara Yusuf Zara Zoë`.split(/\s+/);

const FAMILY = `Aalto Abbott Adeyemi Ahmed Almeida Andersen Bauer Becker Bergström Bianchi Braun Brown Carvalho Castillo
Chen Costa Cruz Davies Diaz Dubois Eriksson Evans Fernández Ferrari Fischer Fontaine Garcia Gomez Gonçalves Gruber
Haddad Hansen Hernández Hoffmann Horváth Huang Ibrahim Ivanov Jansen Jensen Johnson Jovanović Kaya Keller Khan Kim
Kowalski Kovač Kumar Larsen Laurent Lee Lehmann Lopez Maier Martin Mbeki Meyer Molina Moreau Müller Murphy Nakamura
Navarro Nguyen Novák Nowak O'Brien Okafor Olsen Ortega Papadopoulos Patel Pereira Petrov Popescu Quinn Ramírez Rao
Ricci Rodrigues Rossi Russo Sánchez Santos Schmidt Schneider Silva Singh Smith Sokolov Sørensen Suzuki Svensson Tanaka
Taylor Tóth Torres Vargas Vasquez Virtanen Vogel Wagner Walker Wang Weber Williams Wójcik Yamamoto Yilmaz Zhang
Zimmermann`.split(/\s+/);

const ENDINGS = ['', 'son', 'er', 'ez', 'ov', 'ini', 'stein', 'berg', 'ström', '-Lee'];
const DOMAINS = ['acme.test', 'mail.test', 'example.test', 'post.test'];
const CITIES = ['Springfield', 'Zürich', 'Lisboa', 'Kraków', 'Springfield', 'Osaka'];

/** A number below `bound` that follows from `n`: the same people in every run and on every engine. */
function pick(n: number, salt: number, bound: number): number {
  let hash = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) % bound;
}

const plain = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z-]/g, '')
    .toLowerCase();

/** What the n-th user is created with; about 1,200 combinations of 150 given and 1,200 family names, each many times. */
export function person(n: number): Required<Pick<CreateUser, 'username' | 'profile' | 'email' | 'phone' | 'address'>> {
  const given = GIVEN[pick(n, 1, GIVEN.length)] ?? '';
  const family = `${FAMILY[pick(n, 2, FAMILY.length)]}${ENDINGS[pick(n, 3, ENDINGS.length)]}`;
  const login = `${plain(given)}.${plain(family)}.${n}`;
  return {
    username: login,
    profile: {
      givenName: given,
      familyName: family,
      displayName: `${given} ${family}`,
      ...(n % 3 === 0 && { nickName: `${given.slice(0, 3)}${pick(n, 4, 1_000)}` }),
      preferredLanguage: ['en', 'de', 'pt', 'pl'][pick(n, 5, 4)] ?? 'en',
    },
    email: { value: `${login}@${DOMAINS[pick(n, 6, DOMAINS.length)]}` },
    phone: { value: `+1212${String(1_000_000 + n)}` },
    address: {
      line1: `${pick(n, 7, 900)} Main Street`,
      city: CITIES[pick(n, 8, CITIES.length)] ?? '',
      country: 'US',
      postalCode: String(10_000 + pick(n, 9, 89_999)),
    },
  };
}
