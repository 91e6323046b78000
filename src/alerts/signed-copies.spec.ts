import { freshSecrets } from '../platform/secrets.js';
import { SigningKeys } from '../platform/signing-keys.js';
import { render } from './scene.fixture.js';
import { READERS, UnreadableCopies, readCopies } from './signed-copies.js';
import { publicKeysOf, signPayload, verifyPayload } from './signature.js';

const signing = SigningKeys.from(freshSecrets());
const keys = publicKeysOf({ keys: signing.publicKeys })!;
const one = { ...signPayload(render('en', {}), signing) };
const other = { ...signPayload(render('es', {}), signing) };

it.each([
  ['one message', JSON.stringify(one), [one]],
  ['one, laid out for reading', `\n${JSON.stringify(one, null, 4)}\n`, [one]],
  ['one, saved with a byte order mark', `\uFEFF${JSON.stringify(one)}`, [one]],
  ['several', JSON.stringify([one, other]), [one, other]],
  ['a socket’s event', JSON.stringify(['alert', one]), [one]],
])('reads %s, so that each verifies', (_, text, messages) => {
  const copies = readCopies(text);
  expect(copies).toEqual({ messages, unsigned: undefined });
  for (const copy of copies.messages) expect(verifyPayload(copy, keys).kind).toBe('ok');
});

it('reads what was changed as it stands, for somebody else to judge', () => {
  const { signature: _, ...unsigned } = one;
  expect(readCopies(JSON.stringify([unsigned, { signature: 'x' }])).messages).toEqual([
    unsigned,
    { signature: 'x' },
  ]);
});

it.each([
  ['', /no form/],
  ['ICE activity near the school', /no form.*JSON/],
  ['%PDF-1.7', /no form/],
  [JSON.stringify(one).slice(0, -5), /not whole/],
  ['{}', /entry 1 is no message/],
  [JSON.stringify([one, null]), /entry 2 is no message/],
  [JSON.stringify([one, [other]]), /entry 2 is no message/],
  ['[]', /no message in it/],
  ['["alert"]', /no message in it/],
])('says why it cannot read %j', (text, why) => {
  expect(() => readCopies(text)).toThrow(UnreadableCopies);
  expect(() => readCopies(text)).toThrow(why);
});

it('knows each form by a name of its own', () => {
  const names = READERS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
