import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { screenToImage } from '../view/viewTransform.ts';
import { PointerInput, type PointerTarget } from './pointerInput.ts';
import { eventOf, NotingTool, PointerHost, VIEW } from './pointerTestTools.ts';

interface PointerFacts {
  readonly pointerId?: number;
  readonly pointerType?: 'mouse' | 'pen' | 'touch';
  readonly button?: number;
  readonly buttons?: number;
  readonly pressure?: number;
  readonly ctrlKey?: boolean;
  readonly shiftKey?: boolean;
  readonly timeStamp?: number;
}

let host: PointerHost;
let tool: NotingTool | null;
let input: PointerInput;
let log: string[];

/** A pointer event at a point of the host. */
function pointer(type: string, x: number, y: number, facts: PointerFacts & { coalesced?: [number, number][] } = {}) {
  const mouse = { pointerId: 1, pointerType: 'mouse', pressure: 0.5, ctrlKey: false, shiftKey: false, timeStamp: 0 };
  const defaults = { ...mouse, button: 0, buttons: 0, clientX: x + 10, clientY: y + 20 };
  const { coalesced = [], ...given } = facts;
  const steps = coalesced.map(([stepX, stepY]) =>
    eventOf(type, { ...defaults, ...given, clientX: stepX + 10, clientY: stepY + 20 }),
  );
  host.dispatchEvent(eventOf(type, { ...defaults, ...given, getCoalescedEvents: () => steps }));
}

/** Presses and releases; the clock stands unless told. */
function click(x: number, y: number, facts: PointerFacts = {}) {
  pointer('pointerdown', x, y, facts);
  pointer('pointerup', x, y, facts);
}

const touch = (pointerId: number, timeStamp = 0) => ({ pointerId, pointerType: 'touch', timeStamp }) as const;

beforeEach(() => {
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('Element', class {});
  host = new PointerHost();
  tool = new NotingTool();
  log = [];
  const target: PointerTarget = {
    currentTool: () => tool,
    toImage: (point) => screenToImage(VIEW, point),
    imagePxPerScreenPx: () => 1 / VIEW.scale,
    zoomAt: ({ screenX, screenY }, factor) => log.push(`zoom ${screenX},${screenY} ×${factor.toFixed(2)}`),
    panBy: (deltaX, deltaY) => log.push(`pan ${deltaX},${deltaY}`),
    pinch: () => log.push('pinch'),
    pointAt: (point) => log.push(point === null ? 'cursor away' : `cursor ${point.screenX},${point.screenY}`),
    showPointer: (look) => log.push(look),
    turnBrushWheel: (direction) => log.push(`brush ${direction}`),
  };
  input = new PointerInput(host as unknown as HTMLElement, target);
});

afterEach(() => {
  input.dispose();
  vi.unstubAllGlobals();
});

describe('a stroke', () => {
  it('gets every coalesced step, and its end where the pointer was let go', () => {
    pointer('pointerdown', 40, 40);
    pointer('pointermove', 80, 40, {
      coalesced: [
        [60, 40],
        [80, 40],
      ],
    });
    pointer('pointerup', 120, 60);
    expect(tool?.take()).toEqual(['down 40,40', 'move 60,40', 'move 80,40', 'up 120,60']);
    expect(host.captured).toEqual([1]);
  });

  it('is secondary for the right button, a pen’s eraser and Ctrl, from down to up', () => {
    for (const facts of [{ button: 2 }, { button: 5, pointerType: 'pen' }, { ctrlKey: true }] as const) {
      pointer('pointerdown', 40, 40, facts);
      pointer('pointermove', 80, 40);
      pointer('pointerup', 80, 40);
      expect(tool?.take()).toEqual(['down 40,40 secondary', 'move 80,40 secondary', 'up 80,40 secondary']);
    }
  });

  it('has a pen’s pressure, which its last point keeps', () => {
    const pen = { pointerType: 'pen' } as const;
    pointer('pointerdown', 40, 40, { ...pen, pressure: 0.25 });
    pointer('pointermove', 80, 40, { ...pen, pressure: 0.75 });
    pointer('pointerup', 90, 40, { ...pen, pressure: 0 });
    expect(tool?.pressures).toEqual([0.25, 0.75, 0.75]);
    click(40, 40);
    expect(tool?.pressures.slice(3)).toEqual([null, null]);
  });

  it('ends as if it had not begun when the browser takes the pointer, or Escape', () => {
    pointer('pointerdown', 40, 40);
    pointer('pointercancel', 40, 40);
    expect(tool?.take()).toEqual(['down 40,40', 'cancel']);
    pointer('pointerdown', 40, 40);
    expect(input.cancel()).toBe(true);
    pointer('pointerup', 40, 40);
    expect(tool?.take()).toEqual(['down 40,40', 'cancel']);
    expect(input.cancel()).toBe(false);
  });

  it('can be finished where it has come to, as if it had been released there, once', () => {
    pointer('pointerdown', 40, 40);
    pointer('pointermove', 44, 40);
    expect(input.finishPress()).toBe(true);
    expect(input.finishPress()).toBe(false);
    // The hand moves on, and lets go.
    pointer('pointermove', 60, 40, { buttons: 1 });
    pointer('pointerup', 60, 40);
    expect(tool?.take()).toEqual(['down 40,40', 'move 44,40', 'up 44,40']);
  });

  it('does not begin on a control over the picture', () => {
    const knob = new EventTarget();
    host.dispatchEvent(
      eventOf('pointerdown', { target: knob, button: 0, pointerId: 1, pointerType: 'mouse', clientX: 50, clientY: 60 }),
    );
    expect(tool?.take()).toEqual([]);
  });
});

describe('dispose', () => {
  it('cancels what is under way and listens no more', () => {
    pointer('pointerdown', 40, 40);
    input.dispose();
    pointer('pointermove', 50, 40);
    click(60, 40);
    expect(tool?.take()).toEqual(['down 40,40', 'cancel', 'hover nothing']);
  });
});

describe('hovering', () => {
  it('is told of moves without a button, and of leaving', () => {
    pointer('pointermove', 40, 40);
    pointer('pointermove', 44, 40, { buttons: 1 });
    pointer('pointerleave', 44, 40);
    expect(tool?.take()).toEqual(['hover 40,40', 'hover nothing']);
  });

  it('is told again when the view or the tool changes', () => {
    pointer('pointermove', 40, 40);
    const former = tool;
    input.leaveTool();
    tool = new NotingTool(true);
    input.hoverAgain();
    expect(former?.take()).toEqual(['hover 40,40', 'hover nothing']);
    expect(tool.take()).toEqual(['hover 40,40']);
    expect(log.at(-1)).toBe('cross');
  });
});

describe('a tool that takes several presses', () => {
  beforeEach(() => {
    tool = new NotingTool(true);
  });

  it('finishes at a double click, of which the second press does not arrive', () => {
    click(40, 40, { timeStamp: 0 });
    click(200, 40, { timeStamp: 200 });
    click(200, 200, { timeStamp: 1000 });
    click(202, 201, { timeStamp: 1200 });
    expect(tool?.take()).toEqual([
      'down 40,40',
      'up 40,40',
      'down 200,40',
      'up 200,40',
      'down 200,200',
      'up 200,200',
      'finish',
    ]);
    click(202, 201, { timeStamp: 1300 });
    expect(tool?.take()).toEqual(['down 202,201', 'up 202,201']);
  });

  it('takes slow presses at one place, and presses after a drag, for what they are', () => {
    click(40, 40, { timeStamp: 0 });
    click(40, 40, { timeStamp: 900 });
    pointer('pointerdown', 80, 80, { timeStamp: 2000 });
    pointer('pointermove', 120, 80);
    pointer('pointerup', 120, 80, { timeStamp: 2100 });
    click(80, 80, { timeStamp: 2200 });
    expect(tool?.take()).not.toContain('finish');
  });

  it('is cancelled without a button down, once', () => {
    click(40, 40);
    expect(input.cancel()).toBe(true);
    expect(tool?.take()).toEqual(['down 40,40', 'up 40,40', 'cancel']);
    expect(input.cancel()).toBe(false);
  });

  it('is cancelled when it is changed for another', () => {
    click(40, 40);
    input.leaveTool();
    expect(tool?.take().slice(2)).toEqual(['cancel', 'hover nothing']);
  });

  it('stays as it is while the view is moved in between, and Escape then ends the move alone', () => {
    click(40, 40);
    pointer('pointermove', 50, 50);
    tool?.take();
    window.dispatchEvent(eventOf('keydown', { code: 'Space', target: null }));
    pointer('pointerdown', 50, 50);
    pointer('pointermove', 70, 50, { buttons: 1 });
    expect(input.cancel()).toBe(true);
    pointer('pointerup', 70, 50);
    window.dispatchEvent(eventOf('keyup', { code: 'Space' }));
    expect(tool?.take()).toEqual(['hover nothing', 'hover 70,50']);
    expect(log).toContain('pan 20,0');
    expect(tool?.isActive).toBe(true);
  });

  it('does not notice a pinch', () => {
    click(40, 40, touch(1));
    tool?.take();
    pointer('pointerdown', 100, 100, touch(2, 1000));
    pointer('pointerdown', 200, 100, touch(3, 1050));
    pointer('pointermove', 220, 100, touch(3, 1100));
    pointer('pointerup', 100, 100, touch(2, 1200));
    pointer('pointerup', 220, 100, touch(3, 1200));
    expect(tool?.take()).toEqual([]);
    expect(log).toContain('pinch');
    click(60, 40, touch(4, 2000));
    expect(tool?.take()).toEqual(['down 60,40', 'up 60,40']);
  });

  it('lets a finger drag what it pressed', () => {
    click(40, 40, touch(1));
    tool?.take();
    pointer('pointerdown', 100, 100, touch(2, 1000));
    pointer('pointermove', 105, 100, touch(2));
    pointer('pointermove', 130, 100, touch(2));
    pointer('pointerup', 140, 100, touch(2));
    expect(tool?.take()).toEqual(['down 100,100', 'move 130,100', 'up 140,100']);
  });

  it('keeps what earlier presses began when the browser takes a later one’s pointer', () => {
    click(40, 40);
    pointer('pointerdown', 100, 100, { timeStamp: 1000 });
    pointer('pointercancel', 100, 100);
    expect(tool?.take().slice(2)).toEqual(['down 100,100', 'up 100,100']);
  });
});

describe('fingers and pens', () => {
  it('make a pinch of two fingers that land together, and leave an older stroke as it is', () => {
    pointer('pointerdown', 100, 100, touch(1, 0));
    pointer('pointerdown', 200, 100, touch(2, 100));
    expect(tool?.take()).toEqual(['down 100,100', 'cancel']);
    pointer('pointerup', 100, 100, touch(1));
    pointer('pointerup', 200, 100, touch(2));
    pointer('pointerdown', 100, 100, touch(3, 1000));
    pointer('pointermove', 160, 100, touch(3, 1300));
    pointer('pointerdown', 300, 100, touch(4, 1500));
    expect(tool?.take()).toEqual(['down 100,100', 'move 160,100', 'up 160,100']);
  });

  it('pan with one finger once a pen was seen, which takes over from a resting hand', () => {
    pointer('pointerdown', 100, 100, touch(1));
    pointer('pointerdown', 50, 50, { pointerId: 9, pointerType: 'pen' });
    pointer('pointermove', 110, 100, touch(1));
    pointer('pointerup', 60, 50, { pointerId: 9, pointerType: 'pen' });
    expect(tool?.take()).toEqual(['down 100,100', 'cancel', 'down 50,50', 'up 60,50']);
    expect(log).not.toContain('pan 10,0');
    pointer('pointerup', 110, 100, touch(1));
    pointer('pointerdown', 100, 100, touch(2));
    pointer('pointermove', 130, 105, touch(2));
    pointer('pointerdown', 50, 50, { pointerId: 9, pointerType: 'pen' });
    pointer('pointermove', 150, 105, touch(2));
    expect(tool?.take()).toEqual(['down 50,50']);
    expect(log.filter((entry) => entry.startsWith('pan'))).toEqual(['pan 30,5']);
    // The hand that was there before is no finger of a pinch.
    pointer('pointerup', 50, 50, { pointerId: 9, pointerType: 'pen' });
    pointer('pointerdown', 200, 200, touch(3));
    pointer('pointermove', 210, 200, touch(3));
    expect(log.at(-1)).toBe('pan 10,0');
  });

  it('leave a pen’s stroke alone', () => {
    pointer('pointerdown', 50, 50, { pointerId: 9, pointerType: 'pen' });
    pointer('pointerdown', 100, 100, touch(1));
    pointer('pointerdown', 120, 100, touch(2));
    pointer('pointermove', 60, 50, { pointerId: 9, pointerType: 'pen' });
    expect(tool?.take()).toEqual(['down 50,50', 'move 60,50']);
    expect(log).not.toContain('pinch');
  });
});

describe('the wheel and Safari’s pinch', () => {
  const wheel = (facts: object) =>
    eventOf('wheel', {
      clientX: 110,
      clientY: 120,
      deltaX: 0,
      deltaY: 0,
      deltaMode: 0,
      shiftKey: false,
      ctrlKey: false,
      ...facts,
    });

  it('zoom at the pointer, with Ctrl and Shift too; Shift alone turns the brush', () => {
    const events = [
      wheel({ deltaY: -100 }),
      wheel({ deltaX: -100, shiftKey: true }),
      wheel({ deltaY: -10, ctrlKey: true, shiftKey: true }),
    ];
    for (const event of events) host.dispatchEvent(event);
    expect(log.slice(1)).toEqual(['zoom 100,100 ×1.16', 'brush 1', 'zoom 100,100 ×1.11']);
    expect(events.every((event) => event.defaultPrevented)).toBe(true);
  });

  it('zoom by a gesture’s scale and keep the page from zooming, but not under fingers on the glass', () => {
    const gesture = (type: string, scale: number) => eventOf(type, { scale, clientX: 60, clientY: 70 });
    const start = gesture('gesturestart', 1);
    host.dispatchEvent(start);
    host.dispatchEvent(gesture('gesturechange', 1.5));
    expect(start.defaultPrevented).toBe(true);
    expect(log.at(-1)).toBe('zoom 50,50 ×1.50');
    pointer('pointerdown', 100, 100, touch(1));
    const count = log.filter((entry) => entry.startsWith('zoom')).length;
    host.dispatchEvent(gesture('gesturechange', 2));
    expect(log.filter((entry) => entry.startsWith('zoom'))).toHaveLength(count);
  });
});

describe('moving the picture', () => {
  it('is what the primary button does without a tool, and the middle one always', () => {
    pointer('pointerdown', 50, 50, { button: 1 });
    pointer('pointermove', 60, 45);
    pointer('pointerup', 60, 45);
    tool = null;
    pointer('pointerdown', 50, 50);
    pointer('pointermove', 40, 50);
    pointer('lostpointercapture', 40, 50);
    expect(log.filter((entry) => entry.startsWith('pan'))).toEqual(['pan 10,-5', 'pan -10,0']);
    expect(log.at(-1)).toBe('open');
  });
});
