import { responsesRows } from './responses-rows.js';
import { survive } from './survival-row.js';

survive('responses', responsesRows);
