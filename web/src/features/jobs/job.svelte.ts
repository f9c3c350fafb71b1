// One job with all that belongs to it, and the acts on it. Each act changes what is on the screen and reads again
// only what it can have changed.

import { may } from '../../core/rights.ts';
import {
  PLACE_FIELDS,
  type Appointment,
  type AppointmentPerson,
  type Contact,
  type Customer,
  type DiaryEvent,
  type Job,
  type Note,
  type Page,
  type Place,
  type Row,
  type Step,
  type Task,
  type TaskState,
  type Visibility,
} from '../../core/types.ts';
import { reference } from '../../ui/reference.svelte.ts';
import { save } from '../../ui/save.svelte.ts';
import { session, whoIs } from '../../ui/session.svelte.ts';
import { jobsList } from './list.svelte.ts';

const DIARY_PAGE = 30;

export class OpenJob {
  readonly id: string;
  job = $state.raw<Job | null>(null);
  customer = $state.raw<Customer | null>(null);
  site = $state.raw<Place | null>(null);
  contact = $state.raw<Contact | null>(null);
  steps = $state.raw<Step[]>([]);
  visits = $state.raw<Appointment[]>([]);
  crew = $state.raw<AppointmentPerson[]>([]);
  tasks = $state.raw<Task[]>([]);
  notes = $state.raw<Note[]>([]);
  diary = $state.raw<DiaryEvent[]>([]);
  diaryMore = $state.raw<string | null>(null);
  error = $state.raw<unknown>(null);
  ready = $state(false);

  constructor(id: string) {
    this.id = id;
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      await Promise.all([
        this.#readJob().then(() => this.#readPlace()),
        this.#readSteps(),
        this.#readVisits(),
        this.#readTasks(),
        this.#readNotes(),
        this.#readDiary(),
        reference.load(),
      ]);
      this.ready = true;
    } catch (error) {
      this.error = error;
    }
  }

  /** Somebody else may be at work on the same job: reads it again if it has moved on. A failure changes nothing. */
  async look(): Promise<void> {
    if (!this.ready) return;
    try {
      const now = await session.api.get<Page<DiaryEvent>>(`/v1/jobs/${this.id}/history?changes=1&limit=1`);
      if (now.items[0]?.idx !== this.diary[0]?.idx) await this.load();
    } catch {
      return;
    }
  }

  async change(fields: Partial<Job>): Promise<void> {
    if (!this.job) return;
    this.#took(await save('jobs', this.job, fields));
    await Promise.all([this.#readSteps(), this.#readDiary()]);
  }

  async move(step: Step, reason: string, review: string | null): Promise<void> {
    const job = await session.api.post<Job>(`/v1/jobs/${this.id}/move`, {
      status_id: step.status_id,
      ...(reason === '' ? {} : { reason }),
      ...(review === null ? {} : { hold_review_at: review }),
    });
    if (this.job) this.#took({ ...this.job, ...job });
    await Promise.all([this.#readSteps(), this.#readVisits(), this.#readDiary()]);
  }

  async visitDone(visit: Appointment): Promise<void> {
    this.visits = this.visits.map((one) => (one.id === visit.id ? visit : one));
    await this.afterVisit();
  }

  /** A visit can move the whole job on. */
  async afterVisit(): Promise<void> {
    await Promise.all([this.#readJob(), this.#readSteps(), this.#readVisits(), this.#readDiary()]);
  }

  /** Undoes the planning of a visit: without the right to delete it, it stays in the diary as cancelled. */
  async takeBackVisit(visit: Row): Promise<void> {
    if (may(whoIs(), 'appointment.delete')) await session.api.remove('appointments', visit);
    else await session.api.post(`/v1/appointments/${visit.id}/cancel`);
    await this.afterVisit();
  }

  async setTask(task: Task, state: TaskState): Promise<void> {
    // The tick is drawn at once and taken back if the server will not have it.
    this.#putTask({ ...task, state });
    try {
      this.#putTask(await save('tasks', task, { state }));
    } catch (error) {
      this.#putTask(task);
      throw error;
    }
    await Promise.all([this.#readSteps(), this.#readDiary()]);
  }

  async addTask(text: string, required: boolean): Promise<Task> {
    const position = Math.max(-1, ...this.tasks.map((task) => task.position)) + 1;
    const task = await session.api.create<Task>('tasks', { job_id: this.id, text, required, position });
    this.tasks = [...this.tasks, task];
    await Promise.all([this.#readSteps(), this.#readDiary()]);
    return task;
  }

  async removeTask(task: Task): Promise<void> {
    await session.api.remove('tasks', this.tasks.find(({ id }) => id === task.id) ?? task);
    this.tasks = this.tasks.filter(({ id }) => id !== task.id);
    await Promise.all([this.#readSteps(), this.#readDiary()]);
  }

  async addNote(body: string, visibility: Visibility): Promise<Note> {
    const note = await session.api.create<Note>('notes', { job_id: this.id, body, visibility });
    this.notes = [note, ...this.notes];
    await this.#readDiary();
    return note;
  }

  async removeNote(note: Note): Promise<void> {
    await session.api.remove('notes', note);
    this.notes = this.notes.filter(({ id }) => id !== note.id);
    await this.#readDiary();
  }

  async moreDiary(): Promise<void> {
    if (this.diaryMore === null) return;
    const cursor = encodeURIComponent(this.diaryMore);
    const page = await session.api.get<Page<DiaryEvent>>(
      `/v1/jobs/${this.id}/history?changes=1&limit=${DIARY_PAGE}&cursor=${cursor}`,
    );
    this.diary = [...this.diary, ...page.items];
    this.diaryMore = page.next_cursor;
  }

  #took(job: Job): void {
    this.job = job;
    const status = reference.statusOf(job.status_id);
    jobsList.update(status ? { ...job, status: { id: status.id, name: status.name } } : job);
  }

  #putTask(task: Task): void {
    this.tasks = this.tasks.map((one) => (one.id === task.id ? task : one));
  }

  async #readJob(): Promise<void> {
    this.#took(await session.api.get<Job>(`/v1/jobs/${this.id}`));
  }

  async #readPlace(): Promise<void> {
    const job = this.job;
    if (!job) return;
    const one = <T>(plural: string, id: string | null, query = '') =>
      id === null || id === undefined ? null : session.api.get<T>(`/v1/${plural}/${id}${query}`);
    [this.customer, this.site, this.contact] = await Promise.all([
      one<Customer>('customers', job.customer_id),
      one<Place>('sites', job.site_id, `?fields=${PLACE_FIELDS.join(',')}`),
      one<Contact>('contacts', job.contact_id),
    ]);
  }

  async #readSteps(): Promise<void> {
    this.steps = (await session.api.get<{ items: Step[] }>(`/v1/jobs/${this.id}/steps`)).items;
  }

  async #readVisits(): Promise<void> {
    const filter = { job_id: this.id };
    const [visits, crew] = await Promise.all([
      session.api.all<Appointment>('appointments', { filter }),
      session.api.all<AppointmentPerson>('appointment_people', { filter, expand: ['employee_id'] }),
    ]);
    this.visits = visits.sort((a, b) => a.start_at.localeCompare(b.start_at));
    this.crew = crew;
  }

  async #readTasks(): Promise<void> {
    const tasks = await session.api.all<Task>('tasks', { filter: { job_id: this.id } });
    this.tasks = tasks.sort((a, b) => a.position - b.position);
  }

  async #readNotes(): Promise<void> {
    const notes = await session.api.all<Note>('notes', { filter: { job_id: this.id } });
    this.notes = notes.sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.created_at.localeCompare(a.created_at));
  }

  async #readDiary(): Promise<void> {
    const page = await session.api.get<Page<DiaryEvent>>(`/v1/jobs/${this.id}/history?changes=1&limit=${DIARY_PAGE}`);
    this.diary = page.items;
    this.diaryMore = page.next_cursor;
  }
}
