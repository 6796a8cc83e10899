import { survive } from './survival-row.js';
import { toolsRows } from './tools-rows.js';

survive('tools', toolsRows);
