import { parseWatch } from './watch-request.js';

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

it('knows an incident however its id is written', () => {
  expect(parseWatch({ incidents: [ID.toUpperCase()] }).incidents).toEqual([ID]);
});
