import { type FileHandle, open } from 'node:fs/promises';
import { catchError, defer, finalize, from, mergeMap, type Observable, throwError } from 'rxjs';
import { AudioError } from '../errors.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EMFILE: 'too many files are open',
};

/** The `file` error for what the operating system said. */
export const fileError = (verb: 'read' | 'write', path: string, cause: unknown): AudioError => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  return new AudioError(`cannot ${verb} ${path}: ${REASONS[code] ?? code}`, { code: 'file', cause });
};

/** Opens a file for as long as what `use` makes of it is subscribed to. Errors with `AudioError` `file`. */
export const withFile = <T>(path: string, use: (file: FileHandle) => Observable<T>): Observable<T> =>
  defer(() => {
    const opening = open(path, 'r');
    return from(opening).pipe(
      catchError((error: unknown) => throwError(() => fileError('read', path, error))),
      mergeMap(use),
      // Also when it is unsubscribed from before the file is open. close() waits for a read under way.
      finalize(() => opening.then((file) => file.close()).catch(() => undefined)),
    );
  });
