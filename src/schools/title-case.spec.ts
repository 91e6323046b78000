import { titleCase } from './title-case.js';

describe('titleCase', () => {
  it.each([
    ['KISSIMMEE ELEMENTARY SCHOOL', 'Kissimmee Elementary School'],
    ['SCHOOL OF THE ARTS', 'School of the Arts'],
    ['THE FIRST ACADEMY', 'The First Academy'],
    ['MCDONALD MIDDLE', 'McDonald Middle'],
    ['MCKAY', 'McKay'],
    ['FORT MC COY SCHOOL', 'Fort Mc Coy School'],
    ["O'NEAL CHILDREN'S ACADEMY", "O'Neal Children's Academy"],
    ["TOUSSAINT L'OUVERTURE ELEMENTARY", "Toussaint L'Ouverture Elementary"],
    ["BOYS' CENTER", "Boys' Center"],
    ['CANOE CREEK K-8', 'Canoe Creek K-8'],
    ['HARMONY PK-8 SCHOOL', 'Harmony PK-8 School'],
    ['PRE-K CENTER', 'Pre-K Center'],
    ['6TH STREET SCHOOL AT 21ST AVE', '6th Street School at 21st Ave'],
    ['ST. CLOUD HIGH', 'St. Cloud High'],
    ['ST CLOUD', 'St Cloud'],
    ['DR. PHILLIPS JR. HIGH', 'Dr. Phillips Jr. High'],
    ['P.K. YONGE', 'P.K. Yonge'],
    ['PONCE DE LEON MIDDLE', 'Ponce de Leon Middle'],
    ['CASA DE LA LUZ ACADEMY', 'Casa de la Luz Academy'],
    ['DE LEON SPRINGS', 'De Leon Springs'],
    ['WEST LA CROSSE', 'West La Crosse'],
    ['LAND O LAKES', 'Land O Lakes'],
    ['A. PHILIP RANDOLPH', 'A. Philip Randolph'],
    ['JFK/REAGAN MIDDLE (DISTRICT PROVIDED)', 'JFK/Reagan Middle (District Provided)'],
    ['LEARNING FOR LIFE - THE ZONE', 'Learning for Life - The Zone'],
    ['HENRY III SCHOOL', 'Henry III School'],
    ['UCP OSCEOLA', 'UCP Osceola'],
    ['445 W AMELIA ST', '445 W Amelia St'],
    ['PO BOX 12 NE 5TH BLVD STE 100', 'PO Box 12 NE 5th Blvd Ste 100'],
    ['MIAMI-DADE', 'Miami-Dade'],
    ['ESCUELA SEGUNDA UNIDAD PEÑA', 'Escuela Segunda Unidad Peña'],
    ['DESOTO', 'DeSoto'],
    ['', ''],
  ])('%s', (capitals, name) => expect(titleCase(capitals)).toBe(name));

  it('leaves a name alone that has small letters', () => {
    expect(titleCase('iLEAD Academy OF THE ARTS')).toBe('iLEAD Academy OF THE ARTS');
  });

  it('changes nothing the second time', () => {
    const once = titleCase("O'NEAL MCDONALD SCHOOL OF THE ARTS K-8");
    expect(titleCase(once)).toBe(once);
  });
});
