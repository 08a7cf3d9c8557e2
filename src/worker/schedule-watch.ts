/** The schedules of the job files, which the queue is told when they change and when Redis has lost them. */

import type { Queue } from 'bullmq';
import type { Logger } from '../log.js';
import { isOfFile } from './jobs.js';
import type { LoadedJobs } from './jobs.js';
import { listSchedules, syncSchedules } from './schedules.js';

type Schedules = LoadedJobs['schedules'];

export class ScheduleWatch {
  readonly #queue: Queue;
  readonly #log: Pick<Logger, 'info'>;
  #schedules: Schedules;
  #isSynced = false;

  constructor(queue: Queue, log: Pick<Logger, 'info'>, schedules: Schedules) {
    this.#queue = queue;
    this.#log = log;
    this.#schedules = schedules;
  }

  change(schedules: Schedules): void {
    this.#schedules = schedules;
    this.#isSynced = false;
  }

  async sync(): Promise<void> {
    if (this.#isSynced && !(await this.#areLost())) return;
    const { wanted, unreadable } = this.#schedules;
    // Those of jobs that cannot be read stay as they are until somebody mended the job.
    const held = await listSchedules(this.#queue);
    const kept = held.filter(({ job }) => isOfFile(job, unreadable));
    const { added, changed, removed } = await syncSchedules(this.#queue, [...wanted, ...kept]);
    this.#isSynced = true;
    this.#log.info({ added, changed, removed }, 'schedules are those of the job files');
  }

  /** Somebody emptied Redis. */
  async #areLost(): Promise<boolean> {
    return this.#schedules.wanted.length > 0 && (await this.#queue.getJobSchedulersCount()) === 0;
  }
}
