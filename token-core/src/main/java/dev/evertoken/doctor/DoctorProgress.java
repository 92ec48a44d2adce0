package dev.evertoken.doctor;

/**
 * How far a diagnosis has got. Immutable.
 *
 * @param examined the accounts that were examined
 * @param withFindings the accounts among them that have a finding
 */
public record DoctorProgress(long examined, long withFindings) {}
