import type { Page } from '@playwright/test';

interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

type SendTouch = (
  type: 'touchStart' | 'touchMove' | 'touchEnd',
  touchPoints: readonly (ScreenPoint & { readonly id: number; readonly force?: number })[],
) => Promise<void>;

/** Sends touches as a touch screen does. */
export async function touches(page: Page): Promise<SendTouch> {
  const session = await page.context().newCDPSession(page);
  return async (type, touchPoints) => {
    await session.send('Input.dispatchTouchEvent', { type, touchPoints: [...touchPoints] });
  };
}

/** Draws one line with a pen, from point to point, at each with its pressure (0 to 1). */
export async function drawWithPen(
  page: Page,
  points: readonly (ScreenPoint & { readonly pressure: number })[],
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const send = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', point: ScreenPoint, pressure: number) =>
    session.send('Input.dispatchMouseEvent', {
      type,
      x: point.x,
      y: point.y,
      force: pressure,
      pointerType: 'pen',
      button: 'left',
      buttons: type === 'mouseReleased' ? 0 : 1,
      clickCount: 1,
    });
  for (const [i, point] of points.entries()) await send(i === 0 ? 'mousePressed' : 'mouseMoved', point, point.pressure);
  const last = points.at(-1);
  if (last !== undefined) await send('mouseReleased', last, 0);
  await session.detach();
}
