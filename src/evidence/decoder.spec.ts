import { Decoder } from './decoder.js';
import { pdfFile } from './files.fixture.js';

describe('a thread that opens a file', () => {
  it('is ended when it takes too long, and the file is refused', async () => {
    const check = new Decoder(1).run({ kind: 'check-pdf', bytes: pdfFile() });
    await expect(check).rejects.toThrow('file: cannot be read within reason');
  });

  it('says what is wrong with the file', async () => {
    const check = new Decoder().run({ kind: 'check-pdf', bytes: Buffer.from('%PDF-1.7 %%EOF') });
    await expect(check).rejects.toThrow('file: is no sound PDF');
  });

  it('serves one file after another', async () => {
    const decoder = new Decoder();
    const bytes = pdfFile();
    const all = Array.from({ length: 6 }, () => decoder.run({ kind: 'check-pdf', bytes }));
    expect(await Promise.all(all)).toEqual(all.map(() => undefined));
  });
});
