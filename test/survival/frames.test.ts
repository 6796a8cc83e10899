import { framesRows } from './frames-rows.js';
import { survive } from './survival-row.js';

survive('frames', framesRows);
