import { Controller, Get, Header } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { Open } from '../platform/open-to-all.js';
import type { PublicSigningKey } from '../platform/signing-keys.js';

/** A JWK Set (RFC 7517): by these keys anybody can check that an alert is the network's. */
@Open()
@Controller('.well-known')
export class AlertKeysController {
  constructor(private readonly config: Config) {}

  @Get('campana-keys.json')
  @Header('Content-Type', 'application/jwk-set+json')
  @Header('Cache-Control', 'public, max-age=3600')
  keys(): { keys: readonly PublicSigningKey[] } {
    return { keys: this.config.signing.publicKeys };
  }
}
