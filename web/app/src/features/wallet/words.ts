import { inBoth } from '../../i18n/i18n';
import { ending } from '../../i18n/spacing';

const en = {
  title: 'Wallet',
  balance: 'Balance',
  show: 'Show amounts',
  hide: 'Hide amounts',
  hidden: 'Hidden',
  topUp: 'Top up',
  topUpHint: 'This server has a sandbox till: the money comes from nowhere and is for trying out.',
  topUpDone: (amount: string) => `${amount} is in your wallet.`,
  amount: 'Amount',
  transfers: 'Transfers',
  statement: 'Movements',
  empty: 'No movements yet',
  emptyHint: 'Top up, or open a red packet.',
  kinds: {
    topUp: 'Top-up',
    packetSent: 'Red packet sent',
    packetOpened: 'Red packet opened',
    packetRefund: 'Red packet returned',
    transferSent: 'Transfer sent',
    transferReceived: 'Transfer accepted',
    transferRefund: 'Transfer came back',
    transferGivenBack: 'Transfer given back',
    other: 'Movement',
  },
  older: 'Older movements',
  after: (amount: string) => `Balance ${amount}`,
  fromName: (name: string) => `from ${name}`,
  toName: (name: string) => `to ${name}`,
  tooMuch: 'At most ¥10,000.00 at a time.',
};

const zh: typeof en = {
  title: '钱包',
  balance: '余额',
  show: '显示金额',
  hide: '隐藏金额',
  hidden: '已隐藏',
  topUp: '充值',
  topUpHint: '本服务器使用沙盒收银台：钱是凭空来的，仅供试用。',
  topUpDone: (amount) => `${amount} 已存入钱包。`,
  amount: '金额',
  transfers: '转账记录',
  statement: '明细',
  empty: '还没有明细',
  emptyHint: '充点钱，或者拆一个红包。',
  kinds: {
    topUp: '充值',
    packetSent: '发出红包',
    packetOpened: '领取红包',
    packetRefund: '红包退回',
    transferSent: '转账支出',
    transferReceived: '转账收款',
    transferRefund: '转账退回',
    transferGivenBack: '退还转账',
    other: '其他',
  },
  older: '更早的明细',
  after: (amount) => `余额 ${amount}`,
  fromName: (name) => `来自${ending(name)}`,
  toName: (name) => `给${ending(name)}`,
  tooMuch: '每次最多 ¥10,000.00。',
};

export type KindName = keyof typeof en.kinds;

export const walletWords = inBoth({ en, zh });
