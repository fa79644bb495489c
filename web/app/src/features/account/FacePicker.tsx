import { useId } from 'preact/hooks';
import styles from './account.module.css';
import { colours, emojis, type Face } from './faces';
import { accountWords } from './words';

export function FacePicker({ face, onChange }: { face: Face; onChange: (face: Face) => void }) {
  const id = useId();
  return (
    <div class={styles.picker}>
      <fieldset class={styles.faces}>
        <legend class="visually-hidden">{accountWords.value.face}</legend>
        {emojis.map((emoji) => (
          <label key={emoji} class={styles.faceChoice}>
            <input
              type="radio"
              name={`${id}e`}
              checked={face.emoji === emoji}
              aria-label={emoji}
              onChange={() => onChange({ ...face, emoji })}
            />
            <span aria-hidden="true">{emoji}</span>
          </label>
        ))}
      </fieldset>
      <fieldset class={styles.colours}>
        <legend class="visually-hidden">{accountWords.value.colour}</legend>
        {colours.map((colour, index) => (
          <label key={colour} class={styles.colourChoice} style={{ '--swatch': colour }}>
            <input
              type="radio"
              name={`${id}c`}
              checked={face.colour === colour}
              aria-label={`${accountWords.value.colour} ${index + 1}`}
              onChange={() => onChange({ ...face, colour })}
            />
            <span />
          </label>
        ))}
      </fieldset>
    </div>
  );
}
