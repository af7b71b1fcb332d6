/**
 * What can be wrong with a site, with the facts that a sentence about it needs. `sinceSec` is the time of
 * a record, never of a clock of ours.
 */

interface Condition<Kind extends string> {
  kind: Kind;
  /** Serial of the device; '' where it is the site as a whole. */
  subject: string;
  sinceSec: number;
}

/** Nothing has been heard of the supervisor. */
export interface SupervisorSilent extends Condition<'supervisor-silent'> {
  /** False: nothing ever was, and `sinceSec` is 0. */
  wasHeard: boolean;
  silentForSec: number;
}

/** The supervisor asks, and its collector does not answer. */
export interface CollectorSilent extends Condition<'collector-silent'> {
  unansweredRequests: number;
  /** False: no answer was ever seen; perhaps that direction is not captured. */
  wasHeard: boolean;
}

/** Records pile up in the supervisor because the collector does not take them. */
export interface BacklogGrowing extends Condition<'backlog-growing'> {
  untransmittedRecords: number;
}

/** An inverter says nothing while its siblings make power. */
export interface InverterSilent extends Condition<'inverter-silent'> {
  /** Other inverters that belong to the site now. */
  siblings: number;
}

/** An inverter makes less than its siblings, each in proportion to its own best day. */
export interface InverterWeak extends Condition<'inverter-weak'> {
  /** Sunny days since `sinceSec` on which it was weak. */
  weakDays: number;
  /** Of what the median sibling made on the latest of them. */
  sharePercent: number;
}

export type HealthCondition =
  SupervisorSilent | CollectorSilent | BacklogGrowing | InverterSilent | InverterWeak;

export type HealthKind = HealthCondition['kind'];

/** What holds of one kind, or of several, and up to which record that is known. */
export interface HealthFindings {
  conditions: readonly HealthCondition[];
  /** -Infinity: there was nothing to judge by. */
  asOfSec: number;
}
