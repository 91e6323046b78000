import { Injectable } from '@nestjs/common';

/** When this process was last asked something, where its other threads see it too. */
@Injectable()
export class Asked {
  /** As `performance.now()`, which threads share, in whole ms that begin anew after 49 days. */
  readonly last = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  note(): void {
    Atomics.store(this.last, 0, performance.now() | 0);
  }
}

/** How long ago that was; ms. */
export function sinceAsked(last: Int32Array): number {
  const ago = ((performance.now() | 0) - Atomics.load(last, 0)) | 0;
  return ago >= 0 ? ago : Infinity;
}
