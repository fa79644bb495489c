import { inBoth } from '../../i18n/i18n';
import type { Stage } from './DrawStory';

type Told = Record<Stage, (amount: string, count: number) => [title: string, text: string]>;
type Picture = Record<Stage, (amount: string, count: number) => string>;

const en = {
  stepsLabel: 'Stages of the draw',
  short: { sealed: 'Sealed', cut: 'Cut', shuffled: 'Shuffled', opened: 'Opened' } as Record<Stage, string>,
  stages: {
    sealed: (amount, count) => [
      'Sealed before anyone opens',
      `The server picks a secret and shows only its seal: a fingerprint of the secret, of ${amount} and of the number ${count}. Nothing can change after that without another seal.`,
    ],
    cut: (amount, count) => [
      `${amount} is cut into ${count}`,
      'Each cut falls anywhere inside its dashed frame: from the smallest share to twice the average of what is left. The secret decides where.',
    ],
    shuffled: () => [
      'Shuffled',
      'Later cuts vary more than early ones. So the secret shuffles them all, and every place in the queue has the same chance.',
    ],
    opened: () => [
      'Opened in order',
      'The first to open gets the first share, the second the second. Tapping harder changes nothing: it was all decided under the seal.',
    ],
  } as Told,
  picture: {
    sealed: (amount) => `A sealed packet with ${amount}`,
    cut: (_, count) => `${count} shares in the order in which they were cut, each with the range it could fall in`,
    shuffled: (_, count) => `The same ${count} shares in another order`,
    opened: (_, count) => `The ${count} shares with those who opened them`,
  } as Picture,
  edges: (stage: Stage, count: number) => (stage === 'cut' ? `cuts 1 to ${count}` : `first to open … last of ${count}`),
  again: 'Play again',
  numbers: 'Every number',
  nth: (n: number) => `No. ${n}`,
  cutOf: (cut: number, rest: string) => `cut ${cut}, of ${rest} left`,
  between: (low: string, high: string) => `could be ${low} to ${high}`,
  theRest: 'the last cut takes what is left',
  export: 'Download the proof',
  exportHint: 'A file with all the numbers. “laisee verify” checks it again, without a network and without this page.',
  exported: 'The proof is in your downloads.',
};

const zh: typeof en = {
  stepsLabel: '抽取的步骤',
  short: { sealed: '封存', cut: '切分', shuffled: '打乱', opened: '拆开' },
  stages: {
    sealed: (amount, count) => [
      '先封存，后拆开',
      `服务器选定一个密钥，只公布它的封印，也就是密钥、${amount}和份数 ${count} 的指纹。之后改动任何一点，封印都会不同。`,
    ],
    cut: (amount, count) => [
      `${amount} 切成 ${count} 份`,
      '每一刀落在虚线框内的任何位置：从最小一份，到剩余均值的两倍。落在哪里，由密钥决定。',
    ],
    shuffled: () => ['再打乱顺序', '后切的份额起伏更大，所以由密钥把它们全部打乱，排在哪个位置机会都一样。'],
    opened: () => ['按顺序领取', '第一个拆的人得第一份，第二个得第二份。点得再用力也没有差别：封存时就已决定。'],
  },
  picture: {
    sealed: (amount) => `一个封存的红包，内有 ${amount}`,
    cut: (_, count) => `按切分顺序排列的 ${count} 份，以及每一份可能的范围`,
    shuffled: (_, count) => `同样的 ${count} 份，换了顺序`,
    opened: (_, count) => `${count} 份，以及领到的人`,
  },
  edges: (stage, count) => (stage === 'cut' ? `第 1 刀至第 ${count} 刀` : `最先拆开 … 第 ${count} 个`),
  again: '再看一遍',
  numbers: '每一个数字',
  nth: (n) => `第 ${n} 份`,
  cutOf: (cut, rest) => `第 ${cut} 刀，当时剩余 ${rest}`,
  between: (low, high) => `可取 ${low} 至 ${high}`,
  theRest: '最后一刀得到剩余的全部',
  export: '下载证明文件',
  exportHint: '内含全部数字。用 laisee verify 可以再次核对，不需要网络，也不需要这个页面。',
  exported: '证明文件已下载。',
};

export const drawWords = inBoth({ en, zh });
