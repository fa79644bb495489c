import { inBoth } from '../../i18n/i18n';

const en = {
  title: 'Discover',
  wallet: 'Wallet',
  walletHint: 'Balance and statement',
  fairness: 'How the draw works',
  fairnessHint: 'Drawn before anyone opens',
  fairnessSteps: [
    [
      'Sealed first',
      'When a packet is sent, the server picks a secret and publishes a seal on it: the SHA-256 of the secret and the rules. From then on nothing can be changed without breaking the seal.',
    ],
    [
      'Drawn by double mean',
      'Each lucky share lies between one fen and twice the average of what is left, so every opener can expect the same.',
    ],
    ['Shuffled', 'The drawn shares are shuffled. Without that the last opener would be far likelier to be luckiest.'],
    [
      'Opened in order',
      'The first to open gets the first share, the second the second. There is nothing to gain from tapping harder.',
    ],
    [
      'Shown at the end',
      'When the packet has ended, the secret is shown. “Verify the draw” in its details repeats every step in your own browser.',
    ],
  ] as [string, string][],
  sample: 'For example ¥66.60 for six',
  another: 'Draw anew',
  newGroup: 'New group',
  groupHint: 'Talk and share packets with several friends',
};

const zh: typeof en = {
  title: '发现',
  wallet: '钱包',
  walletHint: '余额、明细、充值',
  fairness: '红包怎么抽',
  fairnessHint: '拆开之前已定，人人可以核对',
  fairnessSteps: [
    ['先封印', '发红包时，服务器选定一个密钥，并公布它的封印：密钥与规则的 SHA-256。从此任何改动都会让封印对不上。'],
    ['二倍均值', '每一份都在一分钱与剩余均值的两倍之间抽取，所以先拆后拆，期望都一样。'],
    ['再打乱', '抽好的份额会被打乱。否则最后一个拆的人，手气最佳的机会会大得多。'],
    ['按顺序领', '第一个拆的人得第一份，第二个得第二份。点得再用力也没有差别。'],
    ['最后公开', '红包结束后公开密钥。详情里的“验证抽取结果”会在你自己的浏览器里重做每一步。'],
  ],
  sample: '以 ¥66.60 分给六人为例',
  another: '换个密钥',
  newGroup: '发起群聊',
  groupHint: '和几位朋友一起聊天、抢红包',
};

export const discoverWords = inBoth({ en, zh });
