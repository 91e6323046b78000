import { cover } from './cover.js';

const STRIDE = 40;
const noise = () => Uint8Array.from({ length: STRIDE * 10 }, (_, n) => (n * 97 + 31) % 256);
const AREA = { left: 2, top: 3, width: 6, height: 4 };

const inside = (n: number) => {
  const [row, column] = [Math.floor(n / STRIDE), Math.floor((n % STRIDE) / 3)];
  return row >= 3 && row < 7 && column >= 2 && column < 8;
};

describe('a covered rectangle', () => {
  it('has one colour, and everything else stays as it was', () => {
    const data = noise();
    cover({ data, stride: STRIDE, channels: 3 }, [AREA]);
    const colors = new Set<string>();
    for (let row = 3; row < 7; row++)
      for (let column = 2; column < 8; column++)
        colors.add(data.subarray(row * STRIDE + column * 3, row * STRIDE + column * 3 + 3).join());
    expect(colors.size).toBe(1);
    const before = noise();
    expect([...data].filter((value, n) => !inside(n) && value !== before[n])).toEqual([]);
  });

  it('has the mean of what was there, and so the same for whatever has the same mean', () => {
    const [one, other] = [noise(), noise()];
    // Two rows change places: a plate and its mirror look alike.
    const at = (row: number) => row * STRIDE + 6;
    other.set(one.subarray(at(3), at(3) + 18), at(4));
    other.set(one.subarray(at(4), at(4) + 18), at(3));
    expect(one).not.toEqual(other);
    for (const data of [one, other]) cover({ data, stride: STRIDE, channels: 3 }, [AREA]);
    expect(one).toEqual(other);
  });
});
