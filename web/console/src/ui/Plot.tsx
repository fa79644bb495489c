import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/i18n';
import { clockTime } from '../i18n/times';
import styles from './Plot.module.css';
import { linePath, niceTop, type Point, reading } from './plotModel';

export type Series = { name: string; points: readonly Point[] };

type PlotProps = {
  title: string;
  /** What one step of the upright axis is: "per second", "ms". */
  unit: string;
  series: readonly Series[];
  format: (value: number) => string;
  /** How much time is shown, in ms. */
  span: number;
  now: number;
};

const height = 150;
const pad = { top: 10, right: 8, bottom: 22, left: 46 };

/** Lines over time, one idea each. Pointer and arrow keys read values off; the words below say them too. */
export function Plot({ title, unit, series, format, span, now }: PlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSignal(480);
  const at = useSignal<number | undefined>(undefined);
  useEffect(() => {
    const box = frame.current;
    if (!box || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) width.value = Math.max(200, entry.contentRect.width);
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const w = width.value;
  const from = now - span;
  const top = niceTop(series.flatMap(({ points }) => points.map(({ value }) => value)));
  const x = (time: number) => pad.left + ((time - from) / span) * (w - pad.left - pad.right);
  const y = (value: number) => pad.top + (1 - value / top) * (height - pad.top - pad.bottom);
  const minutes = Math.round(span / 60_000);
  const shown = at.value === undefined ? undefined : Math.min(now, Math.max(from, at.value));
  const values = series.map((one) => reading(one.points, shown ?? now));
  const move = (clientX: number, box: DOMRect) => {
    at.value = from + ((clientX - box.left - pad.left) / (w - pad.left - pad.right)) * span;
  };
  const summary = series
    .map((one, i) => `${one.name} ${values[i] === undefined ? '—' : format(values[i] ?? 0)}`)
    .join(', ');
  return (
    <figure class={styles.plot}>
      <figcaption class={styles.head}>
        <span class={styles.title}>{title}</span>
        <span class={styles.unit}>{unit}</span>
      </figcaption>
      <div
        ref={frame}
        class={styles.frame}
        role="slider"
        tabIndex={0}
        aria-label={t.value.plot.label(title)}
        aria-valuemin={0}
        aria-valuemax={minutes * 60}
        aria-valuenow={Math.round(((shown ?? now) - from) / 1000)}
        aria-valuetext={`${clockTime(shown ?? now)}: ${summary}`}
        onPointerMove={(event) => move(event.clientX, event.currentTarget.getBoundingClientRect())}
        onPointerLeave={() => {
          at.value = undefined;
        }}
        onBlur={() => {
          at.value = undefined;
        }}
        onKeyDown={(event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (!step) return;
          event.preventDefault();
          at.value = Math.min(now, Math.max(from, (shown ?? now) + (step * span) / 60));
        }}
      >
        <svg width={w} height={height} aria-hidden="true">
          {[0, 0.5, 1]
            .filter((part) => part !== 0.5 || format(top / 2) !== format(top))
            .map((part) => (
              <g key={part}>
                <line class={styles.grid} x1={pad.left} x2={w - pad.right} y1={y(top * part)} y2={y(top * part)} />
                <text class={styles.tick} x={pad.left - 6} y={y(top * part) + 4} text-anchor="end">
                  {format(top * part)}
                </text>
              </g>
            ))}
          {[minutes, minutes / 2, 0].map((ago, i) => (
            <text
              key={ago}
              class={styles.tick}
              x={x(now - ago * 60_000)}
              y={height - 6}
              text-anchor={i === 0 ? 'start' : i === 1 ? 'middle' : 'end'}
            >
              {ago === 0 ? t.value.plot.now : t.value.plot.minutesAgo(ago)}
            </text>
          ))}
          {series.map((one, i) => (
            <path
              key={one.name}
              class={styles.line}
              style={{ stroke: `var(--plot-${i + 1})` }}
              d={linePath(one.points, x, y, from)}
            />
          ))}
          {shown !== undefined && (
            <g>
              <line class={styles.cross} x1={x(shown)} x2={x(shown)} y1={pad.top} y2={height - pad.bottom} />
              {series.map((one, i) => {
                const value = values[i];
                return (
                  value !== undefined && (
                    <circle
                      key={one.name}
                      cx={x(shown)}
                      cy={y(value)}
                      r="3.5"
                      style={{ fill: `var(--plot-${i + 1})` }}
                    />
                  )
                );
              })}
            </g>
          )}
        </svg>
      </div>
      <ul class={styles.legend}>
        {series.map((one, i) => (
          <li key={one.name}>
            {series.length > 1 && <span class={styles.swatch} style={{ background: `var(--plot-${i + 1})` }} />}
            {series.length > 1 && one.name}
            <b>{values[i] === undefined ? '—' : format(values[i] ?? 0)}</b>
          </li>
        ))}
        <li class={styles.when}>{shown === undefined ? t.value.plot.now : clockTime(shown)}</li>
      </ul>
    </figure>
  );
}
