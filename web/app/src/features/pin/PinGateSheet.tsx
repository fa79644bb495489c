import { useSignal } from '@preact/signals';
import { Button } from '../../ui/Button';
import { clock, useCountdown } from '../../ui/countdown';
import { Sheet } from '../../ui/Sheet';
import { PinFlowBody } from './PinFlowSheet';
import { PinPad } from './PinPad';
import styles from './PinSheets.module.css';
import type { Purpose } from './pinFlow';
import type { PinGate } from './pinGate';
import { pinWords } from './words';

type GateProps = {
  gate: PinGate;
  /** What is being paid: "¥888.00 to Chen". */
  what: string;
  onDone: () => void;
};

/** Asks for the PIN while a gate wants it: enters it, sets one first, or waits out a lockout. */
export function PinGateSheet({ gate, what, onDone }: GateProps) {
  const asking = gate.asking.value;
  // Setting a new one takes the sheet over; when it is set, the payment goes on with the PIN asked for as usual.
  const making = useSignal<Purpose | undefined>(undefined);
  const words = pinWords.value;
  if (!asking) return null;
  const purpose = making.value ?? (asking.why === 'notSet' ? 'set' : undefined);
  return (
    <Sheet title={purpose ? words[purpose] : words.pin} onClose={gate.cancel} testId="pin-sheet">
      {purpose ? (
        <PinFlowBody
          purpose={purpose}
          intro={purpose === 'set' ? words.notSet : undefined}
          onDone={() => {
            making.value = undefined;
            gate.renewed();
          }}
        />
      ) : (
        <Ask
          gate={gate}
          what={what}
          onDone={onDone}
          onForgot={() => {
            making.value = 'reset';
          }}
        />
      )}
    </Sheet>
  );
}

type AskProps = { gate: PinGate; what: string; onDone: () => void; onForgot: () => void };

function Ask({ gate, what, onDone, onForgot }: AskProps) {
  const words = pinWords.value;
  const asking = gate.asking.value;
  const until = asking?.why === 'locked' ? asking.untilMs : undefined;
  const left = useCountdown(until);
  const locked = until !== undefined && left > 0;
  const note = locked
    ? words.locked(clock(left))
    : asking?.why === 'wrong'
      ? words.wrong(asking.triesLeft)
      : asking?.why === 'locked'
        ? words.soon
        : undefined;
  return (
    <div class={styles.body}>
      <p class={styles.what}>{what}</p>
      <PinPad
        label={locked ? words.lockedTitle : words.enter}
        typed={gate.typed}
        note={note}
        bad={asking?.why === 'wrong' || locked}
        disabled={locked}
        busy={gate.busy.value}
        onComplete={async (pin) => {
          if (await gate.enter(pin)) onDone();
        }}
      />
      <Button look="plain" small onClick={onForgot} data-testid="pin-forgot">
        {words.forgot}
      </Button>
    </div>
  );
}
