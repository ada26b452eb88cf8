import { setMaxListeners } from 'node:events';
import { Canvas, ImageData } from '@napi-rs/canvas';
import { Window } from 'happy-dom';
import { vi } from 'vitest';

// A view has as many listeners that end by one signal, of which Node warns.
setMaxListeners(50);

/** Node's canvas behind an element of the page's. */
const CANVASES = new WeakMap<object, Canvas>();

/** A page without layout whose canvases are drawn by Skia; frames come when they are called for. */
export class TestPage {
  readonly #window = new Window({ url: 'http://page.test/' });
  readonly #frames = new Map<number, FrameRequestCallback>();
  readonly #resizes = new Set<() => void>();
  #nextFrame = 1;
  #nowMs = 0;

  /** Gives Node the page's globals until `vi.unstubAllGlobals`. */
  constructor({ reducesMotion = false } = {}) {
    const resizes = this.#resizes;
    const { document } = this.#window;
    const create = document.createElement.bind(document);
    document.createElement = ((name: string) => (name === 'canvas' ? withCanvas(create(name)) : create(name))) as never;
    const globals = {
      window: this.#window,
      document,
      ImageData,
      HTMLElement: this.#window.HTMLElement,
      devicePixelRatio: 1,
      getComputedStyle: this.#window.getComputedStyle.bind(this.#window),
      matchMedia: () => ({ matches: reducesMotion }),
      requestAnimationFrame: (callback: FrameRequestCallback) => {
        this.#frames.set(this.#nextFrame, callback);
        return this.#nextFrame++;
      },
      cancelAnimationFrame: (id: number) => this.#frames.delete(id),
      ResizeObserver: class {
        readonly #resized: () => void;

        constructor(resized: () => void) {
          this.#resized = resized;
        }

        observe(): void {
          resizes.add(this.#resized);
        }

        disconnect(): void {
          resizes.delete(this.#resized);
        }
      },
    };
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  }

  /** Callbacks that wait for the next frame. */
  get framesDue(): number {
    return this.#frames.size;
  }

  /** An empty element of this size on the page. */
  host(width: number, height: number): HTMLElement {
    const host = this.#window.document.createElement('div') as unknown as HTMLElement;
    document.body.append(host);
    this.resize(host, width, height);
    return host;
  }

  /** Gives `host` another size, and tells whoever observes one. */
  resize(host: HTMLElement, width: number, height: number): void {
    for (const [name, value] of Object.entries({ clientWidth: width, clientHeight: height })) {
      Object.defineProperty(host, name, { value, configurable: true });
    }
    host.getBoundingClientRect = () => ({ left: 0, top: 0, width, height }) as DOMRect;
    for (const resized of this.#resizes) resized();
  }

  /** The next frame, `afterMs` later. */
  frame(afterMs = 16): void {
    this.#nowMs += afterMs;
    const due = [...this.#frames.values()];
    this.#frames.clear();
    for (const callback of due) callback(this.#nowMs);
  }

  /** A pointer event of the primary button at a place of `host`. */
  point(host: HTMLElement, type: string, x: number, y: number, buttons = 0): void {
    const { PointerEvent } = this.#window;
    const init = { clientX: x, clientY: y, button: 0, buttons, pointerId: 1, pointerType: 'mouse', isPrimary: true };
    host.dispatchEvent(new PointerEvent(type, { ...init, bubbles: true, cancelable: true }) as unknown as Event);
  }
}

/** An element whose width, height and context are those of a canvas of Node's. */
function withCanvas<Element extends object>(element: Element): Element {
  const canvas = new Canvas(1, 1);
  CANVASES.set(element, canvas);
  const context = new Proxy(canvas.getContext('2d'), {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) =>
        value.apply(
          target,
          args.map((arg) => (typeof arg === 'object' && arg !== null && CANVASES.get(arg)) || arg),
        );
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  });
  for (const side of ['width', 'height'] as const) {
    Object.defineProperty(element, side, {
      get: () => canvas[side],
      set: (px: number) => {
        canvas[side] = px;
      },
    });
  }
  return Object.assign(element, { getContext: () => context, animate: () => null, getAnimations: () => [] });
}

/** RGBA bytes of a layer of `host`, row-major. */
export function layerPixels(host: HTMLElement, name: string): Uint8ClampedArray {
  const element = host.querySelector(`[data-layer="${name}"]`);
  const canvas = element && CANVASES.get(element);
  if (!canvas) throw new Error(`There is no layer “${name}”.`);
  return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
}
