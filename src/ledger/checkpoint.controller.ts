import { Controller, Get, Header } from '@nestjs/common';
import { NotFound } from '../platform/errors.js';
import { Open } from '../platform/open-to-all.js';
import type { SignedCheckpoint } from './checkpoint.js';
import { Checkpoints } from './checkpoints.service.js';

/** What the ledger was at the last hour, for anybody who wants to hold the network to it. */
@Open()
@Controller('.well-known')
export class CheckpointController {
  constructor(private readonly checkpoints: Checkpoints) {}

  @Get('campana-ledger.json')
  @Header('Cache-Control', 'public, max-age=300')
  async latest(): Promise<SignedCheckpoint> {
    const checkpoint = await this.checkpoints.latest();
    if (!checkpoint) throw new NotFound('No checkpoint was made yet.');
    return checkpoint;
  }
}
