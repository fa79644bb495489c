import type { Person } from './person';

export const demoPassword = 'laisee-demo';

/** Where things are in the demo's world, as its first person sees it. */
export interface DemoPlaces {
  family: string;
  climbers: string;
  chen: string;
  /** A packet of the family's that has ended, and of which this person has a share. */
  packet: string;
}

/** Signs the first person of `laisee demo` in, and looks around. */
export async function enterDemo(person: Person): Promise<DemoPlaces> {
  await person.signIn(demoPassword);
  await person.on('chat-row').waitFor();
  const conversation = async (title: string) => {
    const row = person.page.getByTestId('chat-row').filter({ has: person.page.getByText(title, { exact: true }) });
    return (await row.first().getAttribute('data-conversation')) ?? '';
  };
  const places = {
    family: await conversation('团圆饭 🥟'),
    climbers: await conversation('Saturday climbers'),
    chen: await conversation('陈大伟'),
    packet: '',
  };
  await person.goto(`/c/${places.family}`);
  const card = person.page.locator('[data-testid="packet-card"][data-state="opened"]').first();
  return { ...places, packet: (await card.getAttribute('data-packet')) ?? '' };
}

export interface Screen {
  readonly name: string;
  readonly path: string;
  /** What has to be there before the screen counts as shown. */
  readonly shows: string;
  /** What is done before looking. */
  readonly act?: (person: Person) => Promise<void>;
}

/** Every screen of the app, in the demo's world. */
export function screens(places: DemoPlaces): Screen[] {
  const chat = (id: string) => `/c/${id}`;
  const openCard = async (person: Person) => {
    await person.card().click();
    await person.on('packet-seal').waitFor();
  };
  return [
    { name: 'chats', path: '/', shows: 'chat-row' },
    { name: 'group', path: chat(places.family), shows: 'message' },
    { name: 'direct', path: chat(places.chen), shows: 'message' },
    { name: 'group-details', path: `${chat(places.family)}/details`, shows: 'member' },
    { name: 'person-details', path: `${chat(places.chen)}/details`, shows: 'details' },
    {
      name: 'message-menu',
      path: chat(places.chen),
      shows: 'message',
      act: async ({ page }) => {
        await page.getByTestId('message').first().click({ button: 'right' });
        await page.getByRole('menu').waitFor();
      },
    },
    {
      name: 'send-packet',
      path: chat(places.family),
      shows: 'message',
      act: async (person) => {
        await person.on('send-packet').click();
        await person.on('packet-amount').fill('66.6');
      },
    },
    {
      name: 'send-packet-named',
      path: chat(places.family),
      shows: 'message',
      act: async (person) => {
        await person.on('send-packet').click();
        await person.on('packet-kind-named').click();
        await person.page.getByRole('radio', { name: '陈大伟' }).waitFor();
      },
    },
    {
      name: 'send-packet-too-much',
      path: chat(places.chen),
      shows: 'message',
      act: async (person) => {
        await person.on('send-packet').click();
        await person.on('packet-amount').fill('520');
        await person.on('packet-problem').waitFor();
      },
    },
    { name: 'packet-seal', path: chat(places.chen), shows: 'packet-card', act: openCard },
    {
      name: 'packet-details',
      path: `${chat(places.family)}/p/${places.packet}`,
      shows: 'claims',
      act: async (person) => {
        await person.on('verify-draw').click();
        await person.on('verify-result').waitFor();
      },
    },
    { name: 'contacts', path: '/contacts', shows: 'friend' },
    {
      name: 'add-friend',
      path: '/contacts/add',
      shows: 'find-name',
      act: async (person) => {
        await person.on('find-name').fill('yuki');
        await person.on('find-submit').click();
        await person.on('found-user').waitFor();
      },
    },
    {
      name: 'person',
      path: '/contacts',
      shows: 'friend',
      act: async (person) => {
        await person.on('friend').click();
        await person.on('write-to').waitFor();
      },
    },
    { name: 'new-group', path: '/group/new', shows: 'choose-friend' },
    { name: 'discover', path: '/discover', shows: 'wallet-link' },
    { name: 'fairness', path: '/discover/fairness', shows: 'fairness' },
    { name: 'wallet', path: '/wallet', shows: 'movement' },
    {
      name: 'top-up',
      path: '/wallet',
      shows: 'movement',
      act: (person) => person.on('top-up').click(),
    },
    { name: 'me', path: '/me', shows: 'profile' },
    { name: 'profile', path: '/me/profile', shows: 'profile-page' },
    { name: 'devices', path: '/me/devices', shows: 'device' },
    {
      name: 'sign-out',
      path: '/me',
      shows: 'profile',
      act: (person) => person.on('sign-out').click(),
    },
  ];
}

export async function show(person: Person, screen: Screen): Promise<void> {
  await person.goto(screen.path);
  await person.page.getByTestId(screen.shows).locator('visible=true').first().waitFor();
  await screen.act?.(person);
}
