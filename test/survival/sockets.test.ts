import { socketsRows } from './sockets-rows.js';
import { survive } from './survival-row.js';

survive('sockets', socketsRows);
