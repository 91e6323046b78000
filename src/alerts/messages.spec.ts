import fc from 'fast-check';
import { localeFinder, localeOf } from '../platform/locale.js';
import { localeMeta, resolveLocale, supportedLocales } from './messages.js';
import { ID, render, type Scene, URL, uuid, words } from './scene.fixture.js';

const RIGHTS =
  'If officers speak to you, stay calm; do not run or interfere. You have the right to remain silent. You do not have to open your door or consent to a search without a warrant signed by a judge.';
const DERECHOS =
  'Si un agente le habla, mantenga la calma; no corra ni interfiera. Usted tiene derecho a guardar silencio. No tiene que abrir la puerta ni permitir un registro (cateo) sin una orden firmada por un juez.';

describe('the words a family reads', () => {
  test('an alert, whole', () => {
    expect(render('en', {})).toEqual({
      id: ID,
      incidentId: uuid(0),
      msgType: 'Alert',
      status: 'Actual',
      headline: 'ICE activity within ½ mile of Oak Ridge Elementary School',
      body: 'ICE officers were observed stopping a vehicle within ½ mile of Oak Ridge Elementary School around 8:10 AM. Seen there: 3 officers and 2 vehicles. A trained observer reported it and a second person verified it. Arrival, pickup and travel nearby may be affected. Last confirmed around 8:16 AM.',
      instruction: `Follow your school’s instructions for arrival and pickup. If you can safely wait, wait for the all-clear. ${RIGHTS}`,
      locale: 'en',
      sent: '2026-03-03T13:16:00.000Z',
      expires: '2026-03-03T14:16:00.000Z',
      references: [],
      url: URL,
    });
  });

  test('the same in Spanish, for a phone set to Mexican Spanish', () => {
    const payload = render('es-MX', {});
    expect(payload.locale).toBe('es');
    expect(words(payload)).toEqual([
      'Actividad de ICE a menos de 800 m de Oak Ridge Elementary School',
      'Se observó a agentes de ICE deteniendo un vehículo a menos de 800 m de Oak Ridge Elementary School (hora aproximada: 8:10 a.m.). En el lugar: 3 agentes y 2 vehículos. Lo reportó una persona capacitada y otra persona lo verificó. Esto puede afectar la entrada y la salida de clases (última confirmación: 8:16 a.m.).',
      `Siga las instrucciones de su escuela para la entrada y la salida. Si puede esperar sin riesgo, espere el fin de la alerta. ${DERECHOS}`,
    ]);
  });

  const unidentified: Scene = {
    facts: { activity: 'PRESENCE', agency: 'UNKNOWN', agents: 1, vehicles: null, reports: 3 },
    meters: 50,
    sent: new Date('2026-03-04T13:16:00Z'),
    expires: new Date('2026-03-04T14:16:00Z'),
  };

  test('nobody identified them, several saw it, and it was yesterday', () => {
    expect(words(render('en', unidentified)).slice(0, 2)).toEqual([
      'Possible immigration enforcement at or next to Oak Ridge Elementary School',
      'Officers whose agency is not yet identified were observed at or next to Oak Ridge Elementary School around Tuesday, March 3 at 8:10 AM. Seen there: 1 officer. 3 trained observers reported it independently. Arrival, pickup and travel nearby may be affected. Last confirmed around 8:16 AM.',
    ]);
    expect(words(render('es', unidentified)).slice(0, 2)).toEqual([
      'Posible actividad de inmigración en Oak Ridge Elementary School o muy cerca',
      'Se observó a agentes de una agencia sin identificar en Oak Ridge Elementary School o muy cerca (hora aproximada: martes, 3 de marzo, 8:10 a.m.). En el lugar: 1 agente. Lo reportaron 3 personas capacitadas, cada una por su cuenta. Esto puede afectar la entrada y la salida de clases (última confirmación: 8:16 a.m.).',
    ]);
  });

  const moved: Scene = { kind: 'UPDATE', change: 'MOVED', meters: 1700 };

  test('it has moved', () => {
    expect(words(render('en', moved))).toEqual([
      'Moved: ICE activity now more than 1 mile from Oak Ridge Elementary School',
      'The activity first observed around 8:10 AM has moved. ICE officers are now reported more than 1 mile from Oak Ridge Elementary School. Seen there: 3 officers and 2 vehicles. A trained observer reported it and a second person verified it. Arrival and pickup may be affected. Last confirmed around 8:16 AM.',
      `Check the new place before you travel. Follow your school’s instructions for arrival and pickup. ${RIGHTS}`,
    ]);
    expect(words(render('es', moved))).toEqual([
      'Cambió de lugar. Actividad de ICE, ahora a más de 1.6 km de Oak Ridge Elementary…',
      'La actividad cambió de lugar (primera observación: 8:10 a.m.). Ahora se reporta a agentes de ICE a más de 1.6 km de Oak Ridge Elementary School. En el lugar: 3 agentes y 2 vehículos. Lo reportó una persona capacitada y otra persona lo verificó. Esto puede afectar la entrada y la salida de clases (última confirmación: 8:16 a.m.).',
      `Revise el nuevo lugar antes de salir. Siga las instrucciones de su escuela para la entrada y la salida. ${DERECHOS}`,
    ]);
  });

  test('it goes on, until a time of the school’s clock', () => {
    expect(render('en', { kind: 'UPDATE', change: 'EXTENDED' }).body).toMatch(
      /^This alert is still in effect, now until 9:16 AM\. ICE officers were observed/,
    );
  });

  test('it is over', () => {
    expect(words(render('en', { kind: 'ALL_CLEAR' }))).toEqual([
      'All clear: the alert for Oak Ridge Elementary School has ended',
      'The activity reported within ½ mile of Oak Ridge Elementary School, first observed around 8:10 AM, is no longer observed. The alert network has ended this alert. No further effect on arrival or pickup is expected.',
      'You can return to your usual plans for arrival and pickup, unless your school says otherwise. If activity is observed and verified again, you will get a new alert.',
    ]);
    expect(words(render('es', { kind: 'ALL_CLEAR' }))).toEqual([
      'Fin de la alerta sobre Oak Ridge Elementary School: ya no se observa actividad',
      'Ya no se observa la actividad reportada a menos de 800 m de Oak Ridge Elementary School (primera observación: 8:10 a.m.). La red de alertas dio por terminada esta alerta. No se espera que afecte más la entrada ni la salida de clases.',
      'Puede volver a sus planes habituales para la entrada y la salida, a menos que su escuela indique otra cosa. Si se observa y se verifica otra actividad, recibirá una nueva alerta.',
    ]);
  });

  test('it was wrong', () => {
    expect(words(render('en', { kind: 'RETRACTION' }))).toEqual([
      'Correction: the earlier alert for Oak Ridge Elementary School was wrong',
      'The earlier alert was wrong. What was reported within ½ mile of Oak Ridge Elementary School around 8:10 AM was not what it seemed. The alert network reviewed it and withdrew the alert. We are sorry for the worry it caused.',
      'You do not need to do anything because of that alert. If you shared it, please share this correction too. Your usual plans for arrival and pickup apply, unless your school says otherwise.',
    ]);
    expect(render('es', { kind: 'RETRACTION' }).body).toBe(
      'La alerta anterior era incorrecta. Lo que se reportó a menos de 800 m de Oak Ridge Elementary School (hora aproximada: 8:10 a.m.) no era lo que parecía. La red de alertas lo revisó y retiró la alerta. Lamentamos la preocupación que causó.',
    );
  });

  test('it is only practice', () => {
    const [headline, body, instruction] = words(render('en', { exercise: true }));
    expect(headline).toBe('DRILL: ICE activity within ½ mile of Oak Ridge Elementary School');
    expect(body).toMatch(/^DRILL\. This is practice; nothing described here is happening\. ICE /);
    expect(instruction).toMatch(/^DRILL\. You do not need to do anything\. In a real alert/);
    expect(render('es', { exercise: true }).headline).toMatch(/^SIMULACRO\. Actividad de ICE/);
  });

  test('a count that nobody gave, or of zero, is not told', () => {
    expect(render('en', { facts: { agents: null, vehicles: 0 } }).body).not.toMatch(/Seen| {2}/);
    expect(render('en', { facts: { agents: 0, vehicles: 1 } }).body).toMatch(
      /Seen there: 1 vehicle\./,
    );
  });
});

test.each(supportedLocales().filter((locale) => locale !== 'en'))(
  '%s names a day in its own words',
  (locale) => {
    const start = Date.UTC(2026, 0, 1, 13);
    for (let day = 0; day < 365; day += 17) {
      const onset = new Date(start + day * 86_400_000);
      const sent = new Date(onset.getTime() + 86_400_000);
      const { body } = render(locale, { onset, sent, expires: new Date(sent.getTime() + 60_000) });
      expect(body).not.toMatch(
        /\b(\w{3,}day|January|February|March|April|June|July|August|(Sept|Octo|Nov|Dec)e?m?ber)\b/,
      );
    }
  },
);

describe('resolveLocale', () => {
  test.each([
    ['en', 'en'],
    ['es', 'es'],
    ['es-MX', 'es'],
    ['es-419-u-nu-latn', 'es'],
    ['ES_mx', 'es'],
    ['es-x-private', 'es'],
    ['en-GB', 'en'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-Hans-CN', 'zh-Hans'],
    ['zh-TW', 'zh-Hans'],
    ['zh-HK', 'zh-Hans'],
    ['zh-Hant', 'zh-Hans'],
    ['ko-KR', 'ko'],
    ['vi-VN', 'vi'],
    ['tl', 'tl'],
    ['tl-PH', 'tl'],
    ['fil', 'tl'],
    ['fil-PH', 'tl'],
    ['xx', 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['../en', 'en'],
    ['es\u0000', 'en'],
    ['es-'.repeat(5000), 'en'],
    ['__proto__', 'en'],
  ])('%j → %s', (tag, locale) => {
    expect(resolveLocale(tag)).toBe(locale);
  });

  test('every supported locale is itself', () => {
    expect(supportedLocales()).toEqual(expect.arrayContaining(['en', 'es']));
    for (const locale of supportedLocales()) expect(resolveLocale(locale)).toBe(locale);
    expect(localeMeta('es-MX')).toMatchObject({
      name: 'Español',
      units: 'metric',
      reviewed: false,
    });
  });

  test('no string at all makes it fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (tag) => {
        expect(supportedLocales()).toContain(resolveLocale(tag));
      }),
    );
  });

  test('a subscription, told by its stored locale, gets the language that its tag resolves to', () => {
    const nearest = localeFinder(supportedLocales());
    const tags = [
      'es-MX',
      'zh-TW',
      'zh-Hans-CN',
      'tl-PH',
      'fil',
      'ko',
      'de',
      ...supportedLocales(),
    ];
    for (const tag of tags) expect(nearest(localeOf(tag)!) ?? 'en').toBe(resolveLocale(tag));
  });
});

test('what cannot fit is refused, not cut', () => {
  const references = ['x'.repeat(3000)];
  expect(() => render('en', { kind: 'ALL_CLEAR', references })).toThrow(RangeError);
});
