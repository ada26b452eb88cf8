import { useEffect, useRef } from 'react';
import { useApp, useWorkbench } from '../../appContext.ts';
import styles from './PixelPatch.module.css';

/** Picture pixels along a side, an odd number, so that the pixel is in the middle. */
const SIDE_PX = 15;

/** A pixel among its neighbours, enlarged. */
export function PixelPatch({ x, y }: { readonly x: number; readonly y: number }) {
  const workbench = useWorkbench();
  const pictureId = useApp((state) => state.document.pictureId);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const { picture } = workbench;
    const context = canvas.current?.getContext('2d') ?? null;
    if (context === null || picture?.id !== pictureId) return;
    context.clearRect(0, 0, SIDE_PX, SIDE_PX);
    const bitmap = picture?.opened?.bitmap;
    if (bitmap === undefined) return;
    const from = (middle: number) => middle - (SIDE_PX - 1) / 2;
    context.drawImage(bitmap, -from(x), -from(y));
  }, [workbench, pictureId, x, y]);
  return (
    <span className={styles.patch} aria-hidden="true">
      <canvas ref={canvas} width={SIDE_PX} height={SIDE_PX} />
    </span>
  );
}
