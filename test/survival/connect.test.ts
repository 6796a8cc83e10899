import { connectRows } from './connect-rows.js';
import { survive } from './survival-row.js';

survive('connect', connectRows);
