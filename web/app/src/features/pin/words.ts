import { count } from '../../i18n/count';
import { inBoth } from '../../i18n/i18n';
import { before } from '../../i18n/spacing';

const en = {
  pin: 'Payment PIN',
  enter: 'Enter your payment PIN',
  typed: (n: number, of: number) => `${n} of ${of} digits`,
  erase: 'Erase the last digit',
  checking: 'Checking…',
  wrong: (left: number | undefined) =>
    left === undefined ? 'That is not it. Try again.' : `That is not it. ${count(left, 'try', 'tries')} left.`,
  locked: (rest: string) => `Too many wrong tries. You can try again in ${rest}.\nYour money is safe.`,
  lockedTitle: 'Paused for your safety',
  soon: 'You can try again now.',
  forgot: 'Forgot the PIN?',
  notSetTitle: 'Set a payment PIN first',
  notSet:
    'For larger amounts, for withdrawals, and to resume red packets, this server asks for six digits that only you know.',
  set: 'Set a payment PIN',
  change: 'Change the PIN',
  reset: 'Set a new PIN',
  old: 'The PIN you have',
  new: 'New PIN, six digits',
  again: 'The same once more',
  password: 'Your password',
  passwordHint: 'It is what you sign in with. It shows that it is you.',
  next: 'Next',
  differ: 'The two were not the same. Choose again.',
  simple: 'That is the first one a thief tries. Choose another.',
  same: 'That is the one you have. Choose another.',
  done: 'Your payment PIN is set.',
  kept: 'What you typed is kept.',
};

const zh: typeof en = {
  pin: '支付密码',
  enter: '请输入支付密码',
  typed: (n, of) => `已输入 ${n} 位，共 ${of} 位`,
  erase: '删除一位',
  checking: '正在核对…',
  wrong: (left) => (left === undefined ? '不对，请再试一次。' : `不对，还可以试 ${left} 次。`),
  locked: (rest) => `错误次数太多，${before(rest)}后可以再试。\n你的钱是安全的。`,
  lockedTitle: '为安全起见，先停一停',
  soon: '现在可以再试了。',
  forgot: '忘记支付密码？',
  notSetTitle: '请先设置支付密码',
  notSet: '较大金额、每次提现以及恢复红包功能，都需要只有你知道的六位数字。',
  set: '设置支付密码',
  change: '修改支付密码',
  reset: '重设支付密码',
  old: '现在的支付密码',
  new: '新的支付密码，六位数字',
  again: '再输入一次',
  password: '登录密码',
  passwordHint: '用登录密码证明是你本人。',
  next: '下一步',
  differ: '两次输入不一样，请重新设置。',
  simple: '这个太容易猜到，请换一个。',
  same: '和现在的一样，请换一个。',
  done: '支付密码已设置。',
  kept: '你填写的内容都还在。',
};

export const pinWords = inBoth({ en, zh });
