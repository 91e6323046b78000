import { readFileSync } from 'node:fs';
import { publicKeysOf } from '../platform/public-keys.js';
import { commitmentOf, leafOf, nextHead } from './chain.js';
import { checkpointOf, readCheckpoints, trustIn } from './checkpoint.js';
import { includes } from './merkle.js';

/** What docs/ledger.md tells people to compute by hand is what we compute. */
describe('the worked example', () => {
  const text = readFileSync('docs/ledger.md', 'utf8');
  const given = (name: string) => new RegExp(`^${name}='?(.+?)'?$`, 'm').exec(text)![1]!;
  const bytes = (name: string) => Buffer.from(given(name), 'hex');
  const printed = (name: string) => new RegExp(`^echo \\$${name} +# (\\w+)$`, 'm').exec(text)![1]!;
  const leaf = leafOf(Buffer.from(given('BODY')));
  const [published] = readCheckpoints(/```json\n(.*?)```/s.exec(text)![1]!);

  it('has the leaf and the head of its entry', () => {
    expect(leaf.toString('hex')).toBe(printed('LEAF'));
    expect(nextHead(bytes('BEFORE'), leaf).toString('hex')).toBe(printed('HEAD'));
  });

  it('has a proof that leads to the root of its checkpoint', () => {
    const { size, root } = checkpointOf(published!);
    expect(root.toString('hex')).toBe(printed('ROOT'));
    expect(includes(leaf, 1, size, [bytes('LEFT'), bytes('RIGHT')], root)).toBe(true);
  });

  it('has a checkpoint that its key signed', () => {
    const keys = publicKeysOf(JSON.parse(/`({"keys":\[.*?\]})`/.exec(text)![1]!))!;
    expect(trustIn(published!, keys)).toBe('ok');
  });

  it('has the commitment of its value', () => {
    const commitment = commitmentOf(bytes('SALT'), Buffer.from(given('VALUE')));
    expect(text).toContain(`# ${commitment.toString('hex')}\n`);
  });
});
