import { count } from '../../i18n/count';
import { inBoth } from '../../i18n/i18n';

const en = {
  title: 'Red packets are paused',
  until: (when: string) =>
    `Until ${when} you cannot send or open red packets. Chatting and your wallet go on as ever, and no money is lost.`,
  reasons: {
    opens: 'Very many packets were opened in a short time.',
    strangers: 'Many packets went to people who are not your friends.',
    sharedDevice: 'Many accounts use this device.',
    circularFlow: 'Money went back and forth between two accounts.',
    refundRate: 'Most of your packets came back unopened.',
    operator: 'Somebody who runs this server decided it.',
    unknown: 'The rules of this server ask for it.',
  },
  release: 'That was me. Resume',
  byOperator: 'Only somebody who runs this server can end it sooner.',
  releaseTitle: 'Resume red packets',
  releaseIntro:
    'You get a code on the devices where you are signed in. With it and your payment PIN you show that it is you.',
  ask: 'Send me a code',
  askAgain: 'Send a new code',
  codesLeft: (n: number) => `${count(n, 'more code', 'more codes')} can be asked for.`,
  code: 'Code',
  codeHint: (rest: string) => `Six digits; good for another ${rest}.`,
  codeOver: 'The code is no longer good. Ask for a new one.',
  submit: 'Resume',
  wrong: (left: number) => `This code is wrong. ${count(left, 'try', 'tries')} left.`,
  done: 'Red packets work again.',
  yourCode: 'Your code to resume red packets',
  notYou: 'If you did not ask for it, change your password; somebody may be using your account.',
  dismiss: 'Hide the code',
};

const zh: typeof en = {
  title: '红包功能已暂停',
  until: (when) => `${when} 之前不能收发红包。聊天和钱包照常，钱不会丢失。`,
  reasons: {
    opens: '短时间内拆开了非常多的红包。',
    strangers: '很多红包发给了不是朋友的人。',
    sharedDevice: '这台设备上有很多账号。',
    circularFlow: '钱在两个账号之间来回转。',
    refundRate: '你的红包大多没人领，被退回了。',
    operator: '由本服务器的管理人员决定。',
    unknown: '根据本服务器的规则。',
  },
  release: '是我本人，恢复使用',
  byOperator: '只有本服务器的管理人员可以提前恢复。',
  releaseTitle: '恢复红包功能',
  releaseIntro: '验证码会发到你已登录的设备上。用验证码和支付密码证明是你本人。',
  ask: '发送验证码',
  askAgain: '重新发送',
  codesLeft: (n) => `还可以获取 ${n} 次。`,
  code: '验证码',
  codeHint: (rest) => `六位数字，${rest}内有效。`,
  codeOver: '验证码已失效，请重新获取。',
  submit: '恢复使用',
  wrong: (left) => `验证码不对，还可以试 ${left} 次。`,
  done: '红包功能已恢复。',
  yourCode: '恢复红包功能的验证码',
  notYou: '如果不是你本人操作，请尽快修改密码，可能有人在用你的账号。',
  dismiss: '隐藏验证码',
};

export const riskWords = inBoth({ en, zh });
