import type { BriefWords } from './brief-words.js';

/** Spanish. No native legal reader has reviewed it yet. */
export const SPANISH: BriefWords = {
  locale: 'es-US',
  title: 'Control migratorio cerca de las escuelas',
  period: (from, to) => `Del ${from} al ${to}`,
  madeOn: (day) => `Elaborado el ${day}`,
  synthetic:
    'DATOS INVENTADOS PARA PRUEBAS. Estos incidentes no ocurrieron. No publique ni cite esta página.',
  glance: {
    title: 'En resumen',
    incidents: 'incidentes confirmados',
    schools: 'escuelas más cercanas a ellos',
    median: 'hasta que la mitad se verificó',
    departed: 'en que la práctica se apartó de lo prometido, según lo registrado',
    minutes: (count) => `${count} min`,
    notShown: 'no se muestra',
    none: 'No se registró ningún incidente confirmado en este período.',
  },
  promised: {
    title: 'Lo que el distrito había prometido',
    intro: 'Políticas y acuerdos del distrito vigentes algún día del período.',
    none: 'No hay registrada ninguna política ni acuerdo del distrito para este período. Eso no demuestra que no existiera.',
    heads: { policy: 'Política', from: 'Desde', until: 'Hasta', source: 'Documento' },
    openEnd: 'hasta nuevo aviso',
    digest: 'SHA-256',
    noAddress: 'dirección retirada del registro',
  },
  happened: {
    title: 'Lo que ocurrió',
    intro: (incidents, count) =>
      incidents === 1
        ? 'Se confirmó un incidente: una segunda persona, o informes independientes, verificó lo que informó una persona capacitada.'
        : `Se confirmaron ${count} incidentes: cada vez, una segunda persona, o informes independientes, verificó lo que informó una persona capacitada.`,
    none: 'No se confirmó ningún incidente en este período. Eso no demuestra que no los hubiera: la red ve lo que ven sus observadores.',
    chart: 'Incidentes confirmados por mes',
    chartAlt: (busiest, count) =>
      `Gráfico de barras de incidentes confirmados por mes. El mayor número fue en ${busiest}: ${count}.`,
    heads: { month: 'Mes', incidents: 'Incidentes', activity: 'Qué se vio', agency: 'Agencia' },
    activities: 'Según lo que se vio',
    agencies: 'Según la agencia',
    retracted: (retracted, count) =>
      retracted === 1
        ? 'Otra alerta se retiró por errónea; no figura en ninguna otra cifra.'
        : `Otras ${count} alertas se retiraron por erróneas; no figuran en ninguna otra cifra.`,
  },
  people: {
    title: 'Personas',
    intro:
      'Para que ninguna cifra señale a nadie, las personas se cuentan por rangos, y los incidentes con ellas solo a partir de 11, redondeados a múltiplos de 5.',
    affected: 'Incidentes que afectaron a estudiantes',
    largest: 'Estudiantes afectados en un solo incidente, el rango mayor',
    detained: 'Incidentes en que alguien fue detenido',
    few: '10 o menos, o ninguno',
    notRecorded: 'sin registro',
    about: (count) => `unos ${count}`,
  },
  where: {
    title: 'Dónde',
    intro:
      'Los lugares se muestran como escuelas y como celdas de unos 5 km², nunca con más exactitud.',
    mapAlt: (schools, incidents) =>
      `Mapa del distrito con ${incidents} incidentes confirmados, los más cercanos a ${schools} escuelas. La tabla siguiente dice lo mismo.`,
    legend: {
      cells: 'Celda con incidentes: más oscura, más incidentes',
      schools: 'Escuela más cercana a un incidente',
      otherSchools: 'Otra escuela',
      outline: 'Distrito',
    },
    outlineFrom: (source) => `Contorno del distrito: ${source}.`,
    noOutline:
      'No hay un contorno del distrito. La línea discontinua rodea las celdas de sus escuelas; no es el límite del distrito.',
    heads: { school: 'Escuela', incidents: 'Incidentes' },
    cellsTable: 'Por celda',
    cell: 'Celda H3',
    more: (count) => `y ${count} escuelas más`,
  },
  speed: {
    title: 'Con qué rapidez se verificaron los informes',
    intro: (incidents, median, ninetieth) =>
      `De ${incidents} incidentes de los que se avisó a las familias, la mitad se verificó en ${median} minutos desde el primer informe, y nueve de cada diez en ${ninetieth}.`,
    few: 'De 10 o menos incidentes de los que se avisó a las familias no se muestran tiempos.',
    chart: 'Incidentes según los minutos entre el primer informe y la verificación',
    chartAlt: (share) =>
      `Gráfico de barras de los minutos hasta la verificación. El ${share} tardó 10 minutos o menos.`,
    heads: { minutes: 'Minutos', incidents: 'Incidentes' },
    upTo: (minutes) => `hasta ${minutes}`,
    longer: (minutes) => `más de ${minutes}`,
  },
  departures: {
    title: 'Dónde la práctica se apartó de lo prometido',
    intro:
      'Lo que se registró de cada incidente, comparado con las políticas vigentes ese día. Cada caso es tan cierto como el menos cierto de los hechos en que se basa.',
    none: 'No se registró ninguno. El silencio no prueba nada: lo que nadie registró no cuenta.',
    heads: {
      rule: 'Lo que se registró',
      policy: 'Según',
      incidents: 'Incidentes',
      CONFIRMED: 'Confirmados',
      ALLEGED: 'Alegados',
      DISPUTED: 'Disputados',
    },
  },
  method: {
    title: 'Método y límites',
    points: ({ incidents, recorded, ledgerSize, ledgerHead, address, briefId }) => [
      'Personas capacitadas informan de lo que ven en un formato fijo. Un incidente cuenta cuando una segunda persona, o informes independientes, lo verificó, en el día de la primera observación según el reloj de la escuela. No se cuentan los informes descartados o nunca verificados, los simulacros ni los incidentes unidos a otros.',
      'La red ve lo que ven sus observadores. Un mes sin incidentes no prueba que no los hubiera, y más incidentes pueden significar más observadores.',
      `Incidentes de los que se registró algo después: ${recorded} de ${incidents}. Solo cuenta lo que alguien registró; «alegado» significa que alguien lo dice, y nada pasa por sí solo de alegado a confirmado. Es una tabla, no un juicio.`,
      'Los incidentes de los que se avisó a las familias fueron públicos cuando ocurrieron, por eso sus números son exactos. Lo que vivieron las personas va en rangos y se omite cuando se trata de 10 incidentes o menos. Los períodos son meses completos, y nada se muestra hasta siete días después del fin de un mes.',
      'No se nombra a ninguna persona privada, ni aquí ni en lo que se registra: no aparecen agentes, estudiantes, padres ni observadores.',
      `Esta página es el asiento “brief.made” ${briefId} del registro inalterable de ${address}, con el SHA-256 de sus bytes. Se elaboró cuando el registro tenía ${ledgerSize} asientos y la cabeza ${ledgerHead}.`,
    ],
  },
  table: 'Lo mismo en una tabla',
  unknownDistrict: 'Distrito',
  policies: {
    WELCOMING_RESOLUTION: 'Resolución de escuelas acogedoras',
    JUDICIAL_WARRANT_RULE: 'Nadie entra sin orden de un juez',
    INFORMATION_SHARING_BAN: 'Prohibición de compartir información',
    POLICE_AGREEMENT_MOU: 'Acuerdo con la policía',
    SCHOOL_RESOURCE_OFFICERS: 'Policías asignados a las escuelas',
    AGREEMENT_287G: 'Policía escolar bajo 287(g)',
    FAMILY_NOTIFICATION_RULE: 'Se avisa a las familias',
  },
  rules: {
    ENTRY_WITHOUT_JUDICIAL_WARRANT:
      'La escuela dejó entrar a agentes; no se mostró una orden de un juez',
    INFORMATION_SHARED_BY_SCHOOL: 'El personal informó a agentes sobre estudiantes o familias',
    INFORMATION_SHARED_BY_SCHOOL_POLICE:
      'La policía escolar informó a agentes sobre estudiantes o familias',
    POLICE_ASSISTED: 'La policía escolar ayudó a los agentes',
    FAMILIES_NOT_TOLD: 'La escuela no avisó a las familias',
  },
  activities: {
    PRESENCE: 'Presencia de agentes',
    SURVEILLANCE: 'Vigilancia',
    STAGING: 'Concentración de agentes',
    QUESTIONING: 'Interrogatorio',
    VEHICLE_STOP: 'Detención de un vehículo',
    CHECKPOINT: 'Retén',
    CAMPUS_ENTRY_SOUGHT: 'Intento de entrar a la escuela',
    CAMPUS_ENTRY: 'Entrada a la escuela',
    ARREST: 'Arresto',
    OTHER: 'Otra cosa',
  },
  agencies: {
    ICE: 'ICE',
    ICE_ERO: 'ICE, Operaciones de Detención y Deportación (ERO)',
    ICE_HSI: 'ICE, Investigaciones de Seguridad Nacional (HSI)',
    CBP: 'Aduanas y Protección Fronteriza (CBP)',
    OTHER_FEDERAL: 'Otra agencia federal',
    LOCAL_POLICE: 'Policía local',
    SCHOOL_POLICE: 'Policía escolar',
    UNKNOWN: 'Desconocida',
  },
  bands: {
    NONE: 'ninguno',
    FROM_1_TO_10: 'de 1 a 10',
    FROM_11_TO_50: 'de 11 a 50',
    FROM_51: '51 o más',
  },
};
