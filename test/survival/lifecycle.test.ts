import { lifecycleRows } from './lifecycle-rows.js';
import { survive } from './survival-row.js';

survive('lifecycle', lifecycleRows);
