import { Injectable } from '@nestjs/common';

/** The one home of time: everything that asks "now" asks here, so that a test can answer. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
