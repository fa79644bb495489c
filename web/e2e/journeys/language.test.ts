import { expect } from 'vitest';
import { journey } from '../src/journey';

journey('the language is the browser’s until somebody chooses, and then stays chosen', async ({ stage }) => {
  const mei = await stage.person('Mei', { locale: 'zh-CN' });
  const { page } = mei;
  await mei.goto('/sign-in');
  await page.getByRole('button', { name: '登录' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  await mei.signIn();

  await mei.on('tab-me').click();
  await mei.on('language-en').check();
  await mei.on('tab-chats').getByText('Chats').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en-GB');
  await page.reload();
  await mei.on('tab-chats').getByText('Chats').waitFor();

  await mei.on('language-zh').check();
  await mei.on('tab-chats').getByText('聊天').waitFor();
  await mei.on('theme-dark').check();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.reload();
  await mei.on('tab-chats').getByText('聊天').waitFor();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
});
