import { Controller, Get, Header } from '@nestjs/common';
import { Open } from '../platform/open-to-all.js';

/** Where an invite's link leads until the web client takes the place. It uses nothing up. */
@Open()
@Controller('invite')
export class InviteController {
  @Get(':token')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  @Header('Referrer-Policy', 'no-referrer')
  @Header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
  page(): string {
    return PAGE;
  }
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Campana: your invitation</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}</style>
<h1>You are invited to Campana</h1>
<p>This link is for you alone and works once, within 72 hours. Opening this page does not use it up.</p>
<p>To accept, give the last part of this page's address, after <code>/invite/</code>, to the
<code>acceptInvite</code> operation together with the name your colleagues know you by. Whoever
invited you can help.</p>
<p lang="es">Este enlace es solo para usted y funciona una vez, dentro de 72 horas. Abrir esta página
no lo gasta. La persona que le invitó puede ayudarle a aceptarlo.</p>
</html>
`;
