import { closeRows } from './close-rows.js';
import { survive } from './survival-row.js';

survive('close', closeRows);
