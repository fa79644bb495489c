import { type DemoPlaces, demoPassword, png } from './demo';
import type { Person } from './person';
import { settled } from './settled';

export interface Screen {
  readonly name: string;
  readonly path: string;
  /** What has to be there before the screen counts as shown. */
  readonly shows: string;
  /** Whose screen it is; without: the demo's first person's. */
  readonly of?: 'ah_ma';
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
    ...walletScreens,
    ...pinScreens,
    ...transferScreens(places),
    { name: 'me', path: '/me', shows: 'profile' },
    { name: 'profile', path: '/me/profile', shows: 'profile-page' },
    { name: 'devices', path: '/me/devices', shows: 'device' },
    {
      name: 'sign-out',
      path: '/me',
      shows: 'profile',
      act: (person) => person.on('sign-out').click(),
    },
    hiddenWallet,
  ];
}

/** The last of them: what was hidden stays hidden at this device. */
const hiddenWallet: Screen = {
  name: 'wallet-hidden',
  path: '/wallet',
  shows: 'movement',
  act: async (person) => {
    const eye = person.page.locator('[data-testid="wallet"] button[aria-pressed]').first();
    await eye.click();
    await person.page.locator('[data-testid="balance"]:not([data-fen])').waitFor();
    await settled(person.page);
  },
};

const walletScreens: readonly Screen[] = [
  { name: 'wallet', path: '/wallet', shows: 'movement' },
  { name: 'top-up', path: '/wallet', shows: 'movement', act: (person) => person.on('top-up').click() },
  {
    name: 'top-up-too-much',
    path: '/wallet',
    shows: 'movement',
    act: async (person) => {
      await person.on('top-up').click();
      await person.on('top-up-amount').fill('9999999');
    },
  },
  {
    name: 'withdraw',
    path: '/wallet',
    shows: 'movement',
    act: async (person) => {
      await person.on('withdraw').click();
      await person.on('withdraw-amount').fill('12.5');
      await person.on('withdraw-destination').fill('招商银行 6225 8801 2345 6789');
    },
  },
  { name: 'limits', path: '/wallet', shows: 'movement', act: (person) => person.on('limits-link').click() },
  { name: 'orders', path: '/wallet/orders', shows: 'order' },
  {
    name: 'statement-filter',
    path: '/wallet',
    shows: 'movement',
    act: (person) => person.on('statement-filter').click(),
  },
  {
    name: 'statement-filtered',
    path: '/wallet',
    shows: 'movement',
    act: async (person) => {
      await person.on('statement-filter').click();
      await person.on('filter-kind-transfers').check();
      await person.on('filter-direction-in').check();
      await person.on('filter-least').fill('10');
      await person.on('filter-apply').click();
      await person.on('statement-chips').waitFor();
      await person.on('movement').waitFor();
    },
  },
  {
    name: 'statement-nothing',
    path: '/wallet',
    shows: 'movement',
    act: async (person) => {
      await person.on('statement-search').fill('nothing of the kind');
      await person.page.getByTestId('movement').first().waitFor({ state: 'detached' });
    },
  },
];

const pinScreens: readonly Screen[] = [
  { name: 'pin-change', path: '/wallet', shows: 'pin-link', act: (person) => person.on('pin-link').click() },
  {
    name: 'pin-asked',
    path: '/wallet',
    shows: 'movement',
    act: async (person) => {
      await askedForPin(person);
      await person.on('pin').pressSequentially('246');
    },
  },
  {
    name: 'pin-forgotten',
    path: '/wallet',
    shows: 'movement',
    act: async (person) => {
      await askedForPin(person);
      await person.on('pin-forgot').click();
      await person.on('pin-password').waitFor();
    },
  },
  {
    name: 'pin-new',
    path: '/wallet',
    shows: 'movement',
    act: async (person) => {
      await askedForPin(person);
      await person.on('pin-forgot').click();
      await person.on('pin-password').fill(demoPassword);
      await person.on('pin-next').click();
      await person.on('pin-new').pressSequentially('111111');
      await person.page.getByTestId('pin-new').and(person.page.locator('[aria-invalid]')).waitFor();
    },
  },
  { name: 'pin-locked', of: 'ah_ma', path: '/wallet', shows: 'movement', act: askedForPin },
  { name: 'suspended', of: 'ah_ma', path: '/wallet', shows: 'suspension' },
  {
    name: 'release',
    of: 'ah_ma',
    path: '/wallet',
    shows: 'suspension',
    act: (person) => person.on('release').click(),
  },
];

/** A withdrawal that waits for its PIN. */
async function askedForPin(person: Person): Promise<void> {
  await person.on('withdraw').click();
  await person.on('withdraw-amount').fill('12.5');
  await person.on('withdraw-destination').fill('Bank of Somewhere 1234');
  await person.on('withdraw-submit').click();
  await person.on('pin').waitFor();
}

function transferScreens({ chen, pending, frozen, toAccept, accepted }: DemoPlaces): Screen[] {
  const send = async (person: Person, amount: string) => {
    await person.on('send-transfer').click();
    await person.on('transfer-amount').fill(amount);
  };
  const confirm = { path: `/wallet/t/${toAccept}`, shows: 'transfer-life' };
  return [
    { name: 'transfer-cards', path: `/c/${chen}`, shows: 'transfer-card' },
    {
      name: 'send-transfer',
      path: `/c/${chen}`,
      shows: 'message',
      act: async (person) => {
        await send(person, '88');
        await person.on('transfer-note').fill('For the hotpot 火锅');
        await person.on('transfer-arrival-short').check();
      },
    },
    {
      name: 'send-transfer-too-much',
      path: `/c/${chen}`,
      shows: 'message',
      act: async (person) => {
        await send(person, '9999999');
        await person.on('transfer-problem').waitFor();
      },
    },
    { name: 'transfers', path: '/wallet/transfers', shows: 'transfer-row' },
    { name: 'transfer-pending', path: `/wallet/t/${pending}`, shows: 'transfer-life' },
    { name: 'transfer-to-accept', path: `/c/${chen}/t/${toAccept}`, shows: 'transfer-life' },
    { name: 'transfer-return', ...confirm, act: (person) => person.on('transfer-return').click() },
    { name: 'transfer-accepted', path: `/wallet/t/${accepted}`, shows: 'transfer-life' },
    { name: 'transfer-frozen', path: `/wallet/t/${frozen}`, shows: 'transfer-recalled' },
    { name: 'transfer-frozen-receiver', of: 'ah_ma', path: `/wallet/t/${frozen}`, shows: 'transfer-life' },
    {
      name: 'recall',
      path: `/wallet/t/${pending}`,
      shows: 'transfer-life',
      act: async (person) => {
        await person.on('transfer-recall').click();
        await person.on('recall-reason').fill('He is not who he said he was. 收款人冒用了别人的身份。');
        await person.page.getByTestId('recall-files').setInputFiles([
          { name: 'chat.png', mimeType: 'image/png', buffer: png },
          { name: 'a-contract-with-quite-a-long-name-2026-11-25.pdf', mimeType: 'application/pdf', buffer: pdf },
        ]);
        await person.page.locator('[data-testid="recall-file"][data-uploaded="true"]').nth(1).waitFor();
      },
    },
  ];
}

const pdf = Buffer.from('%PDF-1.4\n%%EOF\n');

export async function show(person: Person, screen: Screen): Promise<void> {
  await person.goto(screen.path);
  await person.page.getByTestId(screen.shows).locator('visible=true').first().waitFor();
  // Between a press and its release nothing may move away under the pointer.
  await settled(person.page);
  await screen.act?.(person);
}
