import { Injectable } from '@nestjs/common';

/** How many requests this process was asked, where its other threads see it too. */
@Injectable()
export class Asked {
  readonly count = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  note(): void {
    Atomics.add(this.count, 0, 1);
  }
}
