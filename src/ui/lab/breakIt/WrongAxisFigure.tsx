import { Shuffle } from 'lucide-react';
import { useMemo, useState } from 'react';
import { type Chip, Chips } from '../../controls/Chips.tsx';
import controls from '../../controls/controls.module.css';
import { tip } from '../../controls/tooltip.ts';
import panel from './BreakItPanel.module.css';
import styles from './WrongAxisFigure.module.css';
import { CHANNELS, type LogitFate, TINY_SIDE_PX, tinyMasks, wrongAxis } from './wrongAxis.ts';

type Batch = '1' | '2' | '3';
type Product = 'careless' | 'careful';

const BATCHES: readonly Chip<Batch>[] = [
  { value: '1', name: 'B = 1', hint: 'One picture in the batch' },
  { value: '2', name: 'B = 2', hint: 'Two pictures' },
  { value: '3', name: 'B = 3', hint: 'Three pictures: as many as there are classes' },
];

const PRODUCTS: readonly Chip<Product>[] = [
  { value: 'careless', name: 'logits * h', hint: 'Lines h’s pictures up with the channels' },
  { value: 'careful', name: 'logits * h[:, None]', hint: 'Puts an axis of one in the channels’ place' },
];

/** Of the channels, and of as many pictures. */
const NUMBERS = Array.from({ length: CHANNELS }, (_, c) => c + 1);

/** The accident that passes every test with a batch of one: `[B, H, W]` against `[B, C, H, W]`. */
export function WrongAxisFigure() {
  const [batch, setBatch] = useState<Batch>('3');
  const [product, setProduct] = useState<Product>('careless');
  const [turn, setTurn] = useState(0);
  const pictures = Number(batch);
  const masks = useMemo(() => tinyMasks(pictures, turn), [pictures, turn]);
  const result = useMemo(() => wrongAxis(masks, pictures, product === 'careful'), [masks, pictures, product]);
  return (
    <article className={panel.accident} aria-label="The wrong axis">
      <h3>The wrong axis</h3>
      <p>
        A mask h of [B, H, W] times logits of [B, C, H, W] lines up from the last axis: B meets C. With as many pictures
        as classes nobody complains, and channel c of every picture is masked by picture c.
      </p>
      <div className={styles.controls}>
        <Chips label="Pictures in the batch" value={batch} chips={BATCHES} onChange={(value) => setBatch(value)} />
        <button
          type="button"
          className={controls.icon}
          aria-label="Other strokes"
          onClick={() => setTurn(turn + 1)}
          {...tip('Other strokes')}
        >
          <Shuffle size={16} />
        </button>
      </div>
      <Chips label="Masked by" value={product} chips={PRODUCTS} onChange={(value) => setProduct(value)} />
      <div className={styles.batch} aria-hidden="true">
        <span />
        <span className={styles.head}>strokes</span>
        {NUMBERS.map((number) => (
          <span key={number} className={styles.head}>
            {`channel ${number}`}
          </span>
        ))}
        {NUMBERS.slice(0, pictures).map((number) => (
          <PictureRow key={number} number={number} masks={masks} fates={result.fates?.[number - 1] ?? null} />
        ))}
      </div>
      <p role="status">{words(result, pictures, product)}</p>
      <ul className={styles.legend} aria-hidden="true">
        <li data-fate="kept">kept</li>
        <li data-fate="lost">labeled, lost</li>
        <li data-fate="leaked">unlabeled, kept</li>
      </ul>
    </article>
  );
}

interface PictureRowProps {
  readonly number: number;
  readonly masks: Uint8Array;
  readonly fates: readonly (readonly LogitFate[])[] | null;
}

function PictureRow({ number, masks, fates }: PictureRowProps) {
  const size = TINY_SIDE_PX ** 2;
  const own = Array.from(masks.subarray((number - 1) * size, number * size), (labeled) =>
    labeled === 1 ? 'kept' : 'out',
  );
  return (
    <>
      <span className={styles.head}>{number}</span>
      <Tiny fates={own} />
      {NUMBERS.map((channelNumber) => {
        const channel = fates?.[channelNumber - 1];
        return channel === undefined ? (
          <span key={channelNumber} className={styles.error}>
            ×
          </span>
        ) : (
          <Tiny key={channelNumber} fates={channel} />
        );
      })}
    </>
  );
}

function Tiny({ fates }: { readonly fates: readonly LogitFate[] }) {
  return (
    <svg viewBox={`0 0 ${TINY_SIDE_PX} ${TINY_SIDE_PX}`} className={styles.tiny} aria-hidden="true">
      {fates.map((fate, i) => {
        const [x, y] = [i % TINY_SIDE_PX, Math.floor(i / TINY_SIDE_PX)];
        return fate === 'out' ? null : (
          <rect key={`${x} ${y}`} x={x} y={y} width={1} height={1} className={styles[fate]} />
        );
      })}
    </svg>
  );
}

function words({ fates, lost, leaked }: ReturnType<typeof wrongAxis>, pictures: number, product: Product): string {
  if (fates === null) return `An error, luckily: ${pictures} pictures do not fit ${CHANNELS} channels.`;
  if (lost + leaked > 0) {
    return `No error: ${lost} logits of labeled pixels are lost, ${leaked} of unlabeled ones are trained on.`;
  }
  if (product === 'careful') return 'Right for every batch: each picture’s mask covers all of its channels.';
  return 'Right by luck: a batch of one is repeated over the channels. The test passes, the training does not.';
}
