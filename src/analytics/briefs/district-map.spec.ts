import { XMLValidator } from 'fast-xml-parser';
import { barChart } from './bar-chart.js';
import { realGround } from './brief.fixture.js';
import { districtMap, hullOf, shades } from './district-map.js';

const text = { id: 'map', title: 'Where <it> was', alt: 'A map' };
const CELL = '8744a9115ffffff';
const numbers = (svg: string, name: string) =>
  [...svg.matchAll(new RegExp(` ${name}="([\\d.-]+)"`, 'g'))].map(([, value]) => Number(value));

describe('the map of a district', () => {
  const ground = realGround();
  const outline = ground.outline!.outline;
  const near = new Set([ground.schools[3]!.id]);
  const draw = (change: object = {}, cells = [{ key: CELL, incidents: 3 }]) =>
    districtMap({ outline, schools: ground.schools, ...change }, cells, near, text);

  it('shows every school, and those near an incident above the others', () => {
    const svg = draw();
    expect(XMLValidator.validate(svg)).toBe(true);
    const dots = [...svg.matchAll(/<circle class="([^"]+)"/g)].map(([, name]) => name);
    expect(dots).toHaveLength(ground.schools.length);
    expect(dots.at(-1)).toBe('school near');
    expect(dots.filter((name) => name === 'school near')).toHaveLength(1);
    const [, , width, height] = /viewBox="([^"]+)"/.exec(svg)![1]!.split(' ').map(Number);
    for (const x of numbers(svg, 'cx')) expect(x).toBeLessThanOrEqual(width!);
    for (const y of numbers(svg, 'cy')) expect(y).toBeLessThanOrEqual(height!);
  });

  it('has north above and west to the left', () => {
    const at = (latitude: number, longitude: number) => ({ id: 'a', latitude, longitude });
    const svg = draw({ schools: [at(28.2, -81.4), at(28.4, -81.2)] }, []);
    const [x1, x2] = numbers(svg, 'cx') as [number, number];
    const [y1, y2] = numbers(svg, 'cy') as [number, number];
    expect([x1 < x2, y1 > y2]).toEqual([true, true]);
    // As wide as high on the ground, less for the latitude.
    expect((x2 - x1) / (y1 - y2)).toBeCloseTo(Math.cos((28.3 * Math.PI) / 180), 2);
  });

  it('shows the whole district in a corner where its schools lie in a part of it', () => {
    expect(draw()).toContain('class="inset"');
    expect(draw({ outline: null })).not.toContain('class="inset"');
  });

  it('draws a line around the cells of the schools where there is no outline', () => {
    expect(draw({ outline: null })).toContain('class="district hull"');
    const [part] = hullOf([ground.schools[0]!]);
    expect(part![0]!.length).toBeGreaterThan(6);
  });

  it('is nothing where there is nothing to show', () => {
    expect(draw({ schools: [] }, [])).toBe('');
  });

  it('is the darker the more there were', () => {
    const shade = shades([1, 5, 20].map((incidents) => ({ key: String(incidents), incidents })));
    expect([1, 5, 20].map(shade)).toEqual([0, 1, 3]);
    expect(shades([{ key: 'a', incidents: 1 }])(1)).toBe(2);
  });
});

describe('a bar chart', () => {
  const bars = (...counts: number[]) =>
    counts.map((count, index) => ({ label: `L${index}`, count, text: String(count) }));

  it('has bars as high as their counts, with their numbers above', () => {
    const svg = barChart(bars(0, 5, 10), text);
    expect(XMLValidator.validate(svg)).toBe(true);
    const [none, half, whole] = numbers(svg, 'height') as [number, number, number];
    expect(none).toBe(0);
    expect(whole).toBeCloseTo(2 * half, 0);
    expect([...svg.matchAll(/class="count"[^>]*>(\d+)</g)].map(([, n]) => n)).toEqual(['5', '10']);
    expect(svg).toContain('Where &lt;it&gt; was');
  });

  it('has whole numbers at its side, also for one and none', () => {
    for (const counts of [[1], [0, 0], [3]]) {
      const svg = barChart(bars(...counts), text);
      for (const [, tick] of svg.matchAll(/class="tick"[^>]*>([^<]+)</g))
        expect(tick).toMatch(/^\d+$/);
      expect(svg).not.toContain('NaN');
    }
  });

  it('leaves out labels that would touch one another', () => {
    const svg = barChart(bars(...Array.from({ length: 60 }, () => 1)), text);
    expect(svg.match(/class="label"/g)!.length).toBeLessThanOrEqual(13);
  });
});
