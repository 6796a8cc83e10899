import { concatMap, defer, map, startWith } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { Command } from '../src/events.js';
import type { Lane } from '../src/lane.js';
import { ofType } from './ofType.js';

/**
 * The epic of lanes with a provider of their own: moves the conversation there when such a lane is entered, and back when it is left. To stand ahead of
 * `laneSession`, so that what a lane asks is asked of its provider.
 *
 * @param lanes Those of `switchLanes`; their providers are among the `others` of `realtime`.
 * @param home The name of the provider of the lanes that have none of their own.
 */
export const moveWithLane =
  (lanes: readonly Lane[], home: string): Epic =>
  (events$) =>
    defer(() => {
      let at = home;
      return events$.pipe(
        ofType('lane.switched'),
        map(({ to }) => to),
        startWith(lanes[0]?.name),
        concatMap((name): readonly Command[] => {
          const to = lanes.find((lane) => lane.name === name)?.provider?.name ?? home;
          if (to === at) return [];
          at = to;
          return [{ type: 'connection.rotate', to }];
        }),
      );
    });
