import { type DividerLayout, dividerAfterKey, GRIP_SIDE_PX } from './divider.ts';

const SVG = 'http://www.w3.org/2000/svg';
const BARE_LABEL = 'Divider: the bare picture on its left, the prediction on its right';
/** From the line's upper end, in CSS pixels. */
const FLAG_TOP_PX = 8;

/** Names of what lies on either side of a divider. */
export interface SideNames {
  readonly left: string;
  readonly right: string;
}

/** What a divider's handle acts on. */
interface DividerTarget {
  /** The divider whose line goes through a point of the screen. */
  dividerAt(screenX: number): number;
  moveDivider(divider: number): void;
}

/**
 * The divider's line and the grip that moves it, by pointer and by keyboard. It asks the target to be moved, and moves
 * when it is placed anew.
 */
export class DividerHandle {
  readonly element = document.createElement('div');
  readonly #line = document.createElement('div');
  readonly #leftFlag = createFlag('right');
  readonly #rightFlag = createFlag('left');
  readonly #host: HTMLElement;
  readonly #target: DividerTarget;
  #divider = 0;
  #gripX = 0;
  /** The pointer that drags it, and how far right of the grip's middle it took hold. */
  #grab: { readonly pointerId: number; readonly offsetX: number } | null = null;

  constructor(host: HTMLElement, target: DividerTarget) {
    this.#host = host;
    this.#target = target;
    const { element } = this;
    element.dataset.layer = 'divider';
    element.tabIndex = 0;
    element.setAttribute('role', 'slider');
    element.setAttribute('aria-label', BARE_LABEL);
    element.setAttribute('aria-orientation', 'horizontal');
    element.setAttribute('aria-valuemin', '0');
    element.setAttribute('aria-valuemax', '100');
    Object.assign(element.style, {
      display: 'none',
      position: 'absolute',
      width: `${GRIP_SIDE_PX}px`,
      height: `${GRIP_SIDE_PX}px`,
      borderRadius: '50%',
      cursor: 'ew-resize',
      touchAction: 'none',
    });
    Object.assign(this.#line.style, {
      position: 'absolute',
      width: '2px',
      background: '#ffffff',
      boxShadow: '0 0 0 1px rgb(0 0 0 / 0.45)',
      pointerEvents: 'none',
    });
    this.#line.append(this.#leftFlag, this.#rightFlag);
    element.append(this.#line, createKnob());
    element.addEventListener('pointerdown', (event) => this.#down(event));
    element.addEventListener('pointermove', (event) => this.#move(event));
    for (const type of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
      element.addEventListener(type, (event) => this.#release(event));
    }
    element.addEventListener('keydown', (event) => this.#keyDown(event));
  }

  /** Shows the divider where it lies; `null` hides it. */
  place(divider: number | null, layout: DividerLayout): void {
    const { style } = this.element;
    style.display = divider === null ? 'none' : 'block';
    if (divider === null) return;
    this.#divider = divider;
    this.#gripX = layout.gripX;
    const left = layout.gripX - GRIP_SIDE_PX / 2;
    const top = layout.gripY - GRIP_SIDE_PX / 2;
    style.left = `${left}px`;
    style.top = `${top}px`;
    Object.assign(this.#line.style, {
      left: `${layout.lineX - left - 1}px`,
      top: `${layout.top - top}px`,
      height: `${layout.bottom - layout.top}px`,
    });
    const percent = Math.round(divider * 100);
    this.element.setAttribute('aria-valuenow', String(percent));
    this.element.setAttribute('aria-valuetext', `${percent} % of the width`);
  }

  /** Flags at the line that name its sides; `null`: none, for the bare picture lies on its left. */
  setSides(names: SideNames | null): void {
    for (const [flag, name] of [
      [this.#leftFlag, names?.left],
      [this.#rightFlag, names?.right],
    ] as const) {
      flag.textContent = name ?? '';
      flag.style.display = name === undefined ? 'none' : 'block';
    }
    const label = names && `Divider: ${names.left} on its left, ${names.right} on its right`;
    this.element.setAttribute('aria-label', label ?? BARE_LABEL);
  }

  /** Invisible, it keeps its place and the keyboard's focus. */
  setVisible(isVisible: boolean): void {
    this.element.style.opacity = isVisible ? '' : '0';
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0 || this.#grab !== null) return;
    this.#grab = { pointerId: event.pointerId, offsetX: this.#screenXOf(event) - this.#gripX };
    this.element.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    if (this.#grab?.pointerId !== event.pointerId) return;
    this.#moveTo(this.#target.dividerAt(this.#screenXOf(event) - this.#grab.offsetX));
  }

  #release(event: PointerEvent): void {
    if (this.#grab?.pointerId === event.pointerId) this.#grab = null;
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const divider = dividerAfterKey(this.#divider, event.key, event.shiftKey);
    if (divider === null) return;
    event.preventDefault();
    // The page's shortcuts must not act on it as well.
    event.stopPropagation();
    this.#moveTo(divider);
  }

  #moveTo(divider: number): void {
    if (divider !== this.#divider) this.#target.moveDivider(divider);
  }

  #screenXOf(event: PointerEvent): number {
    return event.clientX - this.#host.getBoundingClientRect().left - this.#host.clientLeft;
  }
}

function createKnob(): SVGSVGElement {
  const knob = document.createElementNS(SVG, 'svg');
  knob.setAttribute('viewBox', '0 0 44 44');
  knob.setAttribute('aria-hidden', 'true');
  Object.assign(knob.style, { position: 'absolute', inset: '0', pointerEvents: 'none' });
  const disc = document.createElementNS(SVG, 'circle');
  for (const [name, value] of Object.entries({ cx: '22', cy: '22', r: '13', fill: '#ffffff', stroke: '#00000073' })) {
    disc.setAttribute(name, value);
  }
  const arrows = document.createElementNS(SVG, 'path');
  arrows.setAttribute('d', 'M18.5 17.5 14 22l4.5 4.5M25.5 17.5 30 22l-4.5 4.5');
  arrows.setAttribute('fill', 'none');
  arrows.setAttribute('stroke', '#1b1b22');
  arrows.setAttribute('stroke-width', '2');
  knob.append(disc, arrows);
  return knob;
}

/** A flag that hangs from the line by this edge of its own. */
function createFlag(edge: 'left' | 'right'): HTMLElement {
  const flag = document.createElement('span');
  flag.setAttribute('aria-hidden', 'true');
  Object.assign(flag.style, {
    display: 'none',
    position: 'absolute',
    top: `${FLAG_TOP_PX}px`,
    [edge]: '100%',
    minWidth: '22px',
    padding: '2px 6px',
    borderRadius: edge === 'left' ? '0 6px 6px 0' : '6px 0 0 6px',
    background: '#ffffff',
    color: '#1b1b22',
    fontWeight: '700',
    textAlign: 'center',
    boxShadow: '0 0 0 1px rgb(0 0 0 / 0.25)',
  });
  return flag;
}
