import { Injectable } from '@nestjs/common';
import { Asked } from '../platform/asked.js';
import { Places } from './places.js';

/**
 * While requests come in, and processors are few, what a fan-out consists of is done one after the other:
 * with a batch that is sent, one that PostgreSQL writes down and a page that is planned all at once, none
 * would be left for who asks.
 */
@Injectable()
export class Turns {
  private readonly one = new Places(1);

  constructor(private readonly asked: Asked) {}

  /** @returns when its turn has come, what ends it */
  async take(): Promise<() => void> {
    if (!this.asked.waitsForRoom) return () => undefined;
    await this.one.take();
    return () => this.one.give(1);
  }
}
