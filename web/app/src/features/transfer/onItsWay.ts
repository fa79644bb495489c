import { type Transfer, TransferStatus } from '../../client/wire';
import { t } from '../../i18n/i18n';
import { momentHeading } from '../../i18n/times';

/** What is still waited for, in the words of its card; undefined once the money is with either of the two. */
export function onItsWay({ status, arrivesAtMs }: Transfer): string | undefined {
  const words = t.value.transfer.card;
  switch (status) {
    case TransferStatus.FUNDED:
      return words.onItsWay;
    case TransferStatus.PENDING:
      return words.pending(momentHeading(Number(arrivesAtMs)));
    case TransferStatus.FROZEN:
      return words.frozen;
    case TransferStatus.ARRIVED:
      return words.waiting;
    default:
      return undefined;
  }
}
